"""An analyst's corrections: judgements that win over the machine's, survive re-extraction, and can be taken back."""

import getpass
from datetime import datetime

from monitor.errors import BadInput
from monitor.history.memory import History
from monitor.model import Event, Judgement, digest
from monitor.run.knowing import Stored
from monitor.store import Database


def name(by: str | None) -> str:
    """Who judges: as told, else the account's name."""
    return by or f"analyst:{getpass.getuser()}"


def merge(database: Database, event_id: str, into: str, why: str, by: str, now: datetime) -> tuple[Event, ...]:
    """All mentions of `event_id` now belong to `into`. Returns the event as it then is."""
    if event_id == into:
        raise BadInput(f"{event_id}: an event cannot be merged into itself")
    for one in (event_id, into):
        existing(database, one)
    with database.transaction():
        for witness, judgement in database.history.witnesses(event_id):
            move(database, witness.mention.id, judgement, into, why, by, now)
        database.history.retire_event(event_id, into, now)
        return (refold(database, into),)


def split(database: Database, mention_id: str, why: str, by: str, now: datetime) -> tuple[Event, ...]:
    """The mention leaves its event for one of its own. Returns both events as they then are."""
    judgement = live(database, mention_id)
    fresh = f"ev-{digest('split', mention_id, judgement.event)}"
    with database.transaction():
        move(database, mention_id, judgement, fresh, why, by, now)
        return (*left(database, judgement.event, now), refold(database, fresh))


def retract(database: Database, mention_id: str, why: str, by: str, now: datetime) -> tuple[Event, ...]:
    """The mention belongs to no event; it is never judged by the machine again. Returns the event that it left."""
    judgement = live(database, mention_id)
    with database.transaction():
        database.history.retract(judgement.id, now)
        database.history.add_judgement(made(mention_id, judgement.event, why, by, now, retracted=now))
        return left(database, judgement.event, now)


def move(database: Database, mention_id: str, judgement: Judgement, into: str, why: str, by: str, now: datetime) -> None:
    database.history.retract(judgement.id, now)
    database.history.add_judgement(made(mention_id, into, why, by, now))


def made(mention_id: str, event: str, why: str, by: str, now: datetime, retracted: datetime | None = None) -> Judgement:
    return Judgement(
        id=digest("judgement", mention_id, event, by, now.isoformat()), mention=mention_id, event=event, by=by, why=why, at=now, retracted=retracted
    )


def live(database: Database, mention_id: str) -> Judgement:
    """The judgement in force of a mention. Raises BadInput when there is none."""
    if database.history.mention(mention_id) is None:
        raise BadInput(f'there is no mention "{mention_id}". "monitor show EVENT" prints the ids of its mentions')
    found = [judgement for judgement in database.history.judgements(mention_id=mention_id) if judgement.retracted is None]
    if not found:
        raise BadInput(f'the mention "{mention_id}" belongs to no event: it was retracted before')
    return found[0]


def existing(database: Database, event_id: str) -> Event:
    event = database.history.event(event_id)
    if event is None or database.history.merged_into(event_id):
        raise BadInput(f'there is no event "{event_id}". "monitor search" prints ids')
    return event


def refold(database: Database, event_id: str) -> Event:
    return History(Stored(database)).refold(event_id, database.history.event(event_id))


def left(database: Database, event_id: str, now: datetime) -> tuple[Event, ...]:
    """The event that lost a mention; one that nobody tells any more and that the register does not know is retired."""
    if database.history.witnesses(event_id) or database.history.baseline(event_id):
        return (refold(database, event_id),)
    database.history.retire_event(event_id, None, now)
    return ()
