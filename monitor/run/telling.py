"""What the store knows, told whole: an event's life, cells of the board, instruments, deadlines. Reads only."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from monitor.alerts import calendar as calendars
from monitor.alerts.facts import Deadline, deadlines
from monitor.history import fold, register, states
from monitor.model import Cell, Event, Evidence, Judgement, Witness
from monitor.run import proof
from monitor.store import Database


def life(database: Database, event_id: str) -> dict[str, Any] | None:
    """Everything about one event; an id that was merged away leads to the event it was merged into. None when there is no such event."""
    event = database.history.event(event_id)
    if event is None:
        into = database.history.merged_into(event_id)
        return life(database, into) if into else None
    witnesses = sorted(database.history.witnesses(event.id), key=lambda pair: (pair[0].known, pair[0].mention.id))
    changes = database.history.changes(event=event.id)
    return {
        "event": event,
        "baseline": database.history.baseline(event.id),
        "modifies": acted_upon(database, event),
        "modified_by": acting_upon(database, event),
        "witnesses": [told_by(witness, judgement, database) for witness, judgement in witnesses],
        "changes": changes,
        "alerts": database.outbox.alerts(event=event.id),
    }


def acted_upon(database: Database, event: Event) -> list[Event]:
    """The events that an act names, by id, number or day."""
    found = [other for name in event.modifies if (other := database.history.event(name))]
    numbered = database.history.candidates(f"n:{name}" for name in event.modifies)
    of_a_day = states.day_meant(event, database.history.events(types=states.BEARING, jurisdictions=event.jurisdictions) if event.modifies else ())
    named = [other for other in numbered if other.id != event.id and set(other.numbers) & set(event.modifies)]
    return list({other.id: other for other in (*found, *named, *of_a_day)}.values())


def acting_upon(database: Database, event: Event) -> list[Event]:
    """The events that name this one."""
    others = (
        *database.history.events(ids=register.acts()),
        *database.history.events(types=states.UPON, jurisdictions=event.jurisdictions, acting=True),
    )
    named = {event.id, *event.numbers}
    found = [one for one in others if one.id != event.id and (named & set(one.modifies) or event in states.day_meant(one, (event,)))]
    return list({other.id: other for other in found}.values())


def told_by(witness: Witness, judgement: Judgement, database: Database) -> dict[str, Any]:
    """One mention with its article and the judgement that joined it."""
    article = database.articles.get(witness.mention.article)
    return {
        "published": witness.published,
        "seen": witness.seen,
        "outlet": witness.outlet,
        "url": witness.url,
        "title": article.title if article else "",
        "language": article.language if article else "",
        "official": witness.official,
        "mention": witness.mention,
        "judgement": judgement,
    }


def life_lines(told: dict[str, Any]) -> list[str]:
    """An event's life for people."""
    event: Event = told["event"]
    lines = [f"{event.type.replace('_', ' ')} · {'/'.join(event.jurisdictions)} · {', '.join(event.materials) or 'no material named'}  [{event.id}]"]
    lines += [event.summary] if event.summary else []
    lines += [f"  {name:12} {value}" for name, value in described(event) if value]
    for title, key in (("Acts on", "modifies"), ("Acted on by", "modified_by")):
        lines += [f"{title}: {other.instrument or other.summary} [{other.id}]" for other in told[key]]
    lines += [f"Claim: {claim.party} says {claim.field} is {claim.value}" for claim in event.claims]
    lines += [f"Told by {len(told['witnesses'])}:"] if told["witnesses"] else [f"Known from the register: {', '.join(event.sources) or 'no source'}"]
    for row in told["witnesses"]:
        mention = row["mention"]
        day = row["published"].date().isoformat() if row["published"] else "undated"
        lines.append(f"  {day} {row['outlet']}{' (official)' if row['official'] else ''}: {row['title']}")
        lines += [f"      “{span.quote}”" for span in mention.evidence]
        lines.append(f"      mention {mention.id}: {mention.status}, {mention.certainty}; joined by {row['judgement'].by}: {row['judgement'].why}")
        lines.append(f"      {row['url']}")
    lines += [f"Change {c.at:%Y-%m-%d}: {c.field} {c.before or ''} → {c.after or ''} [{c.severity}] {c.reason}" for c in told["changes"]]
    lines += [f"Alert {a.at:%Y-%m-%d}: {a.rule} [{a.severity}]" for a in told["alerts"]]
    return lines


def described(event: Event) -> list[tuple[str, str]]:
    names = ("status", "certainty", "direction", "date", "effective", "until", "instrument")
    lists = ("actors", "recipients", "destinations")
    return [(name, getattr(event, name) or "") for name in names] + [(name, ", ".join(getattr(event, name))) for name in lists]


def cell(database: Database, material: str, jurisdiction: str, destination: str | None, as_of: date, known_at: date) -> Cell:
    """One cell of the board."""
    return states.cell(standing(database, known_at, material, jurisdiction), material, jurisdiction, destination, as_of, known_at)


