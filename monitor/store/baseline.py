"""The register of known events that the program ships: what a fresh database already knows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Event
from monitor.store.codec import packed, stamp
from monitor.store.events import Events
from monitor.store.nouns import EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading a register did: ids of the events it wrote, and of those that the caller must fold again on their new baseline."""

    written: tuple[str, ...] = ()
    fold_again: tuple[str, ...] = ()


class Baseline(Events):
    """Events that descend from the register."""

    def load_baseline(
        self, events: Iterable[Event], keys: Mapping[str, Iterable[str]], now: datetime, texts: Mapping[str, str] | None = None
    ) -> Loaded:
        """Makes these the baseline register. Loading the same again changes nothing; a newer one rewrites only what it changed.

        An event that has judgements is left to the caller, who folds it again on its new baseline; no judgement is touched.
        """
        written: list[str] = []
        again: list[str] = []
        with self.db.transaction():
            before = dict(self.db.all("SELECT id, event FROM baseline WHERE withdrawn_at IS NULL"))
            shipped = {event.id: event for event in events}
            for name, event in shipped.items():
                if before.get(name) != packed(EVENTS.row(event)):
                    self.put_baseline(event, now)
                    (again if self.judged(name) else written).append(name)
            for name in written:
                self.save_event(shipped[name], keys.get(name, ()), (texts or {}).get(name))
            for name in before.keys() - shipped.keys():
                self.withdraw(name, now, again)
        return Loaded(written=tuple(written), fold_again=tuple(sorted(again)))

    def put_baseline(self, event: Event, now: datetime) -> None:
        self.db.run(
            "INSERT INTO baseline (id, event, loaded_at) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET event = excluded.event, loaded_at = excluded.loaded_at, withdrawn_at = NULL",
            (event.id, packed(EVENTS.row(event)), stamp(now)),
        )

    def judged(self, event_id: str) -> bool:
        return self.db.value("SELECT 1 FROM judgement WHERE event = ? LIMIT 1", (event_id,)) is not None

    def withdraw(self, name: str, now: datetime, again: list[str]) -> None:
        self.db.run("UPDATE baseline SET withdrawn_at = ? WHERE id = ?", (stamp(now), name))
        if self.judged(name):
            again.append(name)
        else:
            self.retire_event(name, None, now)

    def baseline(self, event_id: str) -> Event | None:
        """The event as the register ships it; None when the register has none of this id."""
        text = self.db.value("SELECT event FROM baseline WHERE id = ? AND withdrawn_at IS NULL", (event_id,))
        return EVENTS.noun(json.loads(text)) if text else None
