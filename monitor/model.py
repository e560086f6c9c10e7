"""The nouns. All frozen; collections are tuples; datetimes are aware and in UTC; ids are hashes of the natural key.

Dates of events are ISO strings that may be partial ("2025", "2025-04", "2025-04-04"): an unknown day stays unknown.
Field names and values of events are those of the annotation guide, see docs/events.md.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal

EventType = Literal[
    "control_introduced", "control_eased", "control_suspended", "control_reinstated", "export_banned",
    "licence_granted", "licence_refused", "licence_delayed", "licence_rules_changed",
    "quota_set", "tariff_changed", "entity_listed", "entity_delisted", "investigation_opened", "enforcement_action",
    "agreement_reached", "talks_held", "position_stated", "supply_disrupted", "supply_supported",
]  # fmt: skip
EVENT_TYPES: tuple[EventType, ...] = EventType.__args__  # type: ignore[attr-defined]

Direction = Literal["tightening", "easing", "neutral"]
Focus = Literal["news", "background"]
Status = Literal["in_force", "announced", "planned", "denied"]
Certainty = Literal["confirmed", "reported"]
Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
ChangeField = Literal["new", "status", "certainty", "effective", "until", "scope", "denied", "correction", "deadline", "conflict"]
CHANGE_FIELDS: tuple[ChangeField, ...] = ChangeField.__args__  # type: ignore[attr-defined]
Health = Literal["new", "ok", "failing", "quiet", "gone"]
Follow = Literal["relevant", "always", "never"]


def digest(*parts: object) -> str:
    """16 hex digits that depend on `parts` alone: the id of whatever has these as its natural key."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


# ---- rooms 1 and 2: sources and articles ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that is asked for items. `options` is the frozen `Options` of its kind."""

    name: str
    kind: str
    url: str
    every: timedelta
    outlet: str
    official: bool = False
    language: str | None = None
    follow: Follow = "relevant"
    expect_per_week: float | None = None
    options: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered of a source between checks. `body_hash` is the second gate for servers without validators."""

    name: str
    next_check: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    failures: int = 0
    health: Health = "new"
    since: datetime | None = None
    message: str = ""
    last_check: datetime | None = None
    last_success: datetime | None = None
    last_item: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response. `unchanged` is set for 304 and for a body whose hash is the known one; then `body` is empty."""

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    unchanged: bool = False
    moved_to: str | None = None
    max_age: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry that a source showed. `published` is None when the source does not say, never "now"."""

    id: str
    source: str
    key: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    zone: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Clean text of one page or feed entry; paragraphs are parted by a blank line.

    `zone` is the publisher's offset from UTC in minutes, so that "on Thursday" means the publisher's Thursday.
    `fingerprint` is 16 hex digits that near-duplicates nearly share; `text_from` says where the text came from.
    """

    id: str
    source: str
    url: str
    outlet: str
    title: str
    text: str
    language: str
    fetched: datetime
    published: datetime | None = None
    zone: int | None = None
    official: bool = False
    fingerprint: str = ""
    duplicate_of: str | None = None
    revision: int = 1
    text_from: Literal["page", "feed", "file"] = "page"

    @property
    def whole(self) -> str:
        """Title and text as one string: what evidence offsets count in."""
        return f"{self.title}\n\n{self.text}"

    @property
    def local_date(self) -> date | None:
        """The day of publication where the publisher is; None when unknown."""
        if self.published is None:
            return None
        return self.published.astimezone(timezone(timedelta(minutes=self.zone or 0))).date()


# ---- room 3: mentions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` to `end` of `Article.whole`; `quote` is that very substring."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The guide's fields of an event, shared by mentions and events."""

    type: EventType
    direction: Direction = "neutral"
    focus: Focus = "news"
    status: Status = "in_force"
    certainty: Certainty = "confirmed"
    jurisdictions: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    instrument: str | None = None
    date: str | None = None
    effective: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Fields):
    """One event as one article asserts it.

    `surface` names the spans that prove single fields: ("date", Span). `claimant` is who asserts it, if not the outlet.
    `numbers` are the instrument keys the evidence names ("CN:2025:61"), the event's own first; `why` is what found it.
    `correction` is set when the outlet corrects an earlier story.
    """

    id: str
    article: str
    evidence: tuple[Span, ...]
    surface: tuple[tuple[str, Span], ...] = ()
    claimant: str | None = None
    numbers: tuple[str, ...] = ()
    correction: bool = False
    confidence: float = 1.0
    extractor: str = ""
    why: str = ""


