"""The shipped register: known acts as events, the board that follows from them and from what was learnt since, the life of an instrument."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from monitor.history import dates, instruments, shelf, sides, states
from monitor.history.states import board, cell, fold
from monitor.model import Cell, Event, Evidence, Instrument

__all__ = ["baseline", "board", "cell", "cell_json", "edition", "fold", "instrument_life", "instruments_of", "Life", "life_of"]

LISTS = ("jurisdictions", "actors", "recipients", "destinations", "materials", "modifies", "sources")


def edition() -> str:
    """The edition of the shipped register; a new one brings changes to an existing history."""
    return str(shelf.table("edition.toml")["edition"])


def baseline(known_before: date | None = None) -> tuple[Event, ...]:
    """The acts of the register as events whose id is their `ref`, each with its status as known before that day.

    An act whose date is a month counts as known before a day only when the whole month lies before it.
    """
    until = known_before or date.fromisoformat(shelf.table("edition.toml")["issued"])
    return tuple(act for row in shelf.rows("acts.jsonl") if (act := known(row, until, whole=known_before is not None)))


@lru_cache(maxsize=1)
def more_of() -> dict[str, dict[str, Any]]:
    """What measures.toml says of acts beyond the list."""
    return dict(shelf.table("measures.toml")["acts"])


def known(row: dict[str, Any], day: date, *, whole: bool) -> Event | None:
    """The event of a row; None when it was not known before `day`."""
    ends = dates.span(row["date"])
    if ends is None or ends[1 if whole else 0] >= day:
        return None
    more = more_of().get(row["id"], {})
    lists: dict[str, Any] = {name: tuple(row[name]) for name in LISTS}
    event = Event(
        id=row["id"], ref=row["id"], type=row["type"], direction=row["direction"], focus="news",
        status=more.get("status") or ("announced" if later(row["effective"], day) else "in_force"),
        certainty=more.get("certainty", "confirmed"),
        **lists,
        instrument=row["instrument"], date=row["date"], effective=row["effective"], until=row["until"],
        summary=row["summary"], known=dates.midnight(ends[0]),
    )  # fmt: skip
    return with_numbers(event, tuple(more.get("numbers", ())))


def with_numbers(event: Event, more: tuple[str, ...]) -> Event:
    """The event with the keys of its instrument."""
    return replace(event, numbers=tuple(dict.fromkeys((*sides.own_keys(event), *more))))


def later(effective: str | None, day: date) -> bool:
    start = dates.first(effective)
    return start is not None and start >= day


# ---- a cell as JSON ------------------------------------------------------------------------------------------------------


def cell_json(found: Cell, evidence: Callable[[str], Sequence[Evidence]], events: Iterable[Event] = ()) -> dict[str, Any]:
    """A cell in the shape of the board's contract. `evidence` gives the sentences of an event; `events` tell their `ref` and sources."""
    by_id = {event.id: event for event in events}
    return {
        "material": found.material, "jurisdiction": found.jurisdiction, "destination": found.destination,
        "as_of": found.as_of.isoformat(), "known_at": found.known_at.isoformat(),
        "verdict": found.verdict, "general_licence": found.general_licence,
        "measures": [
            {
                "ref": ref_of(state.measure.event, by_id), "instrument": state.measure.instrument, "clause": state.measure.clause or None,
                "effect": state.measure.effect, "state": state.state, "effective": state.measure.effective, "until": state.until,
                "event": state.measure.event, "by": list(state.by), "reason": state.reason,
                "evidence": [told(one) for one in evidence(state.measure.event)],
            }
            for state in found.states
        ],
    }  # fmt: skip


def told(one: Evidence) -> dict[str, Any]:
    """A sentence as JSON."""
    return {"quote": one.quote, "url": one.url, "outlet": one.outlet, "published": one.published.isoformat() if one.published else None}


def ref_of(event_id: str, events: dict[str, Event]) -> str | None:
    """The register's id that an event descends from: known from the event, else from the register itself."""
    return events[event_id].ref if event_id in events else event_id if event_id in acts() else None


@lru_cache(maxsize=1)
def acts() -> dict[str, dict[str, Any]]:
    """The rows of the register by id."""
    return {row["id"]: row for row in shelf.rows("acts.jsonl")}


def sources(event: Event) -> tuple[Evidence, ...]:
    """What the register itself can show for an act: its sentence, and where it was read."""
    row = acts().get(event.ref or "")
    return tuple(Evidence(quote=row["summary"], url=url, outlet="register") for url in row["sources"]) if row else ()


# ---- instruments ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One step in the life of an instrument: the day, what happened, by which act, and where that was read."""

    day: str | None
    event: str
    relation: str
    what: str
    until: str | None = None
    sources: tuple[str, ...] = ()


def instrument_life(number: str, events: Iterable[Event]) -> tuple[Life, ...]:
    """The life of every instrument that `number` may mean ("61", "No. 61 of 2025", "CN:2025:61", 商务部公告2025年第61号), in order of time."""
    told_events = {event.id: event for event in events}
    acting = states.edges(told_events)
    return tuple(step for event in found(number, told_events.values()) for step in life_of(event, acting))


def found(number: str, events: Iterable[Event]) -> list[Event]:
    """The events whose instrument a written form may mean; a bare number means that number of any year."""
    wanted = set(instruments.keys(number)) | {number.strip()}
    bare = number.strip().lower().removeprefix("no.").strip()
    chosen = [
        e for e in events if wanted & {*e.numbers, e.id} or (bare.isdigit() and any(k.split(":")[-1].split("-")[-1] == bare for k in e.numbers))
    ]
    return sorted(chosen, key=lambda e: (e.date or "", e.id))


def life_of(event: Event, acting: dict[str, list[states.Edge]]) -> list[Life]:
    """Announcement, entries into force clause by clause, what other acts did to it, and ends, in order of time."""
    own = [Life(day=event.date, event=event.id, relation="announced", what=event.summary or states.name(event), sources=event.sources)]
    for measure, _ in states.measures([event]):
        start, why = states.begins(measure)
        label = f"clause {measure.clause} " if measure.clause else ""
        own.append(Life(day=start.isoformat() if start else None, event=event.id, relation="in_force", what=f"{label}{why}", until=measure.until))
    for one in acting.get(event.id, ()):
        about = f"clause {', '.join(one.clauses)}: " if one.clauses else ""
        what = f"{about}{states.name(one.by)}: {one.by.summary}"
        own.append(Life(day=one.since.isoformat(), event=one.by.id, relation=one.relation, what=what, until=one.until, sources=one.by.sources))
    return sorted(dict.fromkeys(own), key=lambda step: step.day or "9999")


def instruments_of(events: Iterable[Event]) -> tuple[Instrument, ...]:
    """Every instrument that an event is, with its measures and what other acts did to it."""
    told_events = {event.id: event for event in events}
    acting = states.edges(told_events)
    return tuple(
        Instrument(
            number=event.numbers[0],
            name=event.instrument or event.numbers[0],
            jurisdiction=event.numbers[0].split(":")[0],
            measures=tuple(measure for measure, _ in states.measures([event])),
            edges=tuple((one.relation, one.by.id, one.until) for one in acting.get(event.id, ())),
        )
        for event in sorted(told_events.values(), key=lambda e: (e.date or "", e.id))
        if event.numbers
    )
