"""What the conductor gathers for one digest. Everything is a noun of the house; nothing here is formatted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from monitor.alerts import words
from monitor.model import Cell, Change, Delivery, Event, Evidence, SourceState

DateField = Literal["effective", "until"]
DATES: tuple[DateField, ...] = ("effective", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change of the period with its event and the sentences that prove it (none for a deadline)."""

    change: Change
    event: Event
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A date ahead: `field` is the event's field that holds it ("effective" or "until"), `on` that date."""

    on: date
    field: DateField
    event: Event
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A digest's material. `start` to `end` is the period (end excluded).

    `board` are the cells of watched materials at `end` and `board_before` those at `start`, to tell what moved. `conflicts` are events whose
    claims contradict each other. `held_back` counts what was stored and paged nobody, by reason ("recap of a known act", 212). `sources` are
    all source states: those that fail or went quiet are told, the others counted. `failed` are deliveries given up in the period. `weekly`
    are the changes of the past weeks, oldest first, by the Monday they begin on.
    """

    start: datetime
    end: datetime
    base_url: str
    audience: str = ""
    days_ahead: int = 30
    changes: tuple[Changed, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    board: tuple[Cell, ...] = ()
    board_before: tuple[Cell, ...] = ()
    conflicts: tuple[Event, ...] = ()
    held_back: tuple[tuple[str, int], ...] = ()
    sources: tuple[SourceState, ...] = ()
    failed: tuple[Delivery, ...] = ()
    weekly: tuple[tuple[date, int], ...] = ()


def deadlines(events: tuple[Event, ...], today: date, days: int) -> tuple[Deadline, ...]:
    """The full dates of `events` from `today` to `days` ahead, soonest first. A date whose day is not known is no deadline."""
    found = (
        Deadline(on=on, field=field, event=event)
        for event in events
        if event.status != "denied"
        for field in DATES
        if (on := words.whole_day(getattr(event, field))) is not None and 0 <= (on - today).days <= days
    )
    return tuple(sorted(found, key=lambda deadline: (deadline.on, deadline.event.id, deadline.field)))
