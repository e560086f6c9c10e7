"""A consistent copy of a database in use, and whether a file is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreFailed
from monitor.store.connection import Connection, connect


def copy(path: Path, destination: Path) -> Path:
    """Copies a database in use to a new file; it appears under its name only when it is complete.

    Reads one snapshot over a connection of its own: in WAL mode writers neither wait for it nor make it begin again.
    Raises StoreFailed when the destination exists or cannot be written.
    """
    if destination.exists():
        raise StoreFailed(f"{destination}: exists already; name a new file")
    unfinished = destination.with_name(f"{destination.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with closing(connect(path, read_only=True)) as origin, closing(sqlite3.connect(unfinished)) as target:
            origin.raw.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        unfinished.replace(destination)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreFailed(f"{destination}: the copy failed: {error}") from error
    return destination


def faults(db: Connection) -> list[str]:
    """What is wrong with a file, in SQLite's words; empty when it is whole and every reference leads somewhere."""
    try:
        found = [line for line in db.column("PRAGMA integrity_check") if line != "ok"]
        dangling = db.all("PRAGMA foreign_key_check")
    except StoreFailed as unreadable:
        return [str(unreadable)]
    return found + [f"row {row} of {table} refers to a missing row of {parent}" for table, row, parent, _ in dangling]
