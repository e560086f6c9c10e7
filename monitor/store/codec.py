"""A frozen dataclass becomes a row, column by column, and comes back equal.

Text, numbers and flags are stored as they are, moments as ISO 8601 in UTC (which sort as text), tuples of text as JSON arrays.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

T = TypeVar("T")
ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Column:
    """How a field is stored: its column, its SQLite type, and the way there and back (None: as it is)."""

    name: str
    kind: type
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None


def stamp(moment: datetime) -> str:
    """The moment as sortable text. Raises ValueError for one without a zone, since guessing it would invent a time."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: only aware moments are stored")
    return moment.astimezone(UTC).isoformat()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stamp_or_none(value: datetime | None) -> str | None:
    return None if value is None else stamp(value)


def packed(value: Any) -> str:
    """JSON text that people can read: Chinese stays Chinese."""
    return ENCODER.encode(value) if value else "[]" if isinstance(value, list | tuple) else "{}"


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The texts of a JSON array; remembered, since lists of codes and materials repeat endlessly."""
    return tuple(json.loads(text))


def optional(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else function(value)


def column(name: str, hint: Any) -> Column:
    """The column of a field by its type. Raises TypeError for a type that needs a way of its own."""
    if typing.get_origin(hint) is types.UnionType:
        inner = column(name, next(a for a in typing.get_args(hint) if a is not types.NoneType))
        return Column(name, inner.kind, inner.encode and optional(inner.encode), inner.decode and optional(inner.decode))
    if typing.get_origin(hint) is typing.Literal:
        return Column(name, str)
    if hint == tuple[str, ...]:
        return Column(name, str, packed, words)
    if hint is datetime:
        return Column(name, str, stamp, moment)
    if hint is bool:
        return Column(name, int, int, bool)
    if hint in (str, int, float):
        return Column(name, hint)
    raise TypeError(f"field {name}: {hint} needs a column of its own")


class Codec(Generic[T]):
    """The columns of a noun. `own` gives those whose type is not plain, by field."""

    def __init__(self, kind: type[T], own: Mapping[str, Column] | None = None) -> None:
        hints, own = typing.get_type_hints(kind), own or {}
        self.kind = kind
        self.fields = tuple(f.name for f in dataclasses.fields(kind))  # type: ignore[arg-type]
        self.columns = tuple(own.get(name) or column(name, hints[name]) for name in self.fields)
        self.names = tuple(c.name for c in self.columns)
        self.decoders = tuple((place, c.decode) for place, c in enumerate(self.columns) if c.decode)
        self.encoders = tuple((place, c.encode) for place, c in enumerate(self.columns) if c.encode)
        self.values = attrgetter(*self.fields)

    def select(self, table: str = "") -> str:
        """The column list for a SELECT."""
        return ", ".join(f'{table}."{name}"' if table else f'"{name}"' for name in self.names)

    def row(self, noun: T) -> tuple[Any, ...]:
        row = list(self.values(noun))
        for place, encode in self.encoders:
            row[place] = encode(row[place])
        return tuple(row)

    def noun(self, row: Sequence[Any]) -> T:
        values = list(row)
        for place, decode in self.decoders:
            values[place] = decode(values[place])
        return self.kind(**dict(zip(self.fields, values, strict=True)))

    def nouns(self, rows: Iterable[Sequence[Any]]) -> list[T]:
        return [self.noun(row) for row in rows]

    def insert(self, table: str, extra: Sequence[str] = (), *, end: str = "") -> str:
        """An INSERT of all columns, those in `extra` after them; `end` is its conflict clause."""
        names = (*self.names, *extra)
        return f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks(len(names))}) {end}"

    def upsert(self, table: str, extra: Sequence[str] = (), *, once: Sequence[str] = (), key: str = "id") -> str:
        """An INSERT that rewrites the row that has the same key, but for the columns in `once`, which the first writing sets."""
        changed = ", ".join(f'"{n}" = excluded."{n}"' for n in (*self.names, *extra) if n != key)
        return self.insert(table, (*extra, *once), end=f"ON CONFLICT ({key}) DO UPDATE SET {changed}")


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def marks(count: int) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * count)


def conditions(*tests: tuple[str, Any]) -> tuple[str, list[Any]]:
    """A WHERE clause of the tests whose value is given, and those values."""
    given = [(test, value) for test, value in tests if value is not None]
    return " AND ".join(test for test, _ in given) or "1", [value for _, value in given]
