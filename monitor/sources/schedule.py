"""When a source is asked next, and how it is doing. Pure: a state and an outcome become the next state."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchFailed, MonitorError
from monitor.model import Fetched, Health, Item, Source, SourceState

SOON = timedelta(minutes=15)
DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=7)
LONGEST_PROMISE = timedelta(hours=1)
GONE = timedelta(days=30)
STALE = timedelta(days=180)
CHANCE_OF_SILENCE = 0.01
UNDATED = "none of its items has a date, so silence cannot be noticed"


def after_success(source: Source, state: SourceState, fetched: Fetched, items: Iterable[Item], now: datetime) -> SourceState:
    """The state after an answer that could be read; `items` is empty when it was unchanged.

    The next check comes after `every`, or later when the server promises that nothing changes before, at most an hour later.
    """
    items = tuple(items)
    promised = min(timedelta(seconds=fetched.max_age or 0), max(source.every, LONGEST_PROMISE))
    answered = replace(
        state,
        next_check=now + max(source.every, promised),
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=fetched.body_hash or state.body_hash,
        moved_to=fetched.moved_to,
        failures=0,
        last_check=now,
        last_success=now,
        last_item=newest(state.last_item, items, now),
    )
    if fetched.unchanged:
        return health(
            source,
            with_health(answered, state.health if state.health in ("quiet", "ok") else "ok", state.message if state.failures == 0 else "", now),
            now,
        )
    if not items:
        return with_health(answered, "quiet", f"{fetched.url} has no entries at all", now)
    return health(source, with_health(answered, "ok", remark(items), now), now)


def remark(items: tuple[Item, ...]) -> str:
    return UNDATED if all(item.published is None for item in items) else ""


def newest(known: datetime | None, items: tuple[Item, ...], now: datetime) -> datetime | None:
    """The latest date among items; one that lies more than a day ahead is a mistake of the source and not believed."""
    dates = [item.published for item in items if item.published is not None and item.published <= now + DAY]
    return max([*dates, *([known] if known else [])], default=None)


def after_failure(source: Source, state: SourceState, error: MonitorError, now: datetime) -> SourceState:
    """The state after a check that failed; the message is the error's sentence.

    The first repeat comes soon, each further one after twice the time, up to a day (or `every`, if that is longer).
    A server that names a time is obeyed up to a week. A source that says it is gone for good is looked at once a month.
    A place that the source was said to have moved to is forgotten, so that the next check starts from the configured address.
    """
    failures = state.failures + 1
    failed = replace(state, failures=failures, last_check=now, moved_to=None)
    if isinstance(error, FetchFailed) and error.gone:
        return with_health(replace(failed, next_check=now + GONE), "gone", str(error), now)
    return with_health(replace(failed, next_check=now + wait(source, error, failures)), "failing", str(error), now)


def wait(source: Source, error: MonitorError, failures: int) -> timedelta:
    hopeful = isinstance(error, FetchFailed) and error.retry
    first = min(source.every, SOON) if hopeful else source.every
    backed_off = min(first * (1 << min(failures - 1, 20)), max(source.every, DAY))
    asked = timedelta(seconds=min(error.after or 0, LONGEST_WAIT.total_seconds())) if isinstance(error, FetchFailed) else timedelta()
    return max(backed_off, asked)


def health(source: Source, state: SourceState, now: datetime) -> SourceState:
    """The state with `quiet` set where a source that answers has shown nothing for too long, and taken back where it speaks again."""
    if state.health not in ("ok", "quiet") or state.last_item is None:
        return state
    silent = now - state.last_item
    if silent > patience(source):
        return with_health(state, "quiet", f"its newest item is of {state.last_item:%Y-%m-%d}, {silent.days} days ago", now)
    return with_health(state, "ok", "", now) if state.health == "quiet" else state


def patience(source: Source) -> timedelta:
    """The silence that a source with this many items a week shows by chance once in a hundred times; half a year when nothing is expected."""
    if not source.expect_per_week:
        return STALE
    return max(DAY, 2 * source.every, timedelta(weeks=-math.log(CHANCE_OF_SILENCE) / source.expect_per_week))


def with_health(state: SourceState, name: Health, message: str, now: datetime) -> SourceState:
    """The state with this health; `since` moves only when the health changes."""
    return replace(state, health=name, message=message, since=state.since if state.health == name else now)
