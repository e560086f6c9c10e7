"""A consistent copy of a database in use, and whether a file is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreFailed
from monitor.store.connection import Connection

PAGES_PER_STEP = 2_000
PAUSE = 0.005


def copy(db: Connection, destination: Path) -> Path:
    """Copies a database in use, page by page, to a new file; it appears under its name only when it is complete.

    Raises StoreFailed when the destination exists or cannot be written.
    """
    if destination.exists():
        raise StoreFailed(f"{destination}: exists already; name a new file")
    unfinished = destination.with_name(f"{destination.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as target:
            db.raw.backup(target, pages=PAGES_PER_STEP, sleep=PAUSE)
            target.execute("PRAGMA journal_mode = DELETE")
        unfinished.replace(destination)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreFailed(f"{destination}: the copy failed: {error}") from error
    return destination


def faults(db: Connection) -> list[str]:
    """What is wrong with a file, in SQLite's words; empty when it is whole and every reference leads somewhere."""
    found = [line for line in db.column("PRAGMA integrity_check") if line != "ok"]
    dangling = [f"row {rowid} of {table} refers to a missing row of {parent}" for table, rowid, parent, _ in db.all("PRAGMA foreign_key_check")]
    return found + dangling
