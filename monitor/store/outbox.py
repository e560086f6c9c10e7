"""What goes out: alerts, deliveries with every attempt at them, digests sent, and small facts by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.errors import BadInput
from monitor.model import Alert, Delivery
from monitor.store.codec import conditions, marks, moment, quoted, stamp
from monitor.store.connection import Connection
from monitor.store.nouns import ALERTS, DELIVERY_COLUMNS, delivery, delivery_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a delivery and how it ended."""

    delivery: str
    attempt: int
    at: datetime
    outcome: str


class Outbox:
    """The outbox: what is written here leaves at least once, under one id that stays the same over retries."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    # ---- alerts

    def add_alert(self, alert: Alert) -> bool:
        """Stores an alert; False when it was raised already."""
        return self.db.run(ALERTS.insert("alert", end="ON CONFLICT (id) DO NOTHING"), ALERTS.row(alert)) == 1

    def alert(self, alert_id: str) -> Alert | None:
        row = self.db.one(f"SELECT {ALERTS.select()} FROM alert WHERE id = ?", (alert_id,))
        return ALERTS.noun(row) if row else None

    def alerts(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        rule: str | None = None,
        event: str | None = None,
        limit: int | None = None,
    ) -> list[Alert]:
        """Alerts with since <= at < until, the newest first."""
        where, values = conditions(("at >= ?", since and stamp(since)), ("at < ?", until and stamp(until)), ("rule = ?", rule), ("event = ?", event))
        sql = f"SELECT {ALERTS.select()} FROM alert WHERE {where} ORDER BY at DESC, n DESC LIMIT ?"
        return ALERTS.nouns(self.db.all(sql, (*values, -1 if limit is None else limit)))

    # ---- deliveries

    def add_delivery(self, delivery: Delivery) -> bool:
        """Puts a delivery into the outbox; False when it is there already, however far it has come."""
        row = delivery_row(delivery)
        sql = f"INSERT INTO delivery ({quoted(row)}) VALUES ({marks(len(row))}) ON CONFLICT (id) DO NOTHING"
        with self.db.transaction():
            if self.db.run(sql, tuple(row.values())) == 0:
                return False
            self.db.many(
                "INSERT INTO delivery_file (delivery, position, name, media_type, content) VALUES (?, ?, ?, ?, ?)",
                [(delivery.id, position, *file) for position, file in enumerate(delivery.message.files)],
            )
        return True

    def due(self, now: datetime, limit: int = 100) -> list[Delivery]:
        """Pending deliveries whose time has come, the longest waiting first."""
        return self.read("status = 'pending' AND due <= ? ORDER BY due, n LIMIT ?", (stamp(now), limit))

    def save(self, delivery: Delivery) -> None:
        """Writes how far a delivery has come: attempt, due, status, what the receiver said. Its message never changes."""
        self.db.run(
            "UPDATE delivery SET attempt = ?, due = ?, status = ?, said = ? WHERE id = ?",
            (delivery.attempt, stamp(delivery.due), delivery.status, delivery.said, delivery.id),
        )

    def record_attempt(self, delivery: Delivery, outcome_text: str, now: datetime) -> None:
        """Writes down one try at a delivery."""
        self.db.run(
            "INSERT INTO delivery_attempt (delivery, attempt, at, outcome) VALUES (?, ?, ?, ?)",
            (delivery.id, delivery.attempt, stamp(now), outcome_text),
        )

    def attempts(self, delivery_id: str) -> list[Attempt]:
        """All tries at a delivery, in order."""
        rows = self.db.all("SELECT delivery, attempt, at, outcome FROM delivery_attempt WHERE delivery = ? ORDER BY id", (delivery_id,))
        return [Attempt(delivery=name, attempt=number, at=moment(at), outcome=outcome) for name, number, at, outcome in rows]

    def deliveries(
        self,
        status: str | None = None,
        *,
        channel: str | None = None,
        alert: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[Delivery]:
        """Deliveries, the newest first."""
        where, values = conditions(("status = ?", status), ("channel = ?", channel), ("alert = ?", alert), ("created >= ?", since and stamp(since)))
        return self.read(f"{where} ORDER BY created DESC, n DESC LIMIT ?", (*values, -1 if limit is None else limit))

    def delivery(self, delivery_id: str) -> Delivery | None:
        found = self.read("id = ?", (delivery_id,))
        return found[0] if found else None

    def redeliver(self, delivery_id: str, now: datetime) -> Delivery:
        """Makes a delivery due again, under its old id and with a fresh count of attempts. Raises BadInput when there is none."""
        sql = "UPDATE delivery SET status = 'pending', due = ?, attempt = 0 WHERE id = ?"
        if self.db.run(sql, (stamp(now), delivery_id)) == 0:
            raise BadInput(f'there is no delivery "{delivery_id}"')
        return self.read("id = ?", (delivery_id,))[0]

    def read(self, condition: str, values: Sequence[Any]) -> list[Delivery]:
        rows = self.db.all(f"SELECT {quoted(DELIVERY_COLUMNS)} FROM delivery WHERE {condition}", values)
        return [delivery(row, self.files(row[0])) for row in rows]

    def files(self, delivery_id: str) -> tuple[tuple[str, str, bytes], ...]:
        return tuple(self.db.all("SELECT name, media_type, content FROM delivery_file WHERE delivery = ? ORDER BY position", (delivery_id,)))

    # ---- digests and small facts

    def digest_sent(self, day: date, audience: str) -> bool:
        """Whether the digest of a day went to an audience."""
        return self.db.value("SELECT 1 FROM digest_sent WHERE day = ? AND audience = ?", (day.isoformat(), audience)) is not None

    def mark_digest(self, day: date, audience: str, now: datetime) -> None:
        self.db.run("INSERT INTO digest_sent (day, audience, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (day.isoformat(), audience, stamp(now)))

    def meta(self, key: str) -> str | None:
        value: str | None = self.db.value("SELECT value FROM meta WHERE key = ?", (key,))
        return value

    def set_meta(self, key: str, value: str) -> None:
        self.db.run("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))
