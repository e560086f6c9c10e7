"""What a digest says, how it looks, and when it is owed."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import golden
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import html as parser
from support import BASE, CASES, NOW, change, delivery, event, evidence, read
from test_alert_message import VALID

from monitor.alerts import digest as digests
from monitor.alerts.body import body
from monitor.alerts.facts import Changed, Deadline, Facts, deadlines
from monitor.model import SourceState

FILES = sorted((CASES / "digests").glob("*.json"))
BERLIN = ZoneInfo("Europe/Berlin")
AT = time(7, 30)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_digest_reads_as_its_case(file: Path) -> None:
    """Text, HTML and calendar are those that lie beside the case."""
    for ending, content in golden.of_digest(file).items():
        beside = file.with_suffix(ending)
        assert content == (beside.read_bytes().decode() if beside.exists() else ""), f"{beside.name}: python tests/alerts/golden.py writes it anew"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_digest_is_a_message(file: Path) -> None:
    """Its body is valid and small, its JSON complete, its id the period's."""
    made = golden.digest(file)
    message = digests.message(made)
    told = body(message)
    assert len(told.encode()) < 20_000
    VALID.validate(json.loads(told))
    assert message.id == digests.message(replace(made, made=NOW)).id
    assert message.id != digests.message(replace(made, end=made.end + timedelta(days=1))).id
    assert json.loads(json.dumps(digests.as_json(made)))["line"] == made.line


def test_the_text_says_what_the_html_says() -> None:
    """Every word of a section is in both parts; only the layout differs."""
    made = golden.digest(CASES / "digests" / "full.json")
    page = " ".join(parser.document_fromstring(digests.html(made)).text_content().split())
    text = " ".join(digests.text(made).split())
    said = [made.line, made.period, made.answering[1:]]
    said += [part for entry in made.entries for part in (entry.headline, entry.difference[1:], entry.reason, *entry.upcoming, entry.because)]
    said += [part for entry in made.entries for proof in entry.proofs for part in (proof.quote, proof.source, proof.gloss or "")]
    said += [part for row in made.board for part in (row.materials, row.verdict[1:], row.moved or "", row.behind)]
    said += [part for due in made.deadlines for part in (due.on, due.distance, due.title)]
    said += [part for one in made.conflicts for claim in one.claims for part in claim]
    said += [part for one in made.troubles for part in (one.source, one.health, one.since, one.message)]
    said += [part for one in made.failures for part in (one.to, one.subject, one.said, one.delivery)]
    for part in said:
        assert part in page, f"the HTML lacks: {part}"
        assert part in text, f"the text lacks: {part}"


def test_a_calm_day_is_one_line() -> None:
    made = golden.digest(CASES / "digests" / "empty.json")
    assert made.empty
    assert len(digests.text(made).strip().splitlines()) == 5
    assert not parser.document_fromstring(digests.html(made)).xpath("//h2")


@pytest.mark.parametrize("name", ["only-a-deadline", "silent-source", "full"])
def test_a_day_with_something_to_say_is_not_empty(name: str) -> None:
    assert not golden.digest(CASES / "digests" / f"{name}.json").empty


def test_the_most_severe_comes_first_then_the_latest() -> None:
    grades = (("low", 0), ("critical", 1), ("high", 2), ("high", 3))
    found = tuple(Changed(change=change(id=f"c{n}", severity=grade, at=NOW + timedelta(hours=n)), event=event()) for grade, n in grades)
    made = digests.build(Facts(start=NOW, end=NOW, base_url=BASE, changes=found), NOW, BERLIN)
    assert [entry.change for entry in made.entries] == ["c1", "c3", "c2", "c0"]


