"""The one place that puts judge, fold and change in sequence, over any storage: SQLite in the service, a dictionary in a rehearsal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.history import change, dates, fold, merge
from monitor.model import Change, Event, Judgement, Mention, Witness


class Storage(Protocol):
    """What the history needs of a store. All methods are synchronous and run inside one transaction of the caller.

    `candidates` are live events filed under any of the keys, at most a few hundred, the likeliest first. `event` is the last saved fold.
    `baseline` is the register's own version of an event, None for others. `witnesses` are the live mentions of an event, with their judgements
    that are not retracted. `events_of` are the events that live judgements join these mentions to. `mentions` are an article's live mentions.
    `add_witness` stores the mention of a witness whose article is stored already (SQLite: `add_mention(witness.mention, witness.words)`).
    `add_witness`, `add_judgement` and `save_change` say False when the thing is there already. The order of the calls is mention, event,
    judgement, changes, so that foreign keys hold at each; `save_event` is given all witnesses that the event was folded from, the newest too,
    whose judgement is not stored yet.
    """

    def candidates(self, keys: Iterable[str]) -> Sequence[Event]: ...
    def event(self, event_id: str) -> Event | None: ...
    def baseline(self, event_id: str) -> Event | None: ...
    def witnesses(self, event_id: str) -> Sequence[tuple[Witness, Judgement]]: ...
    def events_of(self, mentions: Iterable[str]) -> Sequence[str]: ...
    def mentions(self, article_id: str) -> Sequence[Mention]: ...
    def add_witness(self, witness: Witness) -> bool: ...
    def add_judgement(self, judgement: Judgement) -> bool: ...
    def save_event(self, event: Event, keys: Iterable[str], told: Sequence[Witness] = ()) -> None: ...
    def save_change(self, change: Change) -> bool: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one mention did: its judgement, the event before and after it, and the changes that are new."""

    witness: Witness
    judgement: Judgement
    before: Event | None
    after: Event
    changes: tuple[Change, ...]


class History:
    """Takes documents' mentions in, one document at a time."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def add(self, witness: Witness, now: datetime) -> Step | None:
        """One mention alone; None when it was judged before."""
        steps = self.add_document((witness,), now)
        return steps[0] if steps else None

    def add_document(self, witnesses: Sequence[Witness], now: datetime) -> tuple[Step, ...]:
        """All mentions of one document. Those judged before are passed over, so adding a document again does nothing."""
        fresh = [w for w in witnesses if not self.storage.events_of([w.mention.id])]
        if not fresh:
            return ()
        ids = [mention.id for mention in self.storage.mentions(fresh[0].mention.article)]
        taken = frozenset(self.storage.events_of(ids))
        judged = merge.assign(fresh, self.storage.candidates, now, taken)
        return tuple(self.take(w, ruling.judgement, ruling.known, now) for w, ruling in zip(fresh, judged, strict=True))

    def take(self, witness: Witness, judgement: Judgement, known: bool, now: datetime) -> Step:
        """Stores a judged mention, folds its event again, and stores what changed; `known` as for `change.between`."""
        before = self.storage.event(judgement.event)
        self.storage.add_witness(witness)
        after = self.refold(judgement.event, before, (witness, judgement))
        self.storage.add_judgement(judgement)
        changes = change.between(before, after, witness, now, known)
        return Step(witness, judgement, before, after, tuple(c for c in changes if self.storage.save_change(c)))

    def refold(self, event_id: str, before: Event | None, *more: tuple[Witness, Judgement]) -> Event:
        """Folds an event from its witnesses and `more`, and saves it. Its revision counts the folds that changed something."""
        told = (*self.storage.witnesses(event_id), *more)
        folded = fold.event(event_id, told, self.storage.baseline(event_id))
        same = before is not None and replace(folded, revision=before.revision) == before
        after = replace(folded, revision=(before.revision if before else 0) + (not same))
        if not same:
            self.storage.save_event(after, merge.keys(after), fold.live(event_id, told))
        return after

    def as_known(self, events: Iterable[Event], known_at: date) -> tuple[Event, ...]:
        """The events as they could be told at the end of a day, folded again without what became known later; those unknown then are left out."""
        end = dates.midnight(known_at + timedelta(days=1)) - timedelta(microseconds=1)
        then = (event if event.last_seen and event.last_seen <= end else self.folded_then(event, end) for event in events)
        return tuple(event for event in then if event)

    def folded_then(self, event: Event, end: datetime) -> Event | None:
        """An event folded from what was known at a moment."""
        return fold.as_known(event.id, self.storage.witnesses(event.id), self.storage.baseline(event.id), end)


class Memory:
    """A storage in memory, for rehearsals and tests."""

    def __init__(self, baseline: Iterable[Event] = ()) -> None:
        self.base = {event.id: event for event in baseline}
        self.known: dict[str, Event] = {}
        self.filed: dict[str, dict[str, None]] = {}
        self.keys_of: dict[str, tuple[str, ...]] = {}
        self.told: dict[str, Witness] = {}
        self.judged: dict[str, Judgement] = {}
        self.by_event: dict[str, dict[str, None]] = {}
        self.by_article: dict[str, dict[str, None]] = {}
        self.changed: dict[str, Change] = {}
        for event in self.base.values():
            self.save_event(event, merge.keys(event))

    def candidates(self, keys: Iterable[str]) -> Sequence[Event]:
        found = {event_id: None for key in keys for event_id in self.filed.get(key, ())}
        return [self.known[event_id] for event_id in found]

    def event(self, event_id: str) -> Event | None:
        return self.known.get(event_id)

    def baseline(self, event_id: str) -> Event | None:
        return self.base.get(event_id)

    def events(self) -> tuple[Event, ...]:
        """All events as last folded."""
        return tuple(self.known.values())

    def witnesses(self, event_id: str) -> Sequence[tuple[Witness, Judgement]]:
        return [(self.told[name], self.judged[name]) for name in self.by_event.get(event_id, ())]

    def events_of(self, mentions: Iterable[str]) -> Sequence[str]:
        return sorted({self.judged[name].event for name in mentions if name in self.judged})

    def mentions(self, article_id: str) -> Sequence[Mention]:
        return [self.told[name].mention for name in self.by_article.get(article_id, ())]

    def add_witness(self, witness: Witness) -> bool:
        if witness.mention.id in self.told:
            return False
        self.told[witness.mention.id] = witness
        self.by_article.setdefault(witness.mention.article, {})[witness.mention.id] = None
        return True

    def add_judgement(self, judgement: Judgement) -> bool:
        if judgement.mention in self.judged:
            return False
        self.judged[judgement.mention] = judgement
        self.by_event.setdefault(judgement.event, {})[judgement.mention] = None
        return True

    def save_event(self, event: Event, keys: Iterable[str], told: Sequence[Witness] = ()) -> None:  # noqa: ARG002
        for key in self.keys_of.get(event.id, ()):
            self.filed[key].pop(event.id, None)
        self.known[event.id] = event
        self.keys_of[event.id] = tuple(keys)
        for key in self.keys_of[event.id]:
            self.filed.setdefault(key, {})[event.id] = None

    def save_change(self, change: Change) -> bool:
        if change.id in self.changed:
            return False
        self.changed[change.id] = change
        return True
