"""When a message is tried again, and when it is given up. Pure.

The waits are those that Standard Webhooks recommends: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, about
75 hours in all, each stretched by up to a tenth at random so that a receiver that comes back is not hit by all at once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Delivered, Delivery, GiveUp, Message, Outcome, digest

SECOND, MINUTE, HOUR = 1, 60, 3600
WAITS = (0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
LONGEST_ASKED = 24 * HOUR  # a receiver that asks for more is tried after this
STRETCH = 0.1


def deliveries(message: Message, channel: str, recipients: Iterable[str | None], now: datetime, alert: str | None = None) -> tuple[Delivery, ...]:
    """The outbox rows of a message through one channel: one for each recipient, under ids that doing it again repeats."""
    return tuple(
        Delivery(
            id=digest("delivery", message.id, channel, recipient or ""), channel=channel, message=message, due=now, created=now,
            recipient=recipient, alert=alert,
        )
        for recipient in dict.fromkeys(recipients)
    )  # fmt: skip


def after(delivery: Delivery, outcome: Outcome, now: datetime, jitter: float) -> Delivery:
    """The delivery after an attempt ended in `outcome`; `jitter` is a random number from 0 to 1.

    A receiver that names a time is not asked earlier than that, nor earlier than the schedule says: "again in a second" must not use up
    all attempts within ten seconds.
    """
    attempt = delivery.attempt + 1
    if isinstance(outcome, Delivered):
        return replace(delivery, attempt=attempt, status="delivered", said=outcome.said)
    if isinstance(outcome, GiveUp):
        return replace(delivery, attempt=attempt, status="failed", said=f"given up: {outcome.why}")
    if attempt >= len(WAITS):
        hours = round((now - delivery.created).total_seconds() / HOUR)
        return replace(delivery, attempt=attempt, status="failed", said=f"given up after {attempt} attempts in {hours} hours: {outcome.why}")
    wait = max(WAITS[attempt], min(outcome.after or 0, LONGEST_ASKED)) * (1 + STRETCH * jitter)
    return replace(delivery, attempt=attempt, due=now + timedelta(seconds=wait), said=outcome.why)


def again(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery from the start, as somebody asked for; its id stays, so that a receiver who has it can tell."""
    return replace(delivery, attempt=0, status="pending", due=now, created=now, said="")
