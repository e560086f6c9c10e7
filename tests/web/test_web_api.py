"""The HTTP API and the exits: typed as documented, errors with a sentence, feeds that other programs read."""

import csv
import io
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import feedparser
import httpx
import icalendar
import jsonschema
import pytest

from monitor.model import Event

Told = dict[str, Event]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def fits(described: dict[str, Any], path: str, answer: httpx.Response) -> Any:
    """The answer's JSON, held against what the OpenAPI document says of it."""
    media = answer.headers["content-type"].split(";")[0]
    schema = described["paths"][path]["get"]["responses"][str(answer.status_code)]["content"][media]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": described["components"]}, format_checker=jsonschema.FormatChecker())
    return answer.json()


def test_events_take_the_filters_of_the_search(client: httpx.Client, described: dict[str, Any], told: Told) -> None:
    found = fits(
        described, "/api/v1/events", client.get("/api/v1/events?material=holmium&type=control_introduced&jurisdiction=CN&since=2025-10&until=2025-10")
    )
    assert [event["id"] for event in found["events"]] == [told["control_introduced"].id]
    parameters = {one["name"] for one in described["paths"]["/api/v1/events"]["get"]["parameters"]}
    assert parameters == set("q type material jurisdiction destination company instrument certainty status outlet since until limit cursor".split())


