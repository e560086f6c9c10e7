"""Search over the history: full text in English and Chinese, filters, pages, facets with counts.

A search first finds the numbers of all events that match, then orders them, and reads only the events of one page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, Generic, TypeVar

from monitor.errors import BadInput
from monitor.model import Event
from monitor.store.codec import marks
from monitor.store.connection import Connection, storable
from monitor.store.facets import Facets, count
from monitor.store.nouns import EVENTS
from monitor.store.words import in_summary, parse

T = TypeVar("T")
LARGEST_PAGE = 1_000
RANKED = 2_000  # events up to which relevance is computed; words that more events share tell little apart
HEAD, BODY, CHINESE = 6.0, 1.0, 2.0
LONGEST = 2_000  # characters of what is typed that are read
FRESH = 180.0  # days after which an event's recency counts half


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
    """An event that was found; `score` is its relevance, larger is better, None where the order is by date."""

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
    """A query as SQL: `match` is the full-text expression, `summary` the same for summaries alone, both None without words.

    `tests` are conditions on an event's number, written {n}, with their `values`.
    """

    match: str | None
    summary: str | None
    tests: tuple[str, ...]
    values: tuple[Any, ...]


class Search:
    """Searches over one connection. The last search's hits are remembered, since its facets are asked for next."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection
        self.last: tuple[object, list[int]] = (None, [])

    def page(self, query: Query) -> Page[EventRow]:
        """The events that a query asks for: by relevance and recency with words, else the newest first. Raises BadInput for a false cursor."""
        plan = planned(query)
        start, hits = offset_of(query.cursor), self.hits(plan)
        stop = start + max(1, min(query.limit, LARGEST_PAGE))
        chosen = self.ordered(plan, hits, stop)[start:]
        rows = self.db.all(f"SELECT n, {EVENTS.select()} FROM event WHERE n IN ({marks(len(chosen))})", [n for n, _ in chosen])
        events = {row[0]: EVENTS.noun(row[1:]) for row in rows}
        found = tuple(EventRow(event=events[n], score=score) for n, score in chosen)
        return Page(rows=found, total=len(hits), next=str(stop) if stop < len(hits) else None)

    def facets(self, query: Query) -> Facets:
        """How many of a query's events have which value, facet by facet."""
        return count(self.db, self.hits(planned(query)))

    def hits(self, plan: Plan) -> list[int]:
        """The numbers of all events that match."""
        state = (plan, self.db.value("PRAGMA data_version"), self.db.raw.total_changes)
        key, hits = self.last
        if key != state:
            hits = self.db.column(f"SELECT {self.source(plan)}", plan_values(plan))
            self.last = (state, hits)
        return hits

    def source(self, plan: Plan, columns: str = "") -> str:
        """The rest of a SELECT of the matching numbers, `columns` after them."""
        if plan.match:
            tests = "".join(f" AND {test}" for test in plan.tests).replace("{n}", "+event_text.rowid")
            return f"event_text.rowid{columns} FROM event_text WHERE event_text MATCH ?{tests}"
        tests = "".join(f" AND {test}" for test in plan.tests).replace("{n}", "event.n")
        return f"event.n{columns} FROM event WHERE retired_at IS NULL{tests} ORDER BY day DESC, n DESC"

    def ordered(self, plan: Plan, hits: list[int], stop: int) -> list[tuple[int, float | None]]:
        """The first hits in their order, with their relevance where it is computed."""
        if plan.match is None:
            return [(n, None) for n in hits[:stop]]
        if len(hits) <= RANKED:
            return self.relevant(plan)[:stop]
        in_summary = set(hits).intersection(self.db.column("SELECT rowid FROM event_text WHERE event_text MATCH ?", (plan.summary,)))
        first = self.newest(in_summary, stop)
        rest = self.newest(set(hits) - in_summary, stop - len(first)) if len(first) < stop else []
        return [(n, None) for n in (*first, *rest)]

    def newest(self, wanted: set[int], most: int) -> list[int]:
        """Those by date, the newest first."""
        every = self.db.stream("SELECT n FROM event WHERE retired_at IS NULL ORDER BY day DESC, n DESC")
        return list(islice((n for (n,) in every if n in wanted), min(most, len(wanted))))

    def relevant(self, plan: Plan) -> list[tuple[int, float | None]]:
        """The hits by relevance, which an event of the last months has up to twice as much of."""
        rank = f", bm25(event_text, {HEAD}, {BODY}, {CHINESE}), (SELECT day FROM event WHERE n = event_text.rowid)"
        rows = [(n, -score, ordinal(day)) for n, score, day in self.db.all(f"SELECT {self.source(plan, rank)}", plan_values(plan))]
        latest = max((day for *_, day in rows), default=0)
        scored = [(n, score * (1.0 + FRESH / (FRESH + latest - day)), day) for n, score, day in rows]
        return [(n, score) for n, score, _ in sorted(scored, key=lambda row: (-row[1], -row[2], -row[0]))]


