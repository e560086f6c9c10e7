"""The history for other tools: an Atom feed, CSV, a calendar, health and metrics."""

import csv
import io
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time
from typing import Annotated
from xml.etree import ElementTree

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response

from monitor.alerts import words
from monitor.model import Event
from monitor.web import asked
from monitor.web.problems import documented
from monitor.web.reading import Numbers, Reading

ATOM = "http://www.w3.org/2005/Atom"
COLUMNS = tuple(
    "id type direction status certainty date effective until jurisdictions actors recipients destinations materials instrument summary mentions "
    "outlets official known last_seen".split()
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEALTHS = ("new", "ok", "failing", "quiet", "gone")


def router(reading: Reading, clock: Callable[[], datetime], base_url: str) -> APIRouter:
    """The endpoints beside the API."""
    made = APIRouter(responses=documented(422, 503))

    @made.get("/events.atom", responses=documented(400) | media("application/atom+xml"), response_class=Response)
    def events_atom(filters: Annotated[asked.Filters, Query()]) -> Response:
        """A search as a feed; takes the search's parameters."""
        found = [row.event for row in reading.search(filters.query()).rows]
        query = filters.link()
        return Response(atom(found, base_url, query, clock()), media_type="application/atom+xml")

    @made.get("/events.csv", responses=documented(400) | media("text/csv"), response_class=Response)
    def events_csv(filters: Annotated[asked.Filters, Query()]) -> Response:
        """A search as CSV; takes the search's parameters."""
        found = [row.event for row in reading.search(filters.query()).rows]
        told = {"Content-Disposition": 'attachment; filename="events.csv"'}
        return Response(table(found), media_type="text/csv; charset=utf-8", headers=told)

    @made.get("/deadlines.ics", responses=media("text/calendar"), response_class=Response)
    def deadlines_ics(ahead: Annotated[asked.Ahead, Query()]) -> Response:
        """What falls due, as a calendar to subscribe to."""
        today = clock().date()
        found = reading.deadlines(today, ahead.days)
        return Response(reading.calendar(found, datetime.combine(today, time.min, UTC)), media_type="text/calendar; charset=utf-8")

    @made.get("/healthz")
    def healthz() -> dict[str, str]:
        """Whether the history can be read; 503 when it cannot."""
        reading.numbers()
        return {"status": "ok"}

    @made.get("/metrics", response_class=PlainTextResponse, responses=media("text/plain"))
    def prometheus() -> Response:
        """Counts for Prometheus."""
        return Response(metrics(reading.numbers(), clock()), media_type="text/plain; version=0.0.4; charset=utf-8")

    return made


def media(kind: str) -> dict[int | str, dict[str, object]]:
    """What OpenAPI says of an answer that is no JSON."""
    return {200: {"description": "Successful Response", "content": {kind: {"schema": {"type": "string"}}}}}


# ---- Atom ----------------------------------------------------------------------------------------------------------------


def atom(events: Iterable[Event], base_url: str, query: str, now: datetime) -> bytes:
    """An Atom feed of events. One whose time is not known is left out, since an entry must say when it was updated."""
    base, search = base_url.rstrip("/"), f"?{query}" if query else ""
    dated = [(event, moment) for event in events if (moment := event.last_seen or event.known)]
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    latest = max((moment for _, moment in dated), default=now)
    texts(feed, id=urn(f"search{search}"), title="Rare-earth licensing events", updated=stamp(latest))
    ElementTree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}/events.atom{search}"})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/search{search}"})
    texts(ElementTree.SubElement(feed, "author"), name="Rare-earth monitor")
    for event, moment in dated:
        entry(feed, event, moment, base)
    ElementTree.indent(feed)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def entry(feed: ElementTree.Element, event: Event, updated: datetime, base: str) -> None:
    made = ElementTree.SubElement(feed, "entry")
    texts(made, id=urn(f"event/{event.id}"), title=words.plain(words.headline(event)), updated=stamp(updated))
    if event.known:
        texts(made, published=stamp(event.known))
    ElementTree.SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": words.event_link(base, event.id)})
    for term in (event.type, *event.materials, *event.jurisdictions):
        ElementTree.SubElement(made, "category", {"term": words.plain(term)})
    texts(made, summary=words.plain(event.summary) or words.plain(words.sentence(event)))


def texts(parent: ElementTree.Element, **told: str) -> None:
    for name, text in told.items():
        ElementTree.SubElement(parent, name).text = text


def urn(name: str) -> str:
    """A constant id that does not change when the pages move."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'rare-earth-monitor/{name}')}"


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# ---- CSV and Prometheus --------------------------------------------------------------------------------------------------


def table(events: Iterable[Event]) -> str:
    """Events as CSV with a header. Text that a spreadsheet would run as a formula is led by an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in events:
        writer.writerow([field(getattr(event, name)) for name in COLUMNS])
    return written.getvalue()


def field(value: object) -> object:
    if isinstance(value, tuple):
        value = ";".join(map(str, value))
    if isinstance(value, datetime):
        return stamp(value)
    text = words.UNSEEN.sub("", value) if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def metrics(numbers: Numbers, now: datetime) -> str:
    """Prometheus text: sources by health, rows, deliveries by status, and how long the oldest delivery has been waiting."""
    health = dict(numbers.sources)
    waiting = (now - numbers.waiting_since).total_seconds() if numbers.waiting_since else 0.0
    told: list[tuple[str, str, str, list[tuple[str, float]]]] = [
        ("monitor_sources", "gauge", "Configured sources by health.", [(f'{{health="{name}"}}', health.get(name, 0)) for name in HEALTHS]),
        ("monitor_articles", "gauge", "Articles stored.", [("", numbers.articles)]),
        ("monitor_mentions", "gauge", "Mentions stored, superseded ones too.", [("", numbers.mentions)]),
        ("monitor_events", "gauge", "Events of the history.", [("", numbers.events)]),
        ("monitor_alerts", "gauge", "Alerts raised.", [("", numbers.alerts)]),
        ("monitor_deliveries", "gauge", "Deliveries by status.", [(f'{{status="{name}"}}', count) for name, count in numbers.deliveries]),
        ("monitor_oldest_pending_delivery_seconds", "gauge", "Age of the oldest delivery that waits; 0 when none does.", [("", max(0.0, waiting))]),
    ]
    lines = []
    for name, kind, text, values in told:
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        lines += [f"{name}{labels} {value:g}" if isinstance(value, float) else f"{name}{labels} {value}" for labels, value in values]
    return "\n".join(lines) + "\n"