def test_events_come_page_by_page(client: httpx.Client) -> None:
    seen, cursor = list[str](), ""
    while cursor is not None:
        page = client.get(f"/api/v1/events?limit=40{cursor and f'&cursor={cursor}'}").json()
        seen += [event["id"] for event in page["events"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == page["total"]


def test_an_event_with_its_evidence(client: httpx.Client, described: dict[str, Any], told: Told) -> None:
    found = fits(described, "/api/v1/events/{id}", client.get(f"/api/v1/events/{told['control_introduced'].id}"))
    assert [one["outlet"] for one in found["mentions"]] == ["Ministry of Commerce", "Harbour Ledger"]
    assert found["mentions"][0]["mention"]["evidence"][0]["quote"] == "决定对钬、铒相关物项实施出口管制"
    assert found["mentions"][0]["published"] == "2025-10-09T01:00:00Z"
    assert [one["id"] for one in found["modified_by"]] == ["cn-2025-11-07-no-70-october-controls-suspended"]


def test_an_article_whose_offsets_count_in_its_whole_text(client: httpx.Client, described: dict[str, Any], told: Told) -> None:
    name = client.get(f"/api/v1/events/{told['control_suspended'].id}").json()["mentions"][0]["article"]
    found = fits(described, "/api/v1/articles/{id}", client.get(f"/api/v1/articles/{name}"))
    (one,) = found["mentions"]
    span = one["mention"]["evidence"][0]
    assert found["whole"][span["start"] : span["end"]] == span["quote"]
    assert one["events"] == [told["control_suspended"].id]


def test_state_of_a_cell_and_of_the_board(client: httpx.Client, described: dict[str, Any]) -> None:
    days = "as_of=2025-11-15&known_at=2025-11-20"
    one = fits(described, "/api/v1/state", client.get(f"/api/v1/state?material=holmium&jurisdiction=CN&destination=US&{days}"))
    assert [cell["verdict"] for cell in one["cells"]] == ["suspended"]
    assert one["cells"][0]["measures"][0]["evidence"][0]["quote"] == "决定对钬、铒相关物项实施出口管制"
    board = fits(described, "/api/v1/state", client.get(f"/api/v1/state?destination=US&{days}"))
    assert one["cells"][0] in board["cells"] and len(board["cells"]) > 20
    today = fits(described, "/api/v1/state", client.get("/api/v1/state?material=silver&jurisdiction=FR"))
    assert (today["as_of"], today["cells"][0]["verdict"]) == ("2025-11-20", "free")


def test_instruments_deadlines_alerts_and_sources(client: httpx.Client, described: dict[str, Any], told: Told) -> None:
    rows = fits(described, "/api/v1/instruments", client.get("/api/v1/instruments"))["instruments"]
    assert "CN:2025:61" in [number for row in rows for number in row["numbers"]]
    steps = fits(described, "/api/v1/instruments/{number}", client.get("/api/v1/instruments/CN:2025:57"))["steps"]
    assert [step["relation"] for step in steps][:2] == ["announced", "suspends"]
    due = fits(described, "/api/v1/deadlines", client.get("/api/v1/deadlines?days=30"))["deadlines"]
    assert {"day": "2025-12-15", "days": 25, "field": "effective", "event": told["quota_set"].id}.items() <= due[-1].items()
    alerts = fits(described, "/api/v1/alerts", client.get("/api/v1/alerts?limit=2"))
    rest = fits(described, "/api/v1/alerts", client.get(f"/api/v1/alerts?limit=50&cursor={alerts['next']}"))
    every = [alert["id"] for alert in alerts["alerts"] + rest["alerts"]]
    assert len(set(every)) == len(every) == 4 and rest["next"] is None
    assert client.get(f"/api/v1/alerts?event={told['export_banned'].id}").json()["alerts"][0]["severity"] == "critical"
    sources = fits(described, "/api/v1/sources", client.get("/api/v1/sources"))["sources"]
    assert [(one["name"], one["health"]) for one in sources] == [("old-port", "failing"), ("wire", "ok")]


@pytest.mark.parametrize(
    ("address", "path", "status", "sentence"),
    [
        ("/api/v1/events?material=dysprosum", "/api/v1/events", 422, 'did you mean "dysprosium"?'),
        ("/api/v1/events?colour=red", "/api/v1/events", 422, "colour: there is no such parameter."),
        ("/api/v1/events?since=soon", "/api/v1/events", 422, "since:"),
        ("/api/v1/events?limit=0", "/api/v1/events", 422, "limit:"),
        ("/api/v1/events/nothing", "/api/v1/events/{id}", 404, 'there is no event "nothing"'),
        ("/api/v1/articles/nothing", "/api/v1/articles/{id}", 404, 'there is no article "nothing"'),
        ("/api/v1/instruments/nothing", "/api/v1/instruments/{number}", 404, 'no instrument "nothing" is known'),
        ("/api/v1/state?as_of=2025-02-30", "/api/v1/state", 422, "as_of:"),
        ("/api/v1/deadlines?days=many", "/api/v1/deadlines", 422, "days:"),
        ("/events.csv?status=gone", "/events.csv", 422, "status:"),
    ],
)
def test_errors_are_problems_with_a_sentence(
    client: httpx.Client, described: dict[str, Any], address: str, path: str, status: int, sentence: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert sentence in fits(described, path, answer)["detail"]


def test_an_unknown_address_of_the_api_is_a_problem_too(client: httpx.Client) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_feed_is_atom_and_stable(client: httpx.Client, told: Told) -> None:
    answer = client.get("/events.atom?material=terbium&limit=10")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    for parent in (feed, *feed.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            (one,) = parent.findall(f"a:{name}", ATOM)
            assert one.text
        assert datetime.fromisoformat(parent.findtext("a:updated", "", ATOM)).tzinfo
    ids = [one.text for one in feed.findall("a:entry/a:id", ATOM)]
    assert len(ids) == len(set(ids)) and all(one and one.startswith("urn:uuid:") for one in ids)
    links = {one.get("rel"): one.get("href") for one in feed.findall("a:link", ATOM)}
    assert links["self"] == "https://monitor.example.org/events.atom?material=terbium&limit=10"
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo and f"https://monitor.example.org/events/{told['export_banned'].id}" in [entry.link for entry in parsed.entries]
    assert client.get("/events.atom?material=terbium&limit=10").content == answer.content


def test_csv_holds_the_search_and_no_formula(client: httpx.Client, told: Told) -> None:
    answer = client.get("/events.csv?material=holmium&limit=200")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    mine = next(row for row in rows if row["id"] == told["control_introduced"].id)
    assert mine["materials"].split(";")[:2] == ["holmium", "erbium"] and mine["effective"] == "2025-11-08"
    assert len(rows) == client.get("/api/v1/events?material=holmium&limit=1").json()["total"]
    assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@"))]


def test_the_calendar_is_one(client: httpx.Client, told: Told) -> None:
    answer = client.get("/deadlines.ics?days=400")
    assert answer.headers["content-type"].startswith("text/calendar")
    entries = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert "2025-12-15" in [one["DTSTART"].dt.isoformat() for one in entries]
    assert f"https://monitor.example.org/events/{told['quota_set'].id}" in [str(one["URL"]) for one in entries]
    again = client.get("/deadlines.ics?days=400", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_health_and_metrics(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    told = client.get("/metrics").text
    values = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert values['monitor_sources{health="failing"}'] == values['monitor_sources{health="ok"}'] == "1"
    assert values["monitor_articles"] == values["monitor_mentions"] == "6"
    assert values['monitor_deliveries{status="pending"}'] == "1"
    assert float(values["monitor_oldest_pending_delivery_seconds"]) == 1200.0
    assert values["monitor_events"] == str(client.get("/api/v1/events?limit=1").json()["total"])


def test_etags_of_the_api(client: httpx.Client) -> None:
    first = client.get("/api/v1/events")
    assert client.get("/api/v1/events", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'}).status_code == 304
    assert client.get("/api/v1/events", headers={"If-None-Match": '"other"'}).status_code == 200