def huge() -> Facts:
    """A day on which everything happened at once, in Chinese."""
    proofs = tuple(evidence("出口管制" * 200, language="zh", url="https://ministry.example/" + "x" * 400) for _ in range(5))
    firms = tuple(f"Firm {n}" for n in range(200))
    changes = tuple(
        Changed(change=change(id=f"c{n}", reason="r" * 500), event=event(id=f"e{n}", recipients=firms), evidence=proofs) for n in range(500)
    )
    ahead = tuple(Deadline(on=date(2025, 11, 8) + timedelta(days=n % 30), field="until", event=event(id=f"e{n}")) for n in range(300))
    sources = tuple(SourceState(name=f"s{n}", health="failing", message="m" * 300) for n in range(200))
    failed = tuple(delivery(id=f"d{n}", said="s" * 300) for n in range(200))
    return Facts(start=NOW, end=NOW + timedelta(days=1), base_url=BASE, changes=changes, deadlines=ahead, sources=sources, failed=failed)


def test_a_huge_day_stays_readable_in_mail() -> None:
    """Under 100 kB of HTML and 20 kB of body, and what was left out is counted."""
    made = digests.build(huge(), NOW, BERLIN)
    page = digests.html(made)
    assert len(page.encode()) < 100_000
    assert re.search(r"and \d+ more on", page)
    assert "500 changes" in page
    message = digests.message(made)
    told = json.loads(body(message))
    assert len(body(message).encode()) < 20_000
    VALID.validate(told)
    assert told["data"]["trimmed"]


def test_nothing_from_a_page_acts_in_a_digest() -> None:
    """The hostile alert's texts, as a digest's entry."""
    case = read(CASES / "messages" / "hostile.json")
    found = (Changed(change=case["change"], event=case["event"], evidence=case["evidence"]),)
    bad = "<script>alert(9)</script>"
    source = SourceState(name=bad, health="failing", message=bad)
    facts = Facts(
        start=NOW, end=NOW, base_url=BASE, audience=bad, changes=found, sources=(source,), held_back=((bad, 3),), failed=(delivery(said=bad),)
    )
    page = parser.document_fromstring(digests.html(digests.build(facts, NOW, BERLIN)))
    assert not page.xpath("//script | //img | //svg | //*[@onclick or @onerror or @onload]")
    assert all(href.startswith(BASE) for href in page.xpath("//a/@href"))
    assert page.text_content().count(bad) >= 4


def test_the_calendar_file_holds_each_deadline_under_a_constant_uid() -> None:
    made = golden.digest(CASES / "digests" / "full.json")
    entries = Calendar.from_ical(made.calendar).walk("VEVENT")
    assert [entry["DTSTART"].dt for entry in entries] == [date(2025, 12, 1), date(2025, 11, 9)]
    again = replace(golden.read(CASES / "digests" / "full.json")["facts"], start=NOW)
    other = Calendar.from_ical(digests.build(again, NOW + timedelta(days=3), BERLIN).calendar).walk("VEVENT")
    assert [entry["UID"] for entry in entries] == [entry["UID"] for entry in other]
    assert all(entry["UID"] for entry in entries)
    (file,) = digests.message(made).files
    assert file[:2] == ("deadlines.ics", "text/calendar")


def test_only_whole_days_ahead_are_deadlines() -> None:
    today = date(2025, 11, 7)
    events = (
        event(id="a", until="2025-11-10", effective="2025-11-07"), event(id="b", until="2025-12"), event(id="c", until="2025-11-06"),
        event(id="d", until="2026-11-10"), event(id="e", until="2025-11-08", status="denied"),
    )  # fmt: skip
    assert [(one.on.isoformat(), one.field, one.event.id) for one in deadlines(events, today, 30)] == [
        ("2025-11-07", "effective", "a"), ("2025-11-10", "until", "a"),
    ]  # fmt: skip


def sent(at: time, zone: ZoneInfo, start: datetime, end: datetime, step: timedelta, every: str = "day") -> list[tuple[date, datetime]]:
    """The digests of a service that looks every `step`."""
    last, now, found = None, start, []
    while now < end:
        day = digests.due(at, zone, last, now, every)  # type: ignore[arg-type]
        if day is not None:
            found.append((day, now))
            last = day
        now += step
    return found


