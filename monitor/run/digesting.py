"""The digest: facts out of the store, the text by the room of alerts, and into the outbox once for its day."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from monitor.alerts import digest as digests
from monitor.alerts.digest import Digest
from monitor.alerts.facts import Changed, Facts
from monitor.config import Config
from monitor.history import states
from monitor.model import Cell, Event
from monitor.run import outgoing, proof, telling
from monitor.store import Database

LAST = "digest:last"
AUDIENCE = ""
WEEKS = 12


def enqueue_due(database: Database, config: Config, now: datetime) -> date | None:
    """Put the digest that is owed into the outbox, once for its day whatever restarts; returns its day."""
    options = config.digest
    if options is None or not options.channels:
        return None
    last = database.outbox.meta(LAST)
    day = digests.due(options.clock, config.zone, date.fromisoformat(last) if last else None, now, options.every)
    if day is None or database.outbox.digest_sent(day, AUDIENCE):
        return None
    end = digests.moment(day, options.clock, config.zone)
    step = timedelta(days=7 if options.every == "week" else 1)
    start = digests.moment(date.fromisoformat(last), options.clock, config.zone) if last else end - step
    made = made_of(database, config, start, end, now)
    with database.transaction():
        if not (made.empty and options.skip_empty):
            outgoing.enqueue(database, config, options.channels, digests.message(made), now)
        database.outbox.mark_digest(day, AUDIENCE, now)
        database.outbox.set_meta(LAST, day.isoformat())
    return day


def send_now(database: Database, config: Config, made: Digest, now: datetime) -> tuple[str, ...]:
    """Put this digest into the outbox at once; returns the channels that get it."""
    if config.digest is None or not config.digest.channels:
        return ()
    with database.transaction():
        outgoing.enqueue(database, config, config.digest.channels, digests.message(made), now)
    return config.digest.channels


def made_of(database: Database, config: Config, start: datetime, end: datetime, now: datetime) -> Digest:
    """The digest of the time from `start` to `end`."""
    return digests.build(facts(database, config, start, end), now, config.zone)


def facts(database: Database, config: Config, start: datetime, end: datetime) -> Facts:
    days = config.digest.days_ahead if config.digest else 30
    events = tuple(database.history.events())
    today = end.astimezone(config.zone).date()
    return Facts(
        start=start,
        end=end,
        base_url=config.web.base_url,
        audience=AUDIENCE,
        days_ahead=days,
        changes=changes(database, start, end),
        deadlines=telling.falling_due(events, today, days),
        board=board(config, events, today),
        board_before=board(config, events, start.astimezone(config.zone).date()),
        conflicts=tuple(event for event in events if event.claims and event.last_seen and event.last_seen >= start),
        held_back=tuple(database.history.held_back(start, end)),
        sources=tuple(database.sources.all()),
        failed=tuple(d for d in database.outbox.deliveries("failed") if start <= d.due < end or start <= d.created < end),
        weekly=weekly(database, end, config),
    )


def changes(database: Database, start: datetime, end: datetime) -> tuple[Changed, ...]:
    found = []
    for change in database.history.changes(start, end):
        event = database.history.event(change.event)
        if event is not None:
            found.append(Changed(change=change, event=event, evidence=proof.of_mention(database, change.mention)))
    return tuple(found)


def board(config: Config, events: tuple[Event, ...], day: date) -> tuple[Cell, ...]:
    """The cells of what is watched, for each watched destination or for buyers anywhere."""
    watch = config.watch
    return tuple(
        states.cell(events, material, jurisdiction, destination, day, day)
        for material in watch.materials
        for jurisdiction in watch.jurisdictions or ("CN",)
        for destination in watch.destinations or (None,)
    )


def weekly(database: Database, end: datetime, config: Config) -> tuple[tuple[date, int], ...]:
    """Changes of each of the past weeks, by the Monday they begin on."""
    last = end.astimezone(config.zone).date()
    first = last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))
    counts = {first + timedelta(weeks=week): 0 for week in range(WEEKS)}
    for change in database.history.changes(datetime.combine(first, time(), config.zone).astimezone(UTC), end):
        day = change.at.astimezone(config.zone).date()
        counts[day - timedelta(days=day.weekday())] += 1
    return tuple(counts.items())


def rendered(made: Digest, kind: str) -> str:
    """The digest as `html`, `text` or `json`."""
    writers: dict[str, Any] = {
        "html": digests.html,
        "text": digests.text,
        "json": lambda d: json.dumps(digests.as_json(d), ensure_ascii=False, indent=2),
    }
    return str(writers[kind](made)).rstrip("\n") + "\n"
