"""The pages for people. They work without scripts; every view is an address that can be kept and sent on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from monitor.alerts import words
from monitor.model import Cell, Change, Event
from monitor.store import Query
from monitor.vocabulary import JURISDICTIONS
from monitor.web import asked, charts, highlight
from monitor.web.asked import Missing
from monitor.web.reading import EventLife, Reading
from monitor.web.render import SHORT, Pages, material_groups

LOOK_BACK = (14, 90, 400, 40_000)  # days, tried in turn until something changed
RECENT = 40
DUE = 45
USUAL = ("US", "EU", "JP", "KR", "IN", "GB", "TW", "VN", "DE")
OUTCOMES = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages are made from."""

    reading: Reading
    pages: Pages
    clock: Callable[[], datetime]
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.zone).date()

    # ---- today and search

    def front(self) -> HTMLResponse:
        """What changed lately, what is due, what is wrong."""
        now = self.clock()
        changes = self.lately(now)
        events = self.reading.events(sorted({change.event for change in changes}))
        shown = [change for change in reversed(changes) if change.event in events]
        days = [(day, list(some)) for day, some in groupby(shown[:RECENT], key=lambda one: one.at.astimezone(self.zone).date())]
        weeks = self.reading.changes(now - timedelta(weeks=27))
        return self.pages.page(
            "today.html",
            here="/",
            days=days,
            events=events,
            numbers=self.reading.numbers(),
            newest=[row.event for row in self.reading.search(Query(limit=6)).rows],
            due=self.reading.deadlines(self.today, DUE),
            today=self.today,
            ahead=DUE,
            chart=charts.weekly(weeks, self.today) if weeks else None,
            troubled=[one for one in self.reading.sources(0) if one.state.health in ("failing", "quiet", "gone")],
        )

    def lately(self, now: datetime) -> list[Change]:
        """The last changes, however long ago they were."""
        for days in LOOK_BACK:
            if found := self.reading.changes(now - timedelta(days=days)):
                return found[-RECENT:]
        return []

    def search(self, filters: asked.Filters) -> HTMLResponse:
        """Found events with the counts of every facet."""
        query = filters.query()
        found, facets = self.reading.search(query), self.reading.facets(query)
        start = int(filters.cursor or 0)
        before = None if start == 0 else filters.link() if start <= filters.limit else f"{filters.link()}&cursor={start - filters.limit}".lstrip("&")
        return self.pages.page(
            "search.html",
            here="/search",
            filters=filters,
            found=found,
            facets=facets,
            chart=charts.monthly(facets.get("month", ())),
            period=lambda key: f"/search?{filters.link(since=key, until=key)}",
            start=start,
            before=before,
            after=f"{filters.link()}&cursor={found.next}".lstrip("&") if found.next else None,
            kept=[pair for pair in filters.pairs() if pair[0] not in ("q", "since", "until", "cursor")],
        )

    # ---- an event and an article

    def event(self, event_id: str) -> Response:
        """An event's life, its claims, its evidence."""
        life = self.reading.life(event_id)
        if life is None:
            raise Missing(f'There is no event "{event_id}".')
        if into := self.reading.merged_into(event_id):
            return RedirectResponse(f"/events/{into}", 308)
        return self.pages.page(
            "event.html",
            here="/search",
            life=life,
            event=life.event,
            line=charts.life_line(life, self.today),
            claims=side_by_side(life),
            testimonies=[(one, differing(one.witness.mention, life.event), quoted(one)) for one in life.testimonies],
            upcoming=words.upcoming(life.event, self.today),
        )

    def article(self, article_id: str) -> HTMLResponse:
        """An article's text with its evidence marked."""
        found = self.reading.article(article_id)
        if found is None:
            raise Missing(f'There is no article "{article_id}".')
        mentions = tuple(mention for mention, _ in found.mentions)
        title, *paragraphs = highlight.paragraphs(found.article, mentions)
        events = self.reading.events(sorted({name for _, names in found.mentions for name in names}))
        return self.pages.page(
            "article.html", here="", article=found.article, title=title, paragraphs=paragraphs, mentions=found.mentions, events=events, read=found
        )

    # ---- the board and the register

    def board(self, asked_for: asked.BoardPage) -> HTMLResponse:
        """Materials by governments for a destination, on any day as known on any day."""
        as_of, known_at = asked_for.as_of or self.today, asked_for.known_at or self.today
        cells = by_place(self.reading.cells(asked_for.destination, as_of, known_at))
        other = by_place(self.reading.cells(asked_for.destination, asked_for.against, known_at)) if asked_for.against else {}
        moved = {
            key: told_verdict(other.get(key)) for key in cells.keys() | other.keys() if told_verdict(cells.get(key)) != told_verdict(other.get(key))
        }
        every = cells.keys() | other.keys()
        places = sorted({code for _, code in every}, key=lambda code: (-sum(one == code for _, one in every), code))
        return self.pages.page(
            "board.html",
            here="/board",
            asked=asked_for,
            as_of=as_of,
            known_at=known_at,
            today=self.today,
            cells=cells,
            moved=moved if asked_for.against else {},
            places=places,
            groups=material_groups(material for material, _ in every),
            choices=self.destinations(asked_for.destination),
            slides=slides(asked_for, as_of, known_at),
            link=lambda **more: urlencode({k: v for k, v in (board_values(asked_for, as_of, known_at) | more).items() if v}),
        )

    def destinations(self, chosen: str | None) -> list[str]:
        """Destinations to choose from: those that the history names, and the usual ones."""
        named = {value for value, _ in self.reading.facets(Query()).get("destination", ())} & JURISDICTIONS
        first = [code for code in USUAL if code in named or code in USUAL[:4] or code == chosen]
        return first + sorted((named | ({chosen} if chosen else set())) - set(first), key=words.place)

    def cell(self, asked_for: asked.CellPage) -> HTMLResponse:
        """One cell with every measure behind it, its reason and its sentences."""
        as_of, known_at = asked_for.as_of or self.today, asked_for.known_at or self.today
        cells = self.reading.cells(asked_for.destination, as_of, known_at, material=asked_for.material, jurisdiction=asked_for.jurisdiction)
        told = self.reading.told(cells)[0]
        names = {one["event"] for one in told["measures"]} | {name for one in told["measures"] for name in one["by"]}
        return self.pages.page(
            "cell.html", here="/board", cell=cells[0], told=told, events=self.reading.events(sorted(names)), asked=asked_for,
            as_of=as_of, known_at=known_at, back=urlencode({k: v for k, v in board_values(asked_for, as_of, known_at).items() if v}),
        )  # fmt: skip

    def instruments(self) -> HTMLResponse:
        rows = self.reading.instruments()
        groups: dict[str, list[Event]] = {}
        for event in rows:
            groups.setdefault(event.jurisdictions[0] if event.jurisdictions else "", []).append(event)
        return self.pages.page(
            "instruments.html", here="/instruments", groups=sorted(groups.items(), key=lambda pair: -len(pair[1])), total=len(rows)
        )

    def instrument(self, number: str) -> HTMLResponse:
        """The life of an instrument, and what acts on what."""
        steps = self.reading.instrument(number)
        if not steps:
            raise Missing(f'No instrument "{number}" is known.')
        events = self.reading.events(sorted({step.event for step in steps}))
        own = [events[name] for name in dict.fromkeys(step.event for step in steps if step.relation == "announced") if name in events]
        acting = [step for step in steps if step.relation not in ("announced", "in_force")]
        return self.pages.page("instrument.html", here="/instruments", number=number, steps=steps, events=events, own=own, acting=acting)

    def deadlines(self, ahead: asked.Ahead) -> HTMLResponse:
        found = self.reading.deadlines(self.today, ahead.days)
        months = [(month, list(some)) for month, some in groupby(found, key=lambda one: one.on.replace(day=1))]
        return self.pages.page("deadlines.html", here="/deadlines", months=months, total=len(found), days=ahead.days, today=self.today)

    # ---- the machine room

    def sources(self) -> HTMLResponse:
        found = self.reading.sources(OUTCOMES)
        worst = ("gone", "failing", "quiet", "new", "ok")
        return self.pages.page(
            "sources.html", here="/sources", sources=sorted(found, key=lambda one: (worst.index(one.state.health), one.state.name))
        )

    def deliveries(self, query: asked.Deliveries) -> HTMLResponse:
        found = self.reading.deliveries(query.status, query.limit)
        alerts = {one.id: one for one in self.reading.alerts(limit=1_000)} if found else {}
        return self.pages.page("deliveries.html", here="/deliveries", found=found, query=query, alerts=alerts, numbers=self.reading.numbers())


