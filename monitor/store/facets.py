"""Counts of events by facet, fast for any set of events.

Each event carries the numbers of its facet values in one packed row (`event_facets`), so that counting 20,000 events reads 20,000 short
rows and joins nothing. A number says which facet it belongs to: it is `serial * 16 + position in KINDS`.
"""

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from monitor.store.codec import packed
from monitor.store.connection import Connection

KINDS = ("type", "material", "jurisdiction", "destination", "company", "instrument", "certainty", "status", "outlet", "month")
LARGEST_FACET = 100
BLOBS = "SELECT facets FROM event_facets WHERE"
Facets = dict[str, tuple[tuple[str, int], ...]]


def save_facets(db: Connection, event: int, values: Mapping[str, Iterable[str]]) -> None:
    """Writes the facet values of an event, and how many events have each; nothing when they are written already. No values: no row."""
    before = set(from_bytes(db.value("SELECT facets FROM event_facets WHERE event = ?", (event,)) or b""))
    after = {number(db, kind, value) for kind, some in values.items() for value in set(some)}
    if before == after:
        return
    db.many("UPDATE facet SET events = events + ? WHERE id = ?", [(1, n) for n in after - before] + [(-1, n) for n in before - after])
    db.run("DELETE FROM event_facets WHERE event = ?", (event,))
    if after:
        db.run("INSERT INTO event_facets (event, facets) VALUES (?, ?)", (event, to_bytes(array("I", sorted(after)))))


def number(db: Connection, kind: str, value: str) -> int:
    """The number of a facet value, a new one if need be."""
    found: int | None = db.value("SELECT id FROM facet WHERE kind = ? AND value = ?", (kind, value))
    if found is None:
        found = db.value("SELECT coalesce(max(id) / 16, 0) + 1 FROM facet") * 16 + KINDS.index(kind)
        db.run("INSERT INTO facet (id, kind, value, events) VALUES (?, ?, ?, 0)", (found, kind, value))
    return found


def count(db: Connection, events: Sequence[int]) -> Facets:
    """How many of these events have each value, the most frequent first and at most 100 of a facet; months all, in order of time."""
    kept: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
    for name, times in counted(db, events).most_common():
        kind = KINDS[name % 16]
        if times > 0 and (len(kept[kind]) < LARGEST_FACET or kind == "month"):
            kept[kind].append((name, times))
    wanted = packed([name for some in kept.values() for name, _ in some])
    told = dict(db.all("SELECT id, value FROM facet WHERE id IN (SELECT value FROM json_each(?))", (wanted,)))
    return {kind: tuple(sorted(((told[name], times) for name, times in some), key=order(kind))) for kind, some in kept.items()}


def counted(db: Connection, events: Sequence[int]) -> "Counter[int]":
    """How many of these events have each number. Of most events, the fewer others are counted and taken from the totals."""
    if len(events) < db.value("SELECT count(*) FROM event_facets") / 2:
        return Counter(from_bytes(b"".join(db.column(f"{BLOBS} event IN (SELECT value FROM json_each(?))", (packed(list(events)),)))))
    total = Counter(dict(db.all("SELECT id, events FROM facet WHERE events > 0")))
    others = set(db.column("SELECT event FROM event_facets")).difference(events)
    total.subtract(from_bytes(b"".join(db.column(f"{BLOBS} event IN (SELECT value FROM json_each(?))", (packed(list(others)),)))))
    return total


def order(kind: str) -> Callable[[tuple[str, int]], tuple[int, str]]:
    """Months in order of time, other values by how frequent they are."""
    return (lambda counted: (0, counted[0])) if kind == "month" else (lambda counted: (-counted[1], counted[0]))


def to_bytes(numbers: "array[int]") -> bytes:
    """Little-endian on every machine, so that the file can move."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def from_bytes(blob: bytes) -> "array[int]":
    numbers = array("I")
    numbers.frombytes(blob)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
