"""A message becomes outbox rows: one for each channel and recipient, in the transaction that made it."""

from collections.abc import Iterable
from datetime import datetime

from monitor import registry
from monitor.alerts import channels, delivery
from monitor.config import Config
from monitor.model import Message
from monitor.store import Database


def enqueue(database: Database, config: Config, names: Iterable[str], message: Message, now: datetime, alert: str | None = None) -> tuple[str, ...]:
    """Put a message into the outbox of these channels; returns the channels that had not got it yet."""
    new = []
    for name in names:
        channel = config.channel(name)
        if channel is None:
            continue
        recipients = registry.load(channels, channel.kind).recipients(channel.options)
        rows = delivery.deliveries(message, name, recipients, now, alert)
        added = [database.outbox.add_delivery(row) for row in rows]
        if any(added):
            new.append(name)
    return tuple(new)