# ---- what pages show beside each other ---------------------------------------------------------------------------------


def side_by_side(life: EventLife) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """For each contested field its values, each with the parties that assert it."""
    fields: dict[str, dict[str, list[str]]] = {}
    for claim in life.event.claims:
        parties = fields.setdefault(claim.field, {}).setdefault(claim.value, [])
        if claim.party not in parties:
            parties.append(claim.party)
    return [(field, list(values.items())) for field, values in fields.items()]


def differing(mention: Any, event: Event) -> list[tuple[str, str]]:
    """Fields that a mention tells otherwise than its event."""
    names = ("type", "status", "certainty", "date", "effective", "until")
    return [(name, told) for name in names if (told := getattr(mention, name)) and told != getattr(event, name)]


def quoted(one: Any) -> tuple[tuple[highlight.Piece, ...], ...]:
    """A mention's sentences in their surroundings; bare where the article is not stored."""
    if one.article is None:
        return tuple((highlight.Piece(text=span.quote, mentions=(one.witness.mention.id,)),) for span in one.witness.mention.evidence)
    return highlight.quotes(one.article, one.witness.mention)


def by_place(cells: Sequence[Cell]) -> dict[tuple[str, str], Cell]:
    return {(cell.material, cell.jurisdiction): cell for cell in cells}