def board(database: Database, destination: str | None, as_of: date, known_at: date) -> tuple[Cell, ...]:
    """All cells in which a measure is known."""
    return states.board(standing(database, known_at), destination, as_of, known_at)


def standing(database: Database, known_at: date, material: str | None = None, jurisdiction: str | None = None) -> tuple[Event, ...]:
    """The events behind the board, or a cell of it, as they could be told at the end of a day; those that nobody could tell yet are left out."""
    moment = datetime.combine(known_at, time.max, UTC)
    told = (as_known(database, e, moment) for e in weighty(database, material, jurisdiction) if e.ref or states.vouched(e))
    return tuple(event for event in told if event is not None)


def weighty(database: Database, material: str | None, jurisdiction: str | None) -> Iterable[Event]:
    """The events that can move the board or a cell: the register's, those that make measures, those that act on others."""
    of, where = (states.told_of(material) if material else ()), ((jurisdiction,) if jurisdiction else ())
    found = (
        database.history.events(ids=register.acts()),
        database.history.events(types=states.BEARING, materials=of, jurisdictions=where),
        database.history.events(types=states.UPON, jurisdictions=where, acting=True),
    )
    return {event.id: event for some in found for event in some}.values()


def as_known(database: Database, event: Event, moment: datetime) -> Event | None:
    """An event folded from what was told by a moment; the last fold itself where nothing was told since, None where it was unknown then."""
    if event.mentions == 0 or (event.last_seen is not None and event.last_seen <= moment):
        return event
    if event.known is not None and event.known > moment:
        return None
    return fold.as_known(event.id, database.history.witnesses(event.id), database.history.baseline(event.id), moment)


def cell_json(database: Database, found: Cell) -> dict[str, Any]:
    """A cell in the documented shape, each measure with its sentences."""
    events = [event for state in found.states if (event := database.history.event(state.measure.event))]
    by_id = {event.id: event for event in events}

    def evidence(event_id: str) -> tuple[Evidence, ...]:
        return proof.of_event(database, by_id[event_id]) if event_id in by_id else ()

    return register.cell_json(found, evidence, events)


def cell_lines(told: dict[str, Any]) -> list[str]:
    """A cell for people."""
    place = f"{told['material'].replace('_', ' ')} from {told['jurisdiction']} to {told['destination'] or 'anywhere'}"
    lines = [f"{place} on {told['as_of']}, as known on {told['known_at']}: {told['verdict'].replace('_', ' ').upper()}"]
    lines += ["A general licence may ease it."] if told["general_licence"] else []
    for measure in told["measures"]:
        until = f" until {measure['until']}" if measure.get("until") else ""
        lines.append(f"  {measure['instrument'] or measure['event']}: {measure['state'].replace('_', ' ')}{until}")
        lines += [f"      {measure['reason']}"] if measure.get("reason") else []
        lines += [f"      “{one['quote']}” ({one['outlet']}) {one['url']}" for one in measure["evidence"][:2]]
    return lines if told["measures"] else [*lines, "  no measure is known"]


def instrument_rows(database: Database) -> list[dict[str, Any]]:
    """One row for each event that is an instrument's."""
    found = [event for event in database.history.events() if event.instrument]
    return [{"instrument": e.instrument, "date": e.date or e.effective, "type": e.type, "status": e.status, "event": e.id} for e in found]


def instrument_life(database: Database, number: str) -> list[dict[str, Any]]:
    """The steps in the life of each instrument that a written number may mean, in order of time; empty when none is known."""
    return [asdict(step) for step in register.instrument_life(number, database.history.events())]


def instrument_lines(steps: list[dict[str, Any]]) -> list[str]:
    lines = []
    for step in steps:
        until = f" (until {step['until']})" if step["until"] else ""
        lines.append(f"{step['day'] or 'undated':10}  {step['relation'].replace('_', ' ')}: {step['what']}{until}  [{step['event']}]")
        lines += [f"            {url}" for url in step["sources"][:2]]
    return lines


def deadlines_ahead(database: Database, today: date, days: int) -> list[dict[str, Any]]:
    """What falls due within `days`, soonest first."""
    found = falling_due(database.history.events(), today, days)
    return [{"day": d.on, "days": (d.on - today).days, "what": told_deadline(d), "event": d.event.id, "field": d.field, "deadline": d} for d in found]


def falling_due(events: Iterable[Event], today: date, days: int) -> tuple[Deadline, ...]:
    """The days ahead of these events, without those that other acts have overtaken."""
    known = {event.id: event for event in events}
    acting = states.edges(known)
    return tuple(d for d in deadlines(tuple(known.values()), today, days) if not states.overtaken(d.event, d.on, d.field == "until", acting))


def told_deadline(due: Deadline) -> str:
    verb = {"effective": "takes effect", "until": "ends"}[due.field]
    return f"{due.event.instrument or due.event.summary or due.event.type.replace('_', ' ')} {verb}"


def calendar(due: list[dict[str, Any]], base_url: str, now: datetime) -> str:
    """The deadlines as an iCalendar file, with links into the pages."""
    return calendars.calendar((row["deadline"] for row in due), base_url, now).decode()
