"""Search over the history: full text in English and Chinese, filters, facets with counts, pages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from monitor.errors import BadInput
from monitor.model import Event
from monitor.store.codec import marks
from monitor.store.connection import Connection
from monitor.store.nouns import EVENTS
from monitor.store.words import parse

T = TypeVar("T")
LARGEST_PAGE = 1_000
HEAD, BODY, CHINESE = 6.0, 1.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked of the history; empty means any. `words` may hold field:value too, which narrows further.

    `since` and `until` are ISO dates that may be partial, both inclusive. `cursor` is the `next` of the page before.
    """

    words: str = ""
    types: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    instrument: str | None = None
    certainty: str | None = None
    status: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event that was found; `score` is its relevance, larger is better, None without words."""

    event: Event
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows of `total`; `next` leads to those after them, None at the end."""

    rows: tuple[T, ...]
    total: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL that selects the numbers of matching events: `match` is the full-text expression, None without words."""

    where: str
    values: tuple[Any, ...]
    match: str | None


def search(db: Connection, query: Query) -> Page[EventRow]:
    """The page of events that a query asks for: by relevance and recency with words, else the newest first. Raises BadInput for a false cursor."""
    plan = planned(query)
    limit, offset = max(1, min(query.limit, LARGEST_PAGE)), offset_of(query.cursor)
    total = db.value(f"SELECT count(*) FROM {source(plan)} WHERE {plan.where}", plan.values)
    rank = f"bm25(event_text, {HEAD}, {BODY}, {CHINESE}) * (1.0 + {RECENCY})" if plan.match else "NULL"
    order = "score, event.day DESC, event.n DESC" if plan.match else "event.day DESC, event.n DESC"
    sql = f"SELECT {EVENTS.select('event')}, {rank} AS score FROM {source(plan)} WHERE {plan.where} ORDER BY {order} LIMIT ? OFFSET ?"
    rows = db.all(sql, (*plan.values, limit, offset))
    found = tuple(EventRow(event=EVENTS.noun(row[:-1]), score=None if row[-1] is None else -row[-1]) for row in rows)
    return Page(rows=found, total=total, next=str(offset + limit) if offset + limit < total else None)


RECENCY = (
    "1.0 / (1.0 + max(0.0, julianday((SELECT max(last_seen) FROM event)) - julianday(coalesce(event.last_seen, event.known, '2000-01-01'))) / 180.0)"
)


def offset_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", cursor):
        raise BadInput("the cursor is none of this search: use the `next` of a page")
    return int(cursor)


def source(plan: Plan) -> str:
    return "event_text JOIN event ON event.n = event_text.rowid" if plan.match else "event"


def planned(query: Query) -> Plan:
    """The plan of a query, with what its words hold of filters merged in."""
    parsed = parse(query.words)
    query = merged(query, parsed.filters)
    tests: list[str] = ["event.retired_at IS NULL"]
    values: list[Any] = []
    match = " AND ".join(f"({one})" for one in parsed.wanted) or None
    if match:
        tests.append("event_text MATCH ?")
        values.append(match)
    if parsed.unwanted:
        tests.append("event.n NOT IN (SELECT rowid FROM event_text WHERE event_text MATCH ?)")
        values.append(" OR ".join(f"({one})" for one in parsed.unwanted))
    for test, some in filters(query):
        tests.append(test)
        values += some
    return Plan(" AND ".join(tests), tuple(values), match)


def merged(query: Query, pairs: Sequence[tuple[str, str]]) -> Query:
    """The query with (field, value) pairs added; a later single value replaces an earlier one."""
    changed: dict[str, Any] = {}
    for name, value in pairs:
        before = changed.get(name, getattr(query, name))
        changed[name] = (*before, value) if isinstance(before, tuple) else value
    return replace(query, **changed)


def filters(query: Query) -> list[tuple[str, list[Any]]]:
    """The tests of a query's filters, each with its values."""
    children = {"material": query.materials, "jurisdiction": query.jurisdictions, "destination": query.destinations}
    found: list[tuple[str, list[Any]]] = [
        (f"event.n IN (SELECT event FROM event_{kind} WHERE value IN ({marks(len(wanted))}))", [*wanted])
        for kind, wanted in children.items()
        if wanted
    ]
    if query.types:
        found.append((f"event.type IN ({marks(len(query.types))})", [*query.types]))
    if query.companies:
        like = " OR ".join(["value LIKE ? ESCAPE '\\'"] * len(query.companies))
        found.append((f"event.n IN (SELECT event FROM event_company WHERE {like})", [f"%{escaped(name)}%" for name in query.companies]))
    if query.instrument is not None:
        found.append((INSTRUMENT, [query.instrument, f"%:{escaped(query.instrument)}", f"%{escaped(query.instrument)}%"]))
    if query.outlet is not None:
        found.append(("event.n IN (SELECT event FROM event_outlet WHERE value LIKE ? ESCAPE '\\')", [f"%{escaped(query.outlet)}%"]))
    singles = (("certainty = ?", query.certainty), ("status = ?", query.status), ("day >= ?", query.since), ("day <= ? || '~'", query.until))
    return found + [(f"event.{test}", [value]) for test, value in singles if value is not None]


INSTRUMENT = "(event.n IN (SELECT event FROM event_number WHERE value = ? OR value LIKE ? ESCAPE '\\') OR event.instrument LIKE ? ESCAPE '\\')"


def escaped(text: str) -> str:
    """The text without a meaning for LIKE."""
    return re.sub(r"([\\%_])", r"\\\1", text)


Facets = dict[str, tuple[tuple[str, int], ...]]
LARGEST_FACET = 100


def facets(db: Connection, query: Query) -> Facets:
    """How many of a query's events have which value, for each facet, the most frequent first; "month" is in order of time."""
    plan = planned(query)
    hits = f"hits AS MATERIALIZED (SELECT event.n FROM {source(plan)} WHERE {plan.where})"
    found: Facets = {}
    for name, child in CHILD_FACETS.items():
        joined = f"SELECT value, count(*) AS c FROM hits JOIN {child} AS child ON child.event = hits.n GROUP BY 1"
        found[name] = tuple(db.all(f"WITH {hits} {joined} ORDER BY c DESC, 1 LIMIT ?", (*plan.values, LARGEST_FACET)))
    for name in ("type", "certainty", "status"):
        sql = f"WITH {hits} SELECT {name}, count(*) AS c FROM hits JOIN event USING (n) GROUP BY 1 ORDER BY c DESC, 1"
        found[name] = tuple(db.all(sql, plan.values))
    months = f"WITH {hits} SELECT substr(day, 1, 7), count(*) FROM hits JOIN event USING (n) WHERE day <> '' GROUP BY 1 ORDER BY 1"
    found["month"] = tuple(db.all(months, plan.values))
    return found


CHILD_FACETS = {
    "material": "event_material",
    "jurisdiction": "event_jurisdiction",
    "destination": "event_destination",
    "company": "event_company",
    "instrument": "event_number",
    "outlet": "event_outlet",
}
