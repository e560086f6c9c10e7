"""What an article teaches: mentions into events, changes into alerts, alerts into outbox rows. Called inside a transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts import message
from monitor.alerts import rules as alert_rules
from monitor.articles import duplicates
from monitor.config import Config
from monitor.history import change
from monitor.history.memory import History, Step
from monitor.model import Alert, Article, Change, Event, Judgement, Mention, Rule, Source, SourceState, Witness
from monitor.run import outgoing, proof, searchable
from monitor.store import Database

OLD = timedelta(days=14)  # what was published longer ago is stored and searchable, and pages nobody
FAILURES = 3  # checks in a row that fail before people are told
QUOTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules with "watch" resolved, and the address that links in messages begin with."""

    rules: tuple[Rule, ...]
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What an article did."""

    outcome: str
    changes: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """The history's storage over the database; an event is filed with the words under which it is found."""

    database: Database

    def candidates(self, keys: Iterable[str]) -> Sequence[Event]:
        return self.database.history.candidates(keys)

    def event(self, event_id: str) -> Event | None:
        return self.database.history.event(event_id)

    def baseline(self, event_id: str) -> Event | None:
        return self.database.history.baseline(event_id)

    def witnesses(self, event_id: str) -> Sequence[tuple[Witness, Judgement]]:
        return self.database.history.witnesses(event_id)

    def events_of(self, mentions: Iterable[str]) -> Sequence[str]:
        return self.database.history.events_of(mentions)

    def mentions(self, article_id: str) -> Sequence[Mention]:
        return self.database.history.mentions(article_id)

    def add_witness(self, witness: Witness) -> bool:
        return self.database.history.add_mention(witness.mention, witness.words)

    def add_judgement(self, judgement: Judgement) -> bool:
        return self.database.history.add_judgement(judgement)

    def save_event(self, event: Event, keys: Iterable[str], told: Sequence[Witness] = ()) -> None:
        kept = told if len(told) <= QUOTES else (*told[: QUOTES // 2], *told[-QUOTES // 2 :])
        quotes = tuple(dict.fromkeys(span.quote for witness in kept for span in witness.mention.evidence[:1]))
        self.database.history.save_event(event, keys, searchable.text(event, quotes))

    def save_change(self, made: Change) -> bool:
        return self.database.history.save_change(made)


def same_text(known: Article, article: Article) -> bool:
    return (known.title, known.text) == (article.title, article.text)


def learn(database: Database, article: Article, mentions: tuple[Mention, ...], rules: Rules, config: Config, now: datetime) -> Learnt:
    """Store an article with its mentions, judge them, and raise what the rules select."""
    kept = with_original(database, article)
    added = database.articles.add(kept, duplicates.bands(kept.fingerprint))
    if added == "unchanged":
        return Learnt(outcome="unchanged")
    history = History(Stored(database))
    if added == "revised":
        for event_id in database.history.replace_mentions(article.id, mentions, now):
            history.refold(event_id, database.history.event(event_id))
    steps = history.add_document([witness(kept, mention) for mention in mentions if not database.history.judgements(mention_id=mention.id)], now)
    raised = 0 if kept.published and now - kept.published > OLD else raise_alerts(database, steps, rules, config, now)
    return Learnt(outcome=added, changes=sum(len(step.changes) for step in steps), alerts=raised)


def with_original(database: Database, article: Article) -> Article:
    """The article, marked as a copy where an earlier one of another address says nearly the same."""
    for known, fingerprint in database.articles.similar(duplicates.bands(article.fingerprint)):
        if known != article.id and duplicates.same(article.fingerprint, fingerprint):
            return replace(article, duplicate_of=known)
    return article


def witness(article: Article, mention: Mention) -> Witness:
    return Witness(
        mention=mention, outlet=article.outlet, url=article.url, official=article.official, published=article.published, seen=article.fetched
    )


def raise_alerts(database: Database, steps: Sequence[Step], rules: Rules, config: Config, now: datetime) -> int:
    """Alerts of new changes, each with its deliveries in the outbox."""
    found = [(made, step.after, step.witness) for step in steps for made in step.changes]
    known = {made.id: (made, event) for made, event, _ in found}
    return sum(send(database, raised, *known[raised.change or ""], config, now) for raised in alert_rules.alerts(found, rules.rules, now))


def send(database: Database, raised: Alert, made: Change, event: Event, config: Config, now: datetime) -> int:
    if not database.outbox.add_alert(raised):
        return 0
    evidence = proof.of_mention(database, made.mention) or proof.of_event(database, event)
    outgoing.enqueue(database, config, raised.channels, message.alert(raised, made, event, evidence, config.web.base_url), now, raised.id)
    return 1


def remind(database: Database, config: Config, rules: Rules, now: datetime) -> int:
    """Raise the deadlines that fall due, each step once, also when the service was down on the day."""
    events = {event.id: event for event in database.history.events()}
    today = now.astimezone(config.zone).date()
    raised = 0
    with database.transaction():
        due = [made for made in change.deadlines(events.values(), today) if database.history.save_change(replace(made, at=now))]
        found = [(made, events[made.event], None) for made in due]
        known = {made.id: made for made in due}
        for one in alert_rules.alerts(found, rules.rules, now):
            raised += send(database, one, known[one.change or ""], events[one.event or ""], config, now)
    return raised


def health_changed(database: Database, config: Config, source: Source, before: SourceState | None, state: SourceState, now: datetime) -> None:
    """Tell the digest's readers when a source has failed for a while, went quiet or is gone, and when it answers again."""
    channels = config.digest.channels if config.digest else ()
    was, is_now = in_trouble(before), in_trouble(state)
    if is_now and not was:
        outgoing.enqueue(database, config, channels, message.source_failing(source, state, now, config.web.base_url), now)
    elif was and before is not None and state.health == "ok":
        outgoing.enqueue(database, config, channels, message.source_resolved(source, before, state, now, config.web.base_url), now)


def in_trouble(state: SourceState | None) -> bool:
    """Whether a source's state is worth telling people: one failure is the web's weather."""
    return state is not None and (state.health in ("quiet", "gone") or (state.health == "failing" and state.failures >= FAILURES))
