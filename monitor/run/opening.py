"""Opening a history: a new database already knows the past, since the baseline register is loaded into it."""

from datetime import datetime
from pathlib import Path

from monitor import store
from monitor.history import merge, register
from monitor.history.memory import History
from monitor.model import Event
from monitor.run import searchable
from monitor.run.knowing import Stored

REGISTER = "register"
OWN = "own"


def open_history(path: Path, now: datetime, baseline: tuple[Event, ...] | None = None) -> store.Database:
    """The database at `path`, migrated, with the shipped register in its current edition.

    A `baseline` of one's own (a rehearsal that must not know the future) is loaded once and kept.
    """
    database = store.open(path)
    known, edition = database.outbox.meta(REGISTER), register.edition() if baseline is None else OWN
    if known not in (edition, OWN):
        load(database, register.baseline() if baseline is None else baseline, edition, now)
    return database


def load(database: store.Database, events: tuple[Event, ...], edition: str, now: datetime) -> None:
    keys = {event.id: merge.keys(event) for event in events}
    texts = {event.id: searchable.text(event) for event in events}
    with database.transaction():
        loaded = database.history.load_baseline(events, keys, now, texts)
        for event_id in loaded.fold_again:
            History(Stored(database)).refold(event_id, database.history.event(event_id))
        database.outbox.set_meta(REGISTER, edition)
