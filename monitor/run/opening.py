"""Opening a history: a new database already knows the past, since the baseline register is loaded into it."""

from datetime import datetime
from pathlib import Path

from monitor import store
from monitor.history import merge, register

REGISTER = "register"


def open_history(path: Path, now: datetime) -> store.Database:
    """The database at `path`, migrated, with the shipped register in its current edition."""
    database = store.open(path)
    edition = register.edition()
    if database.outbox.meta(REGISTER) != edition:
        events = register.baseline()
        with database.transaction():
            database.history.load_baseline(events, {event.id: merge.keys(event) for event in events}, now)
            database.outbox.set_meta(REGISTER, edition)
    return database
