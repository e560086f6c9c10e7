"""When a source is asked again and how it is said to be doing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import FetchFailed, MonitorError, ParseFailed, Refused
from monitor.model import Fetched, Item, Source, SourceState
from monitor.sources import schedule

NOW = datetime(2025, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(name="s", kind="feed", url="http://s.example/", every=HOUR, outlet="S")
NEW = SourceState(name="s")
GOT = Fetched(url="http://s.example/", status=200, body=b"x", etag='"1"', last_modified="then", body_hash="abc")
FAULT = FetchFailed("s.example answers 500")


def item(published: datetime | None) -> Item:
    return Item(id="1", source="s", key="1", url="http://s.example/1", title="One", published=published)


def test_success_remembers_the_validators_and_clears_the_failure() -> None:
    failed = replace(NEW, failures=3, health="failing", since=NOW - HOUR, message="it broke")
    state = schedule.after_success(SOURCE, failed, replace(GOT, moved_to="http://t.example/"), (item(NOW - HOUR),), NOW)
    assert (state.etag, state.last_modified, state.body_hash, state.moved_to) == ('"1"', "then", "abc", "http://t.example/")
    assert (state.failures, state.health, state.message, state.since, state.next_check) == (0, "ok", "", NOW, NOW + HOUR)
    assert (state.last_check, state.last_success, state.last_item) == (NOW, NOW, NOW - HOUR)


@pytest.mark.parametrize(
    ("every", "promised", "wait"),
    [
        (timedelta(minutes=15), None, timedelta(minutes=15)),
        (timedelta(minutes=15), 60.0, timedelta(minutes=15)),
        (timedelta(minutes=15), 1800.0, timedelta(minutes=30)),
        (timedelta(minutes=15), 31_536_000.0, HOUR),
        (timedelta(days=1), 31_536_000.0, timedelta(days=1)),
    ],
)
def test_a_servers_promise_is_kept_for_an_hour_at_most(every: timedelta, promised: float | None, wait: timedelta) -> None:
    state = schedule.after_success(replace(SOURCE, every=every), NEW, replace(GOT, max_age=promised), (item(NOW),), NOW)
    assert state.next_check == NOW + wait


def test_failures_are_repeated_soon_and_then_ever_more_rarely() -> None:
    state, waits = NEW, []
    for _ in range(12):
        state = schedule.after_failure(SOURCE, state, FAULT, NOW)
        assert state.next_check is not None
        waits.append(state.next_check - NOW)
    assert waits[:5] == [timedelta(minutes=15), timedelta(minutes=30), HOUR, 2 * HOUR, 4 * HOUR]
    assert waits[-1] == timedelta(days=1)
    assert (state.failures, state.health, state.message, state.since) == (12, "failing", "s.example answers 500", NOW)


def test_since_is_the_moment_when_the_health_changed() -> None:
    first = schedule.after_failure(SOURCE, NEW, FAULT, NOW)
    second = schedule.after_failure(SOURCE, first, ParseFailed("no feed"), NOW + HOUR)
    assert (second.since, second.message) == (NOW, "no feed")


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (FetchFailed("429", after=7200.0), timedelta(hours=2)),
        (FetchFailed("429", after=1.0), timedelta(minutes=15)),
        (FetchFailed("429", after=1e12), timedelta(days=7)),
        (Refused("private"), HOUR),
        (ParseFailed("no feed"), HOUR),
        (FetchFailed("410", retry=False, gone=True), timedelta(days=30)),
    ],
)
def test_what_the_failure_says_of_the_next_check(error: MonitorError, wait: timedelta) -> None:
    assert schedule.after_failure(SOURCE, NEW, error, NOW).next_check == NOW + wait


def test_a_source_that_is_gone_says_so_and_may_come_back() -> None:
    gone = schedule.after_failure(SOURCE, NEW, FetchFailed("s.example answers 410 Gone", gone=True), NOW)
    assert (gone.health, gone.message) == ("gone", "s.example answers 410 Gone")
    assert schedule.after_success(SOURCE, gone, GOT, (item(NOW),), NOW).health == "ok"


def test_after_a_failure_the_configured_address_is_asked_again() -> None:
    moved = replace(NEW, moved_to="http://elsewhere.example/")
    assert schedule.after_failure(SOURCE, moved, FAULT, NOW).moved_to is None


def test_a_failure_keeps_no_validators_of_what_could_not_be_read() -> None:
    """Else the next check would be answered "unchanged" and the entries be lost."""
    state = schedule.after_failure(SOURCE, NEW, ParseFailed("no feed"), NOW)
    assert (state.etag, state.body_hash) == (None, None)


def test_no_entries_and_no_dates_are_said() -> None:
    assert (schedule.after_success(SOURCE, NEW, GOT, (), NOW).health, schedule.after_success(SOURCE, NEW, GOT, (), NOW).message) == (
        "quiet",
        "http://s.example/ has no entries at all",
    )
    undated = schedule.after_success(SOURCE, NEW, GOT, (item(None),), NOW)
    assert (undated.health, undated.message, undated.last_item) == ("ok", schedule.UNDATED, None)


def test_what_was_said_of_a_source_stays_while_nothing_changes() -> None:
    undated = schedule.after_success(SOURCE, NEW, GOT, (item(None),), NOW)
    again = schedule.after_success(SOURCE, undated, replace(GOT, unchanged=True, body=b""), (), NOW + HOUR)
    assert (again.health, again.message, again.since) == ("ok", schedule.UNDATED, NOW)
    empty = schedule.after_success(SOURCE, NEW, GOT, (), NOW)
    assert schedule.after_success(SOURCE, empty, replace(GOT, unchanged=True), (), NOW + HOUR).health == "quiet"


@pytest.mark.parametrize(
    ("per_week", "days", "health"),
    [
        (7.0, 4, "ok"),
        (7.0, 5, "quiet"),
        (1.0, 30, "ok"),
        (1.0, 33, "quiet"),
        (100.0, 0.9, "ok"),
        (100.0, 1.1, "quiet"),
        (None, 179, "ok"),
        (None, 181, "quiet"),
    ],
)
def test_silence_is_noticed_by_what_is_expected(per_week: float | None, days: float, health: str) -> None:
    source = replace(SOURCE, expect_per_week=per_week)
    state = schedule.after_success(source, NEW, GOT, (item(NOW - timedelta(days=days)),), NOW)
    assert state.health == health
    assert ("its newest item is of 20" in state.message) is (health == "quiet")


def test_silence_is_noticed_while_the_server_answers_unchanged_and_ends_with_an_item() -> None:
    source = replace(SOURCE, expect_per_week=7.0)
    fresh = schedule.after_success(source, NEW, GOT, (item(NOW),), NOW)
    later = NOW + timedelta(days=6)
    quiet = schedule.after_success(source, fresh, replace(GOT, unchanged=True), (), later)
    assert (quiet.health, quiet.since) == ("quiet", later)
    assert schedule.health(source, fresh, later).health == "quiet"
    speaks = schedule.after_success(source, quiet, GOT, (item(later),), later)
    assert (speaks.health, speaks.message) == ("ok", "")


def test_a_date_far_ahead_is_not_believed() -> None:
    items = (item(NOW + timedelta(days=400)), item(NOW - HOUR))
    assert schedule.after_success(SOURCE, NEW, GOT, items, NOW).last_item == NOW - HOUR
