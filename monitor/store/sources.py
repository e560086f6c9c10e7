"""What is remembered of sources: their schedule, and a ledger of how every check ended."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Source, SourceState
from monitor.store.codec import moment, packed, stamp
from monitor.store.connection import Connection
from monitor.store.nouns import STATES

KEPT_OUTCOMES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """How one check of a source ended; `counts` holds what it yielded, such as {"items": 20, "new": 3}."""

    source: str
    at: datetime
    outcome: str
    detail: str
    counts: Mapping[str, Any]


class Sources:
    """Sources by name. Only those of the last `sync` are asked for; what is known of others stays."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    def sync(self, sources: Iterable[Source], now: datetime) -> None:
        """Makes these the configured sources. A new one is due at once; a changed URL forgets the validators of the old one."""
        rows = [described(source) for source in sources]
        with self.db.transaction():
            before = dict(self.db.all("SELECT name, url FROM source"))
            self.db.run("UPDATE source SET active = 0")
            if rows:
                self.db.utils.table("source").upsert_all(rows, pk="name")
            fresh = [STATES.row(SourceState(name=row["name"], next_check=now)) for row in rows]
            self.db.many(STATES.insert("source_state", end="ON CONFLICT DO NOTHING"), fresh)
            for row in rows:
                if before.get(row["name"], row["url"]) != row["url"]:
                    self.moved(row["name"], now)

    def moved(self, name: str, now: datetime) -> None:
        self.db.run(
            "UPDATE source_state SET etag = NULL, last_modified = NULL, body_hash = NULL, moved_to = NULL, next_check = ? WHERE name = ?",
            (stamp(now), name),
        )

    def due(self, now: datetime) -> list[SourceState]:
        """Configured sources whose next check has come, the longest waiting first."""
        where = "active = 1 AND (next_check IS NULL OR next_check <= ?) ORDER BY next_check, name"
        return STATES.nouns(
            self.db.all(f"SELECT {STATES.select('source_state')} FROM source_state JOIN source USING (name) WHERE {where}", (stamp(now),))
        )

    def state(self, name: str) -> SourceState | None:
        row = self.db.one(f"SELECT {STATES.select()} FROM source_state WHERE name = ?", (name,))
        return STATES.noun(row) if row else None

    def save(self, state: SourceState) -> None:
        self.db.run(STATES.upsert("source_state", key="name"), STATES.row(state))

    def all(self) -> list[SourceState]:
        """The states of the configured sources, by name."""
        return self.read("ORDER BY name", ())

    def read(self, rest: str, values: tuple[str, ...]) -> list[SourceState]:
        sql = f"SELECT {STATES.select('source_state')} FROM source_state JOIN source USING (name) WHERE active = 1 {rest}"
        return STATES.nouns(self.db.all(sql, values))

    def record(self, name: str, outcome: str, detail: str, counts: Mapping[str, Any], now: datetime) -> None:
        """Writes down how a check ended; the ledger keeps the last 500 of each source."""
        with self.db.transaction():
            self.db.run(
                "INSERT INTO source_outcome (source, at, outcome, detail, counts) VALUES (?, ?, ?, ?, ?)",
                (name, stamp(now), outcome, detail, packed(dict(counts))),
            )
            oldest = "SELECT id FROM source_outcome WHERE source = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
            self.db.run(f"DELETE FROM source_outcome WHERE source = ? AND id <= ({oldest})", (name, name, KEPT_OUTCOMES))

    def outcomes(self, name: str, limit: int = 50) -> list[SourceOutcome]:
        """The last outcomes of a source, the newest first."""
        rows = self.db.all("SELECT source, at, outcome, detail, counts FROM source_outcome WHERE source = ? ORDER BY id DESC LIMIT ?", (name, limit))
        return [SourceOutcome(source=s, at=moment(at), outcome=o, detail=d, counts=json.loads(c)) for s, at, o, d, c in rows]


def described(source: Source) -> dict[str, Any]:
    """What people may look up of a source; its options stay in config.toml, where secrets may stand beside them."""
    return {
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "every_seconds": source.every.total_seconds(),
        "outlet": source.outlet,
        "official": int(source.official),
        "language": source.language,
        "follow": source.follow,
        "expect_per_week": source.expect_per_week,
        "active": 1,
    }
