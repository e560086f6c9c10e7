"""The only SQL: one SQLite file that holds everything, written by one writer and read by any number of readers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from monitor.store import backup as copying
from monitor.store import export as exporting
from monitor.store.baseline import Loaded
from monitor.store.database import Database, open, open_reader
from monitor.store.facets import Facets
from monitor.store.outbox import Attempt
from monitor.store.search import EventRow, Page, Query
from monitor.store.sources import SourceOutcome


def backup(database: Database, destination: Path | str) -> Path:
    """A consistent copy of a database, also while others write. Raises StoreFailed when the destination exists or cannot be written."""
    return copying.copy(database.path, Path(destination))


def integrity(database: Database) -> list[str]:
    """What is wrong with the file; empty when it is whole."""
    return copying.faults(database.connection)


def rows(database: Database, what: Literal["events", "mentions", "alerts"]) -> Iterator[dict[str, Any]]:
    """The rows of a view as dicts with lists as lists, for export."""
    return exporting.rows(database.connection, what)


__all__ = [
    "Attempt", "Database", "EventRow", "Facets", "Loaded", "Page", "Query", "SourceOutcome",
    "backup", "integrity", "open", "open_reader", "rows",
]  # fmt: skip