def told_verdict(cell: Cell | None) -> str:
    """A cell's verdict in a word; a cell that no measure is behind is free as far as known."""
    return SHORT[cell.verdict if cell else "free"] + (", GL" if cell and cell.general_licence else "")


def board_values(asked_for: asked.Board, as_of: date, known_at: date) -> dict[str, str | None]:
    return {"destination": asked_for.destination, "as_of": as_of.isoformat(), "known_at": known_at.isoformat()}


def slides(asked_for: asked.Board, as_of: date, known_at: date) -> list[tuple[str, str]]:
    """(label, query) of the days before and after: a month and a week each way."""
    steps = (("a month earlier", -30), ("a week earlier", -7), ("a week later", 7), ("a month later", 30))
    inside = [(label, days) for label, days in steps if date.min.toordinal() <= as_of.toordinal() + days <= date.max.toordinal()]
    values = {k: v for k, v in board_values(asked_for, as_of, known_at).items() if v}
    return [(label, urlencode(values | {"as_of": (as_of + timedelta(days=days)).isoformat()})) for label, days in inside]


# ---- addresses -----------------------------------------------------------------------------------------------------------


def router(desk: Desk) -> APIRouter:
    """The pages' addresses."""
    made = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def parameters(request: Request, kind: type[Any]) -> Any:
        return asked.read(kind, request.query_params.multi_items())

    @made.get("/")
    def front() -> Response:
        return desk.front()

    @made.get("/search")
    def search(request: Request) -> Response:
        return desk.search(parameters(request, asked.Filters))

    @made.get("/events/{event_id}")
    def event(event_id: str) -> Response:
        return desk.event(event_id)

    @made.get("/articles/{article_id}")
    def article(article_id: str) -> Response:
        return desk.article(article_id)

    @made.get("/board")
    def board(request: Request) -> Response:
        return desk.board(parameters(request, asked.BoardPage))

    @made.get("/board/cell")
    def cell(request: Request) -> Response:
        return desk.cell(parameters(request, asked.CellPage))

    @made.get("/instruments")
    def instruments() -> Response:
        return desk.instruments()

    @made.get("/instruments/{number:path}")
    def instrument(number: str) -> Response:
        return desk.instrument(number)

    @made.get("/deadlines")
    def deadlines(request: Request) -> Response:
        return desk.deadlines(parameters(request, asked.Ahead))

    @made.get("/sources")
    def sources() -> Response:
        return desk.sources()

    @made.get("/deliveries")
    def deliveries(request: Request) -> Response:
        return desk.deliveries(parameters(request, asked.Deliveries))

    return made
