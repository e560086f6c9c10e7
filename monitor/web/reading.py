"""What the pages and the API ask of the history, and the shapes that they are told it in. Whoever starts the server hands down a `Reading`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from monitor.alerts.facts import Deadline
from monitor.history.register import Life as Step
from monitor.model import Alert, Article, Cell, Change, Delivery, Event, Judgement, Mention, Source, SourceState, Witness
from monitor.store import Attempt, EventRow, Facets, Page, Query, SourceOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """One mention of an event with its article (None when it is not stored) and the judgement that joined it."""

    witness: Witness
    judgement: Judgement
    article: Article | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLife:
    """Everything about one event. `testimonies` and `changes` are in order of time; `taken_back` are judgements that hold no more.

    `modifies` and `modified_by` are the events it acts on and those that act on it. `baseline` is what the register says of it.
    """

    event: Event
    baseline: Event | None = None
    modifies: tuple[Event, ...] = ()
    modified_by: tuple[Event, ...] = ()
    testimonies: tuple[Testimony, ...] = ()
    taken_back: tuple[Judgement, ...] = ()
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRead:
    """An article with its live mentions, each with the events that it belongs to, and the texts it had before."""

    article: Article
    mentions: tuple[tuple[Mention, tuple[str, ...]], ...] = ()
    earlier: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """A source's state with how its last checks ended; `source` is what the configuration says of it, None without one."""

    state: SourceState
    outcomes: tuple[SourceOutcome, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery with every attempt at it."""

    delivery: Delivery
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What monitoring systems ask for. `deliveries` counts by status; `waiting_since` is when the oldest pending delivery was made."""

    articles: int
    mentions: int
    events: int
    alerts: int
    sources: tuple[tuple[str, int], ...]
    deliveries: tuple[tuple[str, int], ...]
    waiting_since: datetime | None = None


class Reading(Protocol):
    """Read-only questions to the history; each may be asked by any thread. All raise StoreFailed when the database cannot be read."""

    def search(self, query: Query) -> Page[EventRow]:
        """A page of events. Raises BadInput for a false cursor."""

    def facets(self, query: Query) -> Facets:
        """Counts of a query's events, facet by facet."""

    def events(self, ids: Sequence[str]) -> dict[str, Event]:
        """The events of these ids that exist."""

    def merged_into(self, event_id: str) -> str | None:
        """Where an event went that was merged away; None for others."""

    def life(self, event_id: str) -> EventLife | None:
        """Everything about an event; None when there is none."""

    def article(self, article_id: str) -> ArticleRead | None:
        """An article with its mentions; None when there is none."""

    def changes(self, since: datetime, until: datetime | None = None) -> list[Change]:
        """The changes of a period in order of time."""

    def cells(
        self, destination: str | None, as_of: date, known_at: date, *, material: str | None = None, jurisdiction: str | None = None
    ) -> tuple[Cell, ...]:
        """The board's cells; with a material and a jurisdiction that one cell, also where no measure is known."""

    def told(self, cells: Sequence[Cell]) -> list[dict[str, Any]]:
        """Cells in their documented shape, each measure with its reason and its sentences."""

    def instruments(self) -> list[Event]:
        """The events that are an instrument's, the newest first."""

    def instrument(self, number: str) -> tuple[Step, ...]:
        """The steps in the life of every instrument that a written number may mean."""

    def deadlines(self, today: date, days: int) -> tuple[Deadline, ...]:
        """What falls due from a day to so many days later, soonest first."""

    def calendar(self, due: Sequence[Deadline], now: datetime) -> str:
        """Deadlines as an iCalendar file."""

    def alerts(
        self, since: datetime | None = None, until: datetime | None = None, *, rule: str | None = None, event: str | None = None, limit: int = 100
    ) -> list[Alert]:
        """Alerts, the newest first."""

    def sources(self, outcomes: int) -> list[SourceRead]:
        """The configured sources by name, each with so many of its last outcomes."""

    def deliveries(self, status: str | None, limit: int) -> list[Sent]:
        """Deliveries, the newest first."""

    def numbers(self) -> Numbers:
        """Counts for monitoring systems."""
