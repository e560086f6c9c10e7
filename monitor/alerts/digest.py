"""The digest: what changed, what is due, what went quiet. Pure: facts in, a digest out; then HTML, text, JSON and a message."""

import dataclasses
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from monitor.alerts import render, sections, words
from monitor.alerts.body import fitted
from monitor.alerts.calendar import calendar
from monitor.alerts.facts import Facts
from monitor.alerts.proof import GLOSS
from monitor.alerts.sections import Conflict, Due, Entry, Failure, Row, Trouble, Week, counted
from monitor.model import Message
from monitor.model import digest as hashed

LARGEST_HTML = 100_000  # bytes: some mail clients clip a longer mail
MOST = (60, 30, 15, 8, 4, 2)  # entries of a section, tried in turn until the HTML is small enough
FIRST = timedelta(hours=6)  # a first digest at 23:59 is seen after midnight
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a digest says. `day` is the local day it is for; `empty` that there is nothing to say but that; `left_out` what a limit cut off."""

    day: date
    start: datetime
    end: datetime
    made: datetime
    audience: str
    period: str
    line: str
    empty: bool
    link: str
    days_ahead: int
    severities: tuple[tuple[str, int], ...] = ()
    entries: tuple[Entry, ...] = ()
    board: tuple[Row, ...] = ()
    deadlines: tuple[Due, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    held_back: tuple[tuple[str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    answering: str = ""
    failures: tuple[Failure, ...] = ()
    weeks: tuple[Week, ...] = ()
    calendar: bytes = b""
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def title(self) -> str:
        return f"Rare-earth licensing, {words.day(self.day)}" + (f" · {self.audience}" if self.audience else "")


def build(facts: Facts, now: datetime, zone: ZoneInfo) -> Digest:
    """What the digest says, in the words and the time zone of its readers."""
    today = sections.today_of(facts.end, zone)
    found = sections.entries(facts.changes, today, zone, facts.base_url)
    made = Digest(
        day=today,
        start=facts.start,
        end=facts.end,
        made=now,
        audience=words.plain(facts.audience),
        period=sections.period(facts, zone),
        line="",
        empty=not (facts.changes or facts.deadlines or facts.conflicts or facts.failed or sections.troubles(facts.sources, zone)),
        link=facts.base_url,
        days_ahead=facts.days_ahead,
        severities=sections.by_severity(found),
        entries=found,
        board=sections.board(facts.board, facts.board_before),
        deadlines=sections.dues(facts.deadlines, today, facts.base_url),
        conflicts=sections.conflicts(facts.conflicts, facts.base_url),
        held_back=tuple((words.plain(why), count) for why, count in facts.held_back if count),
        troubles=sections.troubles(facts.sources, zone),
        answering=sections.answering(facts.sources),
        failures=sections.failures(facts.failed),
        weeks=sections.weeks(facts.weekly),
        calendar=calendar(facts.deadlines, facts.base_url, now) if facts.deadlines else b"",
    )
    return replace(made, line=line(made))


def line(digest: Digest) -> str:
    """The digest in one sentence: what a phone shows of the mail, and all that an empty day says."""
    if digest.empty:
        held = sum(count for _, count in digest.held_back)
        stored = f"; {counted(held, 'repeat or remark was', 'repeats and remarks were')} stored and not told" if held else ""
        return f"Nothing changed and nothing falls due within {digest.days_ahead} days; {digest.answering}{stored}."
    severe = f" ({', '.join(f'{count} {severity}' for severity, count in digest.severities)})" if digest.severities else ""
    parts = [
        f"{counted(len(digest.entries), 'change', 'changes')}{severe}" if digest.entries else "No change",
        counted(len(digest.deadlines), "deadline", "deadlines") + f" within {digest.days_ahead} days" if digest.deadlines else "",
        counted(len(digest.conflicts), "act with claims in conflict", "acts with claims in conflict") if digest.conflicts else "",
        counted(len(digest.troubles), "source silent or failing", "sources silent or failing") if digest.troubles else "",
        counted(len(digest.failures), "delivery failed", "deliveries failed") if digest.failures else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def limited(digest: Digest, most: int) -> Digest:
    """The digest with at most so many entries in a section, and what that left out."""
    names = ("entries", "board", "deadlines", "conflicts", "troubles", "failures", "held_back")
    kept = {name: getattr(digest, name)[:most] for name in names}
    left = tuple((name, len(getattr(digest, name)) - most) for name in names if len(getattr(digest, name)) > most)
    return replace(digest, left_out=left, **kept)


def html(digest: Digest) -> str:
    """The page or mail, under 100 kB: sections are shortened until it is, and say so."""
    pages = (rendered(limited(digest, most)) for most in MOST)
    return next((page for page in pages if len(page.encode()) < LARGEST_HTML), rendered(limited(digest, 1)))


def rendered(digest: Digest) -> str:
    return render.html("digest.html", title=digest.title, digest=digest, left=dict(digest.left_out), gloss_label=GLOSS)


def text(digest: Digest) -> str:
    """The text part: everything that the HTML says."""
    shown = limited(digest, MOST[0])
    return render.text("digest.txt", digest=shown, left=dict(shown.left_out), gloss_label=GLOSS, chart=chart(digest.weeks))


def chart(weeks: tuple[Week, ...]) -> str:
    """Counts as a row of bars for readers of plain text."""
    return "".join(BARS[round(week.share * (len(BARS) - 1) / 100)] for week in weeks)


def as_json(digest: Digest) -> dict[str, Any]:
    """Everything the digest says, as JSON values; moments in ISO 8601, UTC."""
    values = {field.name: getattr(digest, field.name) for field in dataclasses.fields(digest) if field.name != "calendar"}
    made: dict[str, Any] = plain({"title": digest.title, **values})
    return made


def plain(value: Any) -> Any:
    """Dataclasses, tuples, dates and moments as what JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def message(digest: Digest) -> Message:
    """The message of a digest; one period of one audience has one id, whatever restarts."""
    files = (("deadlines.ics", "text/calendar", digest.calendar),) if digest.calendar else ()
    return Message(
        id=f"msg_{hashed('digest', digest.audience, digest.start.isoformat(), digest.end.isoformat())}",
        type="digest",
        timestamp=digest.made,
        subject=words.clipped(f"{digest.title}: {digest.line}", 160),
        text=text(digest),
        html=html(digest),
        data=fitted({"digest": as_json(digest), "link": digest.link}),
        files=files,
    )


def due(at: time, zone: ZoneInfo, last_sent: date | None, now: datetime, every: Literal["day", "week"] = "day") -> date | None:
    """The day whose digest is owed at `now`, or None. Missed days are caught up by one digest, that of the latest day due.

    A time that the clock skips in spring is reached when the skipped hour is over; one that comes twice in autumn counts the first time.
    A weekly digest is owed on Mondays. The first digest ever is owed on its day or within hours of its time, not for days past.
    """
    local = now.astimezone(zone).date()
    day = local if now >= moment(local, at, zone) else local - timedelta(days=1)
    if every == "week":
        day -= timedelta(days=day.weekday())
    if last_sent is None:
        return day if day == local or now - moment(day, at, zone) < FIRST else None
    return day if day > last_sent else None


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time on a day."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