@pytest.mark.parametrize("at", [time(7, 30), time(2, 30), time(0, 0), time(23, 59)], ids=str)
def test_one_digest_a_day_over_a_year_and_both_clock_changes(at: time) -> None:
    """Every ten minutes of 2025 in Berlin: one digest for each day, within ten minutes of its local time, also where that is skipped or doubled."""
    start, end = datetime(2024, 12, 31, 23, tzinfo=UTC), datetime(2025, 12, 31, 23, tzinfo=UTC)
    found = sent(at, BERLIN, start, end, timedelta(minutes=10))
    days = [day for day, _ in found]
    first = date(2024, 12, 31) if at == time(23, 59) else date(2025, 1, 1)  # the look at midnight comes a minute after 23:59
    assert days == [first + timedelta(days=n) for n in range(365)]
    for day, now in found:
        late = now - digests.moment(day, at, BERLIN)
        assert timedelta(0) <= late < timedelta(minutes=10)
        if (day.isoformat(), at) != ("2025-03-30", time(2, 30)):
            assert digests.moment(day, at, BERLIN).astimezone(BERLIN).time() == at


def test_a_time_that_the_clock_skips_comes_when_the_hour_is_over() -> None:
    assert digests.moment(date(2025, 3, 30), time(2, 30), BERLIN).astimezone(BERLIN).time() == time(3, 30)


def test_one_digest_a_week_on_mondays() -> None:
    found = sent(AT, BERLIN, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1), "week")
    assert len(found) == 52
    assert all(day.weekday() == 0 and now.astimezone(BERLIN).date() == day for day, now in found)


def test_missed_days_are_caught_up_once() -> None:
    """After three days down one digest is owed: at noon today's, before its hour yesterday's."""
    last = date(2025, 11, 4)
    noon = datetime(2025, 11, 8, 11, tzinfo=UTC)
    assert digests.due(AT, BERLIN, last, noon) == date(2025, 11, 8)
    assert digests.due(AT, BERLIN, date(2025, 11, 8), noon) is None
    early = datetime(2025, 11, 8, 3, tzinfo=UTC)
    assert digests.due(AT, BERLIN, last, early) == date(2025, 11, 7)
    assert digests.due(AT, BERLIN, date(2025, 11, 7), early) is None


def test_a_new_service_owes_nothing_for_days_past() -> None:
    assert digests.due(AT, BERLIN, None, datetime(2025, 11, 8, 3, tzinfo=UTC)) is None
    assert digests.due(AT, BERLIN, None, datetime(2025, 11, 8, 7, tzinfo=UTC)) == date(2025, 11, 8)


MINUTES = st.integers(0, 366 * 24 * 60)


@given(
    looks=st.lists(MINUTES, min_size=1, max_size=40).map(sorted),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]),
)
def test_never_twice_for_a_day_whenever_one_looks(looks: list[int], hour: int, zone: str) -> None:
    """Whatever the restarts, days are told in order, each at most once, never before its hour, never more than a day late."""
    last = None
    for minutes in looks:
        now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        day = digests.due(time(hour), ZoneInfo(zone), last, now)
        if day is not None:
            assert last is None or day > last
            assert timedelta(0) <= now - digests.moment(day, time(hour), ZoneInfo(zone)) < timedelta(hours=25)
            last = day
        assert last is None or digests.due(time(hour), ZoneInfo(zone), last, now) is None


def test_the_schema_rejects_what_is_no_body() -> None:
    """The validator used in these tests can fail."""
    good = json.loads(body(digests.message(golden.digest(CASES / "digests" / "empty.json"))))
    for wrong in ({**good, "type": "digests"}, {**good, "timestamp": "yesterday"}, {**good, "data": {"link": None, "trimmed": []}}):
        with pytest.raises(jsonschema.ValidationError):
            VALID.validate(wrong)
