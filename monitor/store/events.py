"""Events as last folded, with the keys and words that they are found by."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from monitor.model import Event
from monitor.store.codec import conditions, marks, packed, stamp
from monitor.store.connection import Connection
from monitor.store.index import day, index, unindex
from monitor.store.nouns import EVENTS

CANDIDATES_PER_KEY = 300
BATCH = 500
CHILD = "n IN (SELECT event FROM event_{} WHERE value IN (SELECT value FROM json_each(?)))"


class Events:
    """Events by id and by what they share. They are written whole, as the caller folded them."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    def event(self, event_id: str) -> Event | None:
        row = self.db.one(f"SELECT {EVENTS.select()} FROM event WHERE id = ?", (event_id,))
        return EVENTS.noun(row) if row else None

    def events(
        self,
        *,
        ids: Iterable[str] | None = None,
        types: Sequence[str] = (),
        materials: Sequence[str] = (),
        jurisdictions: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        acting: bool = False,
        limit: int | None = None,
    ) -> list[Event]:
        """Events by date, the oldest first, without those that were merged away; empty filters mean any. Dates are ISO and may be partial.

        `acting` asks for those alone that act on others.
        """
        tests: list[tuple[str, Any]] = [
            ("type IN (SELECT value FROM json_each(?))", packed(list(types)) if types else None),
            (CHILD.format("material"), packed(list(materials)) if materials else None),
            (CHILD.format("jurisdiction"), packed(list(jurisdictions)) if jurisdictions else None),
            ("modifies <> ?", packed([]) if acting else None),
            ("day >= ?", since),
            ("day <= ? || '~'", until),
        ]
        where, values = conditions(*tests)
        if ids is not None:
            wanted = list(ids)
            where, values = f"{where} AND id IN ({marks(len(wanted))})", [*values, *wanted]
        sql = f"SELECT {EVENTS.select()} FROM event WHERE retired_at IS NULL AND {where} ORDER BY day, n LIMIT ?"
        return EVENTS.nouns(self.db.all(sql, (*values, -1 if limit is None else limit)))

    def candidates(self, keys: Iterable[str]) -> list[Event]:
        """Events that share a key, those that share most first, then the newest; at most the newest 300 of each key."""
        newest = "SELECT event FROM event_key WHERE key = ? ORDER BY seen DESC, event DESC LIMIT ?"
        shared = Counter(n for key in set(keys) for n in self.db.column(newest, (key, CANDIDATES_PER_KEY)))
        ranked = sorted(shared, key=lambda n: (-shared[n], -n))
        found: dict[int, Event] = {}
        for start in range(0, len(ranked), BATCH):
            some = ranked[start : start + BATCH]
            rows = self.db.all(f"SELECT {EVENTS.select()}, n FROM event WHERE n IN ({marks(len(some))})", some)
            found.update((row[-1], EVENTS.noun(row[:-1])) for row in rows)
        return [found[n] for n in ranked]

    def save_event(self, event: Event, keys: Iterable[str], text: str | None = None) -> None:
        """Writes an event as folded, its candidate keys, and what search finds it by.

        `text` adds words that search shall find, such as names and synonyms of its materials; None keeps those given before.
        """
        with self.db.transaction():
            self.db.run(
                EVENTS.upsert("event", ("day", "retired_at", "merged_into"), once=("text",)), (*EVENTS.row(event), day(event), None, None, "")
            )
            number, stored = self.db.one("SELECT n, text FROM event WHERE id = ?", (event.id,))
            if text is not None and text != stored:
                self.db.run("UPDATE event SET text = ? WHERE n = ?", (text, number))
            self.save_keys(number, event, keys)
            index(self.db, number, event)

    def save_keys(self, number: int, event: Event, keys: Iterable[str]) -> None:
        last = event.last_seen or event.known
        seen = last.date().toordinal() if last else 0
        wanted = {(key, seen) for key in keys}
        stored = set(self.db.all("SELECT key, seen FROM event_key WHERE event = ?", (number,)))
        self.db.many("DELETE FROM event_key WHERE key = ? AND seen = ? AND event = ?", [(*pair, number) for pair in stored - wanted])
        self.db.many("INSERT INTO event_key (key, seen, event) VALUES (?, ?, ?)", [(*pair, number) for pair in wanted - stored])

    def retire_event(self, event_id: str, into: str | None, now: datetime) -> None:
        """Takes an event without witnesses out of lists, candidates and search; it stays readable by id, with where it went."""
        with self.db.transaction():
            number = self.db.value("SELECT n FROM event WHERE id = ?", (event_id,))
            self.db.run("UPDATE event SET retired_at = ?, merged_into = ? WHERE id = ?", (stamp(now), into, event_id))
            self.db.run("DELETE FROM event_key WHERE event = ?", (number,))
            unindex(self.db, number)

    def merged_into(self, event_id: str) -> str | None:
        """Where an event went that was merged away; None for others."""
        into: str | None = self.db.value("SELECT merged_into FROM event WHERE id = ?", (event_id,))
        return into
