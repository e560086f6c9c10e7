"""The shipped register: known acts as events, and the board of states that follows from them and from what was learnt since."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from monitor.history import dates, features, shelf
from monitor.model import Event


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
def told() -> dict[str, dict[str, Any]]:
    """What measures.toml says of acts beyond the list."""
    return dict(shelf.table("measures.toml")["acts"])


def known(row: dict[str, Any], day: date, *, whole: bool) -> Event | None:
    """The event of a row; None when it was not known before `day`."""
    ends = dates.span(row["date"])
    if ends is None or ends[1 if whole else 0] >= day:
        return None
    more = told().get(row["id"], {})
    event = Event(
        id=row["id"], ref=row["id"], type=row["type"], direction=row["direction"], focus="news",
        status=more.get("status") or ("announced" if later(row["effective"], day) else "in_force"),
        certainty=more.get("certainty", "confirmed"),
        **{name: tuple(row[name]) for name in ("jurisdictions", "actors", "recipients", "destinations", "materials", "modifies", "sources")},
        instrument=row["instrument"], date=row["date"], effective=row["effective"], until=row["until"],
        summary=row["summary"], known=dates.midnight(ends[0]),
    )  # fmt: skip
    return with_numbers(event, tuple(more.get("numbers", ())))


def with_numbers(event: Event, more: tuple[str, ...]) -> Event:
    """The event with the keys of its instrument."""
    return replace(event, numbers=tuple(dict.fromkeys((*features.own_keys(event), *more))))


def later(effective: str | None, day: date) -> bool:
    start = dates.first(effective)
    return start is not None and start >= day
