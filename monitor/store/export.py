"""Events and mentions as plain rows, for files and other tools."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from monitor.store.connection import Connection

LISTS = frozenset(
    {
        "jurisdictions",
        "actors",
        "recipients",
        "destinations",
        "materials",
        "modifies",
        "claims",
        "numbers",
        "sources",
        "evidence",
        "surface",
        "channels",
    }
)
FLAGS = frozenset({"official", "correction"})
BATCH = 1_000


def rows(db: Connection, what: Literal["events", "mentions", "alerts"]) -> Iterator[dict[str, Any]]:
    """The rows of a view as dicts in order of arrival: lists are lists, flags are flags, moments and dates ISO text, unknown is None."""
    table = what[:-1]
    names = [name for _, name, *_ in db.all(f"PRAGMA table_info({what})")]
    last = 0
    while numbers := db.column(f"SELECT n FROM {table} WHERE n > ? ORDER BY n LIMIT ?", (last, BATCH)):
        inside = f"id IN (SELECT id FROM {table} WHERE n > ? AND n <= ?)"
        found = db.all(f"SELECT {what}.* FROM {what} JOIN {table} AS base USING (id) WHERE {inside} ORDER BY base.n", (last, numbers[-1]))
        yield from (plain(dict(zip(names, row, strict=True))) for row in found)
        last = numbers[-1]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Decodes the JSON of lists and the numbers of flags."""
    return {name: json.loads(v) if name in LISTS and v is not None else bool(v) if name in FLAGS else v for name, v in row.items()}