# ---- room 4: history ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A mention with what the history needs to know of its article."""

    mention: Mention
    outlet: str
    url: str
    official: bool
    published: datetime | None
    seen: datetime
    words: tuple[str, ...] = ()

    @property
    def known(self) -> datetime:
        """When the assertion could be known: its publication, else when it was seen."""
        return self.published or self.seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Mention belongs to event: by whom, why, when, retracted when. `score` and `reasons` explain a machine's judgement."""

    id: str
    mention: str
    event: str
    by: str
    why: str
    at: datetime
    score: float = 1.0
    reasons: tuple[str, ...] = ()
    retracted: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one party asserts of a field of an event, where parties differ or one denies."""

    party: str
    field: str
    value: str
    mention: str | None = None
    known: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Fields):
    """A fold over its judged mentions. `ref` is the id in the baseline register it descends from, `modifies` the events it acts on.

    `known` is when the act could first be known; `revision` counts the folds that changed something.
    """

    id: str
    ref: str | None = None
    summary: str = ""
    modifies: tuple[str, ...] = ()
    known: datetime | None = None
    last_seen: datetime | None = None
    mentions: int = 0
    outlets: int = 0
    official: bool = False
    revision: int = 0
    claims: tuple[Claim, ...] = ()
    numbers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A clause of an instrument: what it does to which materials for which destinations, and when."""

    event: str
    clause: str = ""
    effect: Literal["licence_required", "prohibited", "quota", "general_licence"] = "licence_required"
    instrument: str | None = None
    jurisdictions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    announced: str | None = None
    effective: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A legal instrument and its clauses; `number` is its key such as "CN:2025:61", or its name in lower case."""

    number: str
    name: str
    jurisdiction: str
    measures: tuple[Measure, ...] = ()
    edges: tuple[tuple[str, str, str | None], ...] = ()  # (relation, other event, until)


StateName = Literal["announced", "in_force", "suspended", "window_passed", "expired", "repealed", "replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A measure's state on a date as known on a date, with the reason in words."""

    measure: Measure
    state: StateName
    as_of: date
    known_at: date
    until: str | None = None
    by: tuple[str, ...] = ()
    reason: str = ""


Verdict = Literal["prohibited", "licence_required", "quota", "announced", "suspended", "window_passed", "free"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the state board: the strictest thing that applies, and the states of all measures behind it."""

    material: str
    jurisdiction: str
    destination: str | None
    as_of: date
    known_at: date
    verdict: Verdict
    general_licence: bool = False
    states: tuple[State, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that proves something, and where it stands."""

    quote: str
    url: str
    outlet: str
    published: datetime | None = None
    language: str = "en"
    official: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What really changed, with the mention that proves it (None for a deadline)."""

    id: str
    event: str
    field: ChangeField
    before: str | None
    after: str | None
    reason: str
    at: datetime
    severity: Severity = "medium"
    severity_reason: str = ""
    mention: str | None = None


# ---- room 5: out ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An alert rule of `config.toml`; an empty tuple means "any". `watch` is already resolved to ids and codes."""

    name: str
    channels: tuple[str, ...]
    types: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    certainty: tuple[str, ...] = ()
    official_only: bool = False
    min_severity: Severity = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way out. `options` is the frozen `Options` of its kind."""

    name: str
    kind: str
    options: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A change that a rule selected. `change` is None for an alert about a source."""

    id: str
    rule: str
    event: str | None
    change: str | None
    severity: Severity
    reason: str
    at: datetime
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel sends: `id` is constant over retries; `data` is the webhook body's `data`, `text` and `html` the mail's parts.

    `thread` is the same for all messages about one event; `files` are (name, media type, content).
    """

    id: str
    type: str
    timestamp: datetime
    subject: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    thread: str | None = None
    files: tuple[tuple[str, str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way through one channel. `recipient` tells recipients of one channel apart, each with its own outcome."""

    id: str
    channel: str
    message: Message
    due: datetime
    created: datetime
    attempt: int = 0
    recipient: str | None = None
    status: Literal["pending", "delivered", "failed"] = "pending"
    said: str = ""
    alert: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""

    said: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Try again: `after` seconds if the receiver named a time, else as the schedule says."""

    why: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again makes no sense; `disable` says that the endpoint wants nothing more at all."""

    why: str
    disable: bool = False


Outcome = Delivered | Later | GiveUp
