"""The difference between two folds of an event that is worth a page, and the days on which something falls due.

Worth a page: the first report of an act; a status that moves on, turns round or is denied; a report that is confirmed; a first or another
end or entry into force; a wider scope; a correction; a contradiction. Recaps, opinions, talks, public support and repeats are stored and page nobody.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from monitor.history import dates, materials, severity, sides, states
from monitor.model import Change, ChangeField, Event, Witness, digest

QUIET = frozenset({"position_stated", "talks_held", "supply_supported"})
FRESH = timedelta(days=3)
DATES: tuple[ChangeField, ...] = ("effective", "until")
STEPS: tuple[tuple[int, str], ...] = (
    (30, "in 30 days"),
    (7, "in 7 days"),
    (1, "tomorrow"),
    (0, "today"),
    (-1, "yesterday"),
)


def between(before: Event | None, after: Event, witness: Witness, now: datetime, known: bool = False) -> tuple[Change, ...]:
    """The changes that a mention made. `known` says that the act, though new to the history, sums up acts that it knows."""
    if after.type in QUIET:
        return ()
    if before is None:
        return first_report(after, witness, now, known)
    if after.status == "denied" and before.status != "denied":
        return (made("denied", before.status, "denied", f"{speaker(witness)} denies it", after, witness, now),)
    if recap(witness):
        return ()
    found = (*status(before, after, witness, now), *certainty(before, after, witness, now), *times(before, after, witness, now))
    return found or scope(before, after, witness, now)


def recap(witness: Witness) -> bool:
    """Whether the mention recalls something; only what official documents recall counts as told."""
    return witness.mention.focus == "background" and not witness.mention.correction


def first_report(after: Event, witness: Witness, now: datetime, known: bool) -> tuple[Change, ...]:
    """The first report of an act: news, or a recap of something so recent that the news itself was missed."""
    if known or after.status == "denied":
        return ()
    if recap(witness) and not (dates.exact(after.date) and fresh(after, witness)):
        return ()
    told = after.instrument or after.type.replace("_", " ")
    return (made("new", None, after.status, f"first report of this act: {told}, {after.status.replace('_', ' ')}", after, witness, now),)


def fresh(event: Event, witness: Witness) -> bool:
    """Whether an act lies at most three days before the mention."""
    day = dates.last(event.date)
    return day is not None and timedelta(0) <= witness.known - dates.midnight(day) <= FRESH + timedelta(days=1)


def status(before: Event, after: Event, witness: Witness, now: datetime) -> tuple[Change, ...]:
    """The status moved on, or a duty turned round."""
    if (before.status, before.direction) == (after.status, after.direction) or (before.status == after.status and not turned(before, after)):
        return ()
    told = after.status + (f" ({after.direction})" if turned(before, after) else "")
    return (made("status", before.status, told, f"{words(before.status)} before, {words(told)} now, says {speaker(witness)}", after, witness, now),)


def turned(before: Event, after: Event) -> bool:
    return {before.direction, after.direction} == {"tightening", "easing"}


def certainty(before: Event, after: Event, witness: Witness, now: datetime) -> tuple[Change, ...]:
    """A report is confirmed."""
    if (before.certainty, after.certainty) != ("reported", "confirmed"):
        return ()
    return (made("certainty", "reported", "confirmed", f"confirmed by {speaker(witness)}", after, witness, now),)


def times(before: Event, after: Event, witness: Witness, now: datetime) -> tuple[Change, ...]:
    """A first or another end or entry into force; a first entry into force that comes with a new status is told by the status."""
    found: list[Change] = []
    for name in DATES:
        old, new, said = (getattr(side, name) for side in (before, after, witness.mention))
        if new and not dates.agree(old, new):
            kind: ChangeField = "correction" if corrects(witness, name, after, before) else name
            found.append(made(kind, old, new, f"{name}: {old} before, {new} now, says {speaker(witness)}", after, witness, now, part=name))
        elif new and not old and not (name == "effective" and before.status != after.status):
            found.append(made(name, None, new, f"{name} {new} is stated for the first time, by {speaker(witness)}", after, witness, now))
        elif said and new == old and contradicts(name, before, after) and (before.last_seen is None or witness.known >= before.last_seen):
            found.append(made("conflict", old, said, f"{name}: {speaker(witness)} says {said}, others say {old}", after, witness, now, part=name))
    return tuple(found)


def corrects(witness: Witness, name: str, after: Event, before: Event) -> bool:
    """Whether a date changed because an outlet corrects itself or another."""
    return witness.mention.correction or not any(claim.field == name for claim in set(after.claims) - set(before.claims))


def contradicts(name: str, before: Event, after: Event) -> bool:
    """Whether parties now say different things of a date and did not before."""
    values = [{claim.value for claim in side.claims if claim.field == name} for side in (before, after)]
    return len(values[1]) > 1 and values[1] != values[0]


def scope(before: Event, after: Event, witness: Witness, now: datetime) -> tuple[Change, ...]:
    """More materials, buyers or firms, where what was known did not cover them."""
    parts = []
    new = [one for one in after.materials if not any(materials.touches(one, old) for old in before.materials)]
    if before.materials and new:
        parts.append(("materials", before.materials, after.materials))
    for name in ("destinations", "recipients"):
        old, now_told = getattr(before, name), getattr(after, name)
        if old and not sides.within(now_told, old):
            parts.append((name, old, now_told))
    return tuple(
        made("scope", ", ".join(old), ", ".join(told), f"{name} now also {', '.join(sorted(set(told) - set(old)))}", after, witness, now, part=name)
        for name, old, told in parts[:1]
    )


def made(
    field: ChangeField, before: str | None, after: str | None, reason: str, event: Event, witness: Witness | None, now: datetime, part: str = ""
) -> Change:
    """A change with its severity; its id depends on the event and the values alone, so that a repeat is known."""
    grade, why = severity.of(field, event)
    return Change(
        id=digest("change", event.id, field, part, before or "", after or ""),
        event=event.id, field=field, before=before, after=after, reason=reason, at=now,
        severity=grade, severity_reason=why, mention=witness.mention.id if witness else None,
    )  # fmt: skip


def speaker(witness: Witness) -> str:
    """Who asserts it."""
    return witness.mention.claimant or witness.outlet or "the source"


def words(text: str) -> str:
    return text.replace("_", " ")


# ---- deadlines -----------------------------------------------------------------------------------------------------------


def deadlines(events: Iterable[Event], today: date, already: frozenset[str] = frozenset()) -> tuple[Change, ...]:
    """What falls due around today and was not told before: 30, 7 and 1 days ahead, on the day, and the day after.

    After days without service only the latest step that was missed is told, the day after within a week of it. Steps up to the day on which the
    act became known are told by its report. `already` are ids of changes; `events` are all that may act on each other, since what is suspended,
    repealed or prolonged by then does not fall due.
    """
    known = {event.id: event for event in events}
    found = [change for event in known.values() if falls_due(event) for change in steps(event, today) if change.id not in already]
    if not found:
        return ()
    acting = states.edges(known)
    return tuple(
        one for one in found if not states.overtaken(known[one.event], date.fromisoformat(str(one.after)), one.reason.startswith("ends"), acting)
    )


def falls_due(event: Event) -> bool:
    """Whether an act is decided and worth a page."""
    return event.type not in QUIET and event.status not in ("denied", "planned")


def steps(event: Event, today: date) -> Iterable[Change]:
    """The steps reached last of each of an event's days."""
    for name in ("effective", "until"):
        day = getattr(event, name)
        if dates.exact(day) and (change := due(event, name, date.fromisoformat(day), today)):
            yield change


def due(event: Event, name: str, day: date, today: date) -> Change | None:
    """The step of a deadline that was reached last; None when none was, the report told it, or the day is over a week gone."""
    left = (day - today).days
    reached = [(ahead, told) for ahead, told in STEPS if left <= ahead]
    if not reached or left < -7:
        return None
    ahead, told = reached[-1]
    if event.known and event.known.date() >= day - timedelta(days=ahead):
        return None
    what = "ends" if name == "until" else "enters into force"
    grade, why = severity.of("deadline", event)
    return Change(
        id=digest("deadline", event.id, name, day.isoformat(), ahead),
        event=event.id, field="deadline", before=None, after=day.isoformat(), at=dates.midnight(today),
        reason=f"{what} on {day.isoformat()}: {told if left == ahead else f'{abs(left)} days ' + ('ago' if left < 0 else 'ahead')}",
        severity=grade, severity_reason=why,
    )  # fmt: skip
