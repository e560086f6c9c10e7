"""When a message is tried again, and when it is given up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import NOW, delivery, message

from monitor.alerts.delivery import WAITS, after, again, deliveries
from monitor.model import Delivered, GiveUp, Later


def test_the_waits_are_those_of_standard_webhooks() -> None:
    """At once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; then it is given up, and says so."""
    one, now, waits = delivery(), NOW, []
    while one.status == "pending":
        before, one = now, after(one, Later("down"), now, 0.0)
        now = one.due
        waits.append((one.due - before).total_seconds())
    assert waits[:-1] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert (one.status, one.attempt) == ("failed", len(WAITS))
    assert one.said == "given up after 10 attempts in 76 hours: down"


@given(attempt=st.integers(0, len(WAITS) - 2), jitter=st.floats(0, 1), asked=st.none() | st.floats(0, 1e9))
def test_never_earlier_than_asked_nor_than_the_schedule(attempt: int, jitter: float, asked: float | None) -> None:
    """A wait is at least the schedule's and what the receiver asked for up to a day, and at most a tenth more."""
    made = after(delivery(attempt=attempt), Later("busy", asked), NOW, jitter)
    least = max(WAITS[attempt + 1], min(asked or 0, 86400))
    assert timedelta(seconds=least) <= made.due - NOW <= timedelta(seconds=least * 1.1 + 1)
    assert (made.status, made.attempt, made.said) == ("pending", attempt + 1, "busy")


def test_delivered_and_given_up_end_at_once() -> None:
    done, refused = after(delivery(), Delivered("answered 204"), NOW, 0.5), after(delivery(), GiveUp("answered 400"), NOW, 0.5)
    assert (done.status, done.said, done.attempt) == ("delivered", "answered 204", 1)
    assert (refused.status, refused.said) == ("failed", "given up: answered 400")


def test_ids_stay_over_attempts_and_repeats() -> None:
    """Neither a retry, nor doing it again after a crash, nor a redelivery changes delivery or message id."""
    first, second = (deliveries(message(), "desk", ("a@example.org", "b@example.org", "a@example.org"), NOW, "a1") for _ in range(2))
    assert first == second
    assert [one.recipient for one in first] == ["a@example.org", "b@example.org"]
    assert len({one.id for one in first} | {one.id for one in deliveries(message(), "other", (None,), NOW)}) == 3
    tried = after(first[0], GiveUp("no"), NOW, 0.1)
    fresh = again(tried, NOW + timedelta(days=2))
    assert (tried.id, tried.message.id) == (fresh.id, fresh.message.id) == (first[0].id, "msg_1")
    assert (fresh.status, fresh.attempt, fresh.due) == ("pending", 0, NOW + timedelta(days=2))


@pytest.mark.parametrize("outcome", [Delivered(), Later("x"), GiveUp("x")])
def test_only_the_course_of_a_delivery_changes(outcome: Delivered | Later | GiveUp) -> None:
    one = delivery(alert="a1", recipient="x")
    made = after(one, outcome, NOW, 0.0)
    assert replace(made, attempt=0, status="pending", said="", due=one.due) == one
