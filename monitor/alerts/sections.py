"""Facts become the sections of a digest, in words. Pure: what is said and in which order is decided here, layout in the templates."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.alerts.calendar import MEANING
from monitor.alerts.facts import Changed, Deadline, Facts
from monitor.alerts.proof import Proof, proofs
from monitor.model import SEVERITIES, Cell, Claim, Delivery, Event, SourceState, State, Verdict

QUOTES = 2
ROWS = 60
STRICTNESS: tuple[Verdict, ...] = ("prohibited", "licence_required", "quota", "window_passed", "announced", "suspended", "free")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change. `more` is how many sentences beyond those in `proofs` prove it."""

    event: str
    change: str
    severity: str
    because: str
    headline: str
    difference: str
    reason: str
    upcoming: tuple[str, ...]
    proofs: tuple[Proof, ...]
    more: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells of the board that share everything but the material. `moved` is what they said before, None when they did not move."""

    materials: str
    issuer: str
    destination: str
    verdict: str
    behind: str
    moved: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    on: str
    distance: str
    title: str
    link: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What parties assert of one event: (party, field, value) each."""

    headline: str
    claims: tuple[tuple[str, str, str], ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that cannot be trusted to be calm when it is silent."""

    source: str
    health: str
    since: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that did not arrive. `delivery` is the id that sends it again."""

    to: str
    subject: str
    said: str
    delivery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`share` is the count in hundredths of the largest one."""

    begins: str
    count: int
    share: int


def entries(changes: Iterable[Changed], today: date, zone: ZoneInfo, base_url: str) -> tuple[Entry, ...]:
    """Most severe first, then the latest."""
    ordered = sorted(changes, key=lambda c: (-SEVERITIES.index(c.change.severity), -c.change.at.timestamp(), c.change.id))
    return tuple(entry(changed, today, zone, base_url) for changed in ordered)


def entry(changed: Changed, today: date, zone: ZoneInfo, base_url: str) -> Entry:
    change, event = changed.change, changed.event
    return Entry(
        event=event.id,
        change=change.id,
        severity=change.severity,
        because=words.clipped(words.full(change.severity_reason), 200),
        headline=headline(event),
        difference=words.clipped(words.plain(words.difference(change)), 200),
        reason=words.clipped(words.full(change.reason), 300),
        upcoming=words.upcoming(event, today),
        proofs=proofs(changed.evidence, event, zone, QUOTES, 280),
        more=max(0, len(changed.evidence) - QUOTES),
        link=words.event_link(base_url, event.id),
    )


def headline(event: Event) -> str:
    return words.clipped(words.plain(words.headline(event)), 200)


def board(cells: Iterable[Cell], before: Iterable[Cell]) -> tuple[Row, ...]:
    """Cells that say the same of several materials become one row; what moved comes first, then the strictest."""
    past = {place(cell): cell for cell in before}
    groups: dict[tuple[int, int, str, str, str, str, str], list[str]] = {}
    for cell in cells:
        moved = movement(cell, past.get(place(cell)))
        issuer, destination = words.place(cell.jurisdiction), words.place(cell.destination) if cell.destination else "all destinations"
        key = (moved == "", STRICTNESS.index(cell.verdict), issuer, destination, words.verdict(cell), behind(cell), moved)
        groups.setdefault(key, []).append(words.named(cell.material))
    return tuple(
        Row(materials=words.listing(tuple(names), 20), issuer=k[2], destination=k[3], verdict=k[4], behind=k[5], moved=k[6] or None)
        for k, names in sorted(groups.items(), key=lambda item: item[0])
    )[:ROWS]


def place(cell: Cell) -> tuple[str, str, str | None]:
    return cell.material, cell.jurisdiction, cell.destination


def movement(cell: Cell, before: Cell | None) -> str:
    """What the cell said before, empty when that is the same or not known."""
    return words.verdict(before) if before is not None and words.verdict(before) != words.verdict(cell) else ""


def behind(cell: Cell) -> str:
    """The measures behind a cell: "MOFCOM Notice No. 61 of 2025: suspended until 10 November 2026"."""
    told = tuple(dict.fromkeys(measure(state) for state in cell.states))
    return words.listing(told, 3)


def measure(state: State) -> str:
    name = words.plain(state.measure.instrument or state.measure.event)
    until = f" until {words.iso_day(state.until)}" if state.until else ""
    return f"{words.clipped(name, 80)}: {words.named(state.state)}{until}"


def dues(deadlines: Iterable[Deadline], today: date, base_url: str) -> tuple[Due, ...]:
    return tuple(
        Due(
            on=words.day(one.on), distance=words.distance((one.on - today).days), title=f"{headline(one.event)} – {MEANING[one.field]}",
            link=words.event_link(base_url, one.event.id), new=one.new,
        )
        for one in sorted(deadlines, key=lambda d: (d.on, d.event.id, d.field))
    )  # fmt: skip


def conflicts(events: Iterable[Event], base_url: str) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(
            headline=headline(event),
            claims=tuple(map(claimed, event.claims[:8])),
            link=words.event_link(base_url, event.id),
        )
        for event in events
    )


def claimed(claim: Claim) -> tuple[str, str, str]:
    return words.plain(claim.party), words.named(claim.field), words.clipped(words.plain(words.value(claim.value)), 200)


def troubles(states: Iterable[SourceState], zone: ZoneInfo) -> tuple[Trouble, ...]:
    order = ("gone", "failing", "quiet")
    found = sorted((s for s in states if s.health in order), key=lambda s: (order.index(s.health), s.name))
    return tuple(
        Trouble(
            source=s.name, health=s.health, since=words.moment(s.since, zone) if s.since else "a time not known",
            message=words.clipped(words.plain(s.message), 200),
        )
        for s in found
    )  # fmt: skip


def failures(deliveries: Iterable[Delivery]) -> tuple[Failure, ...]:
    return tuple(
        Failure(
            to=f"{d.channel} ({d.recipient})" if d.recipient else d.channel, subject=words.clipped(words.plain(d.message.subject), 160),
            said=words.clipped(words.plain(d.said), 200), delivery=d.id,
        )
        for d in deliveries
    )  # fmt: skip


def weeks(weekly: tuple[tuple[date, int], ...]) -> tuple[Week, ...]:
    most = max((count for _, count in weekly), default=0) or 1
    return tuple(Week(begins=f"{begins.day} {begins:%b}", count=count, share=round(100 * count / most)) for begins, count in weekly[-26:])


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def by_severity(found: tuple[Entry, ...]) -> tuple[tuple[str, int], ...]:
    counts = Counter(entry.severity for entry in found)
    return tuple((severity, counts[severity]) for severity in reversed(SEVERITIES) if counts[severity])


def period(facts: Facts, zone: ZoneInfo) -> str:
    return f"{words.moment(facts.start, zone)} to {words.moment(facts.end, zone)}"


def answering(states: tuple[SourceState, ...]) -> str:
    """ "12 of 12 sources answer", never more than is known: sources that were not asked yet are told apart."""
    well, new = sum(s.health == "ok" for s in states), sum(s.health == "new" for s in states)
    if not states:
        return "no source is configured"
    said = f"{well} of {counted(len(states), 'source answers', 'sources answer')}"
    return said + (f", {new} not asked yet" if new else "")


def today_of(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()