def ordinal(day: str) -> int:
    """A partial ISO date as a count of days, from its earliest; 0 for one that is none."""
    try:
        return date.fromisoformat(f"{day}-01-01"[: max(10, len(day))]).toordinal()
    except ValueError:
        return 0


def offset_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", cursor):
        raise BadInput("the cursor is none of this search: use the `next` of a page")
    return int(cursor)


def plan_values(plan: Plan) -> tuple[Any, ...]:
    return plan.values if plan.match is None else (plan.match, *plan.values)


def planned(query: Query) -> Plan:
    """The plan of a query, with what its words hold of filters merged in."""
    parsed = parse(storable(query.words[:LONGEST]))
    found = filters(merged(query, parsed.filters))
    if parsed.unwanted:
        unwanted = " OR ".join(f"({one})" for one in parsed.unwanted)
        found.append(("{n} NOT IN (SELECT rowid FROM event_text WHERE event_text MATCH ?)", [unwanted]))
    match = " AND ".join(f"({one})" for one in parsed.wanted) or None
    summary = " AND ".join(f"({in_summary(one)})" for one in parsed.wanted) or None
    return Plan(match, summary, tuple(test for test, _ in found), tuple(readable(value) for _, some in found for value in some))


def readable(value: Any) -> Any:
    return storable(value[:LONGEST] if isinstance(value, str) else value)


def merged(query: Query, pairs: Sequence[tuple[str, str]]) -> Query:
    """The query with (field, value) pairs added; a later single value replaces an earlier one."""
    changed: dict[str, Any] = {}
    for name, value in pairs:
        before = changed.get(name, getattr(query, name))
        changed[name] = (*before, value) if isinstance(before, tuple) else value
    return replace(query, **changed)


COLUMN = "{{n}} IN (SELECT n FROM event WHERE {})"
CHILD = "{{n}} IN (SELECT event FROM event_{} WHERE {})"
LIKE = r"value LIKE ? ESCAPE '\'"
PADDED = "' ' || instrument || ' ' GLOB ?"
BY_NUMBER = f"({CHILD.format('instrument', LIKE)} OR {COLUMN.format(PADDED)})"
BY_NAME = f"({CHILD.format('instrument', 'value = ?')} OR {COLUMN.format(LIKE.replace('value', 'instrument'))})"


def of_instrument(asked: str) -> tuple[str, list[Any]]:
    """A bare number means that very number of whatever body and year; other text is a key or a part of a name."""
    if re.fullmatch("[0-9]+", asked):
        return BY_NUMBER, [f"%:{asked}", f"*[^0-9]{asked}[^0-9]*"]
    return BY_NAME, [asked, f"%{escaped(asked)}%"]


def filters(query: Query) -> list[tuple[str, list[Any]]]:
    """The tests of a query's filters, each with its values."""
    lists = {"material": query.materials, "jurisdiction": query.jurisdictions, "destination": query.destinations}
    found = [(CHILD.format(kind, f"value IN ({marks(len(wanted))})"), [*wanted]) for kind, wanted in lists.items() if wanted]
    if query.types:
        found.append((COLUMN.format(f"type IN ({marks(len(query.types))})"), [*query.types]))
    if query.companies:
        found.append((CHILD.format("company", " OR ".join([LIKE] * len(query.companies))), [f"%{escaped(name)}%" for name in query.companies]))
    if query.instrument is not None:
        found.append(of_instrument(query.instrument))
    if query.outlet is not None:
        found.append((CHILD.format("outlet", LIKE), [f"%{escaped(query.outlet)}%"]))
    columns = (("certainty = ?", query.certainty), ("status = ?", query.status), ("day >= ?", query.since), ("day <= ? || '~'", query.until))
    return found + [(COLUMN.format(test), [value]) for test, value in columns if value is not None]


def escaped(text: str) -> str:
    """The text without a meaning for LIKE."""
    return re.sub(r"([\\%_])", r"\\\1", text)
