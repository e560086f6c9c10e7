"""The second loop: what is due in the outbox goes out, each channel by itself, and every attempt is recorded."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from monitor import registry
from monitor.alerts import channels, delivery
from monitor.model import Channel, Delivered, Delivery, GiveUp, Outcome
from monitor.store import Database

DISABLED = "disabled:"
BATCH = 200
AT_ONCE = 4  # messages in flight to one channel


async def deliver(database: Database, configured: tuple[Channel, ...], client: httpx.AsyncClient, clock: Callable[[], datetime]) -> dict[str, int]:
    """Send everything that is due now; returns how many attempts were delivered, put off and given up."""
    counts: dict[str, int] = {"delivered": 0, "later": 0, "failed": 0}
    waiting: dict[str, list[Delivery]] = defaultdict(list)
    for due in database.outbox.due(clock(), BATCH):
        waiting[due.channel].append(due)
    known = {channel.name: channel for channel in configured}
    usable = {name: (known.get(name), refusal(name, known, database)) for name in waiting}
    await asyncio.gather(*(through(*usable[name], batch, database, client, clock, counts) for name, batch in waiting.items()))
    return counts


def refusal(name: str, known: dict[str, Channel], database: Database) -> str | None:
    """Why nothing is sent through a channel: it is configured no more, or its receiver asked not to be called again."""
    if name not in known:
        return f'there is no channel "{name}" in the configuration any more'
    said = database.outbox.meta(DISABLED + name)
    return f'the receiver of "{name}" wants nothing more ({said}); "monitor redeliver ID" asks it again' if said else None


async def through(
    channel: Channel | None,
    refused: str | None,
    batch: list[Delivery],
    database: Database,
    client: httpx.AsyncClient,
    clock: Callable[[], datetime],
    counts: dict[str, int],
) -> None:
    """One channel's batch, a few at a time; a channel that cannot be used gives up visibly."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(sending: Delivery) -> None:
        async with turn:
            # Receivers check the time of sending, also in a rehearsal.
            outcome = (
                GiveUp(refused or "there is no such channel")
                if channel is None or refused
                else await sent(channel, sending, client, datetime.now(UTC))
            )
        counts[record(database, sending, outcome, clock())] += 1

    await asyncio.gather(*map(one, batch))


async def sent(channel: Channel, sending: Delivery, client: httpx.AsyncClient, now: datetime) -> Outcome:
    outcome: Outcome = await registry.load(channels, channel.kind).send(channel.options, sending, client, now)
    return outcome


def record(database: Database, sending: Delivery, outcome: Outcome, now: datetime) -> str:
    """Save what came of an attempt and when the next one is due; returns the word for it."""
    after = delivery.after(sending, outcome, now, random.random())
    with database.transaction():
        database.outbox.save(after)
        database.outbox.record_attempt(after, said(outcome), now)
        if isinstance(outcome, GiveUp) and outcome.disable:
            database.outbox.set_meta(DISABLED + sending.channel, f"{now:%Y-%m-%d}: {outcome.why}")
    return {"delivered": "delivered", "failed": "failed", "pending": "later"}[after.status]


def said(outcome: Outcome) -> str:
    return f"delivered {outcome.said}".strip() if isinstance(outcome, Delivered) else outcome.why


def enable(database: Database, channel: str) -> None:
    """Let a channel that its receiver had closed be tried again."""
    if database.outbox.meta(DISABLED + channel):
        database.outbox.set_meta(DISABLED + channel, "")
