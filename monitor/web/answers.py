"""The typed answers of the API: the nouns of the house, and pages of them. Moments are ISO 8601 in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from monitor.model import Alert, Change, Event, Health, Judgement, Mention, StateName, Verdict


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """Events of `total`; `next` is the cursor of those after them, null at the end."""

    events: tuple[Event, ...]
    total: int
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another event, in short."""

    id: str
    instrument: str | None
    summary: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One mention with its article and the judgement that joined it."""

    mention: Mention
    article: str
    title: str
    outlet: str
    url: str
    language: str
    official: bool
    published: datetime | None
    seen: datetime
    judgement: Judgement


@dataclass(frozen=True, kw_only=True)
class EventTold:
    """Everything about one event; mentions and changes in order of time."""

    event: Event
    baseline: Event | None
    modifies: tuple[Other, ...]
    modified_by: tuple[Other, ...]
    mentions: tuple[Told, ...]
    taken_back: tuple[Judgement, ...]
    changes: tuple[Change, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence that proves a measure."""

    quote: str
    url: str
    outlet: str
    published: str | None


@dataclass(frozen=True, kw_only=True)
class MeasureTold:
    """A measure behind a cell: its state, the events that made it so, and why."""

    ref: str | None
    instrument: str | None
    clause: str | None
    effect: str
    state: StateName
    effective: str | None
    until: str | None
    event: str
    by: tuple[str, ...]
    reason: str
    evidence: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class CellTold:
    """One cell of the board: the strictest thing that applies, and every measure behind it."""

    material: str
    jurisdiction: str
    destination: str | None
    as_of: date
    known_at: date
    verdict: Verdict
    general_licence: bool
    measures: tuple[MeasureTold, ...]


@dataclass(frozen=True, kw_only=True)
class StateTold:
    """The cells that were asked for."""

    destination: str | None
    as_of: date
    known_at: date
    cells: tuple[CellTold, ...]


@dataclass(frozen=True, kw_only=True)
class InstrumentRow:
    """An event that is an instrument's; `numbers` are its keys."""

    instrument: str
    numbers: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    date: str | None
    type: str
    status: str
    event: str


@dataclass(frozen=True, kw_only=True)
class Instruments:
    instruments: tuple[InstrumentRow, ...]


@dataclass(frozen=True, kw_only=True)
class StepTold:
    """One step in an instrument's life: the day, what happened, by which event."""

    day: str | None
    event: str
    relation: str
    what: str
    until: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InstrumentLife:
    steps: tuple[StepTold, ...]


@dataclass(frozen=True, kw_only=True)
class Due:
    """A date ahead: `field` is the event's field that holds it, `days` how far it is."""

    day: date
    days: int
    field: Literal["effective", "until"]
    what: str
    event: str


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    today: date
    deadlines: tuple[Due, ...]


@dataclass(frozen=True, kw_only=True)
class MentionTold:
    """A mention of an article and the events that it belongs to."""

    mention: Mention
    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ArticleTold:
    """An article; offsets of evidence count in `whole`, which is title and text."""

    id: str
    source: str
    url: str
    outlet: str
    title: str
    text: str
    whole: str
    language: str
    published: datetime | None
    fetched: datetime
    official: bool
    duplicate_of: str | None
    revision: int
    mentions: tuple[MentionTold, ...]


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """Alerts, the newest first; `next` is the cursor of those after them, null at the end."""

    alerts: tuple[Alert, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class SourceTold:
    """A source's health. `message` says what is wrong."""

    name: str
    outlet: str | None
    kind: str | None
    url: str | None
    official: bool | None
    health: Health
    since: datetime | None
    message: str
    failures: int
    last_check: datetime | None
    last_success: datetime | None
    last_item: datetime | None
    next_check: datetime | None


@dataclass(frozen=True, kw_only=True)
class Sources:
    sources: tuple[SourceTold, ...]
