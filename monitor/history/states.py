"""The state of a measure on a date as known on a date, and the board of materials, governments and buyers that follows from it.

`as_of` is when it was true, `known_at` when it could be known. Nothing is assumed: a window that ran out with no act known since is told as that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from monitor.history import dates, instruments, materials, referring, shelf, sides
from monitor.model import Cell, Event, Measure, State, StateName, Verdict

EFFECTS = {"control_introduced": "licence_required", "export_banned": "prohibited", "quota_set": "quota"}
RELATIONS = {"control_suspended": "suspends", "control_reinstated": "reinstates", "control_eased": "narrows", "export_banned": "extends"}
GONE = ("repealed", "replaced")
ACTING = ("suspends", "extends", "reinstates", "replaces", "repeals", "narrows")
STRICTEST: tuple[tuple[str, Verdict], ...] = (("prohibited", "prohibited"), ("licence_required", "licence_required"), ("quota", "quota"))
WEAKER: tuple[tuple[StateName, Verdict], ...] = (("announced", "announced"), ("suspended", "suspended"), ("window_passed", "window_passed"))


@dataclass(frozen=True, slots=True)
class Edge:
    """What one act does to another, or to some of its clauses, from a day on."""

    by: Event
    relation: str
    of: str
    clauses: tuple[str, ...]
    since: date
    until: str | None
    known: date


def known_events(events: Iterable[Event], known_at: date) -> dict[str, Event]:
    """Events that could be known on a day, by id."""
    return {event.id: event for event in events if event.known is None or event.known.date() <= known_at}


# ---- measures ------------------------------------------------------------------------------------------------------------


def measures(events: Iterable[Event]) -> tuple[tuple[Measure, dict[str, Any]], ...]:
    """All measures of these events: the register's clause by clause, one for each other act that is firm enough to change the board."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for row in shelf.table("measures.toml")["measure"]:
        listed.setdefault(row["event"], []).append(row)
    found: list[tuple[Measure, dict[str, Any]]] = []
    for event in events:
        if event.ref in listed:
            found += [(clause(event, row), row) for row in listed[event.ref]]
        elif event.ref is None and firm(event) and event.type in EFFECTS and reach(event):
            found.append((clause(event, {"effect": EFFECTS[event.type], "materials": reach(event)}), {}))
    return tuple(found)


def firm(event: Event) -> bool:
    """Whether an act that is not in the register may change the board: confirmed, and official, numbered or told by two outlets."""
    return event.certainty == "confirmed" and event.status in ("in_force", "announced") and vouched(event)


def vouched(event: Event) -> bool:
    """Whether enough stands behind an act. What it lacks now it lacked before: an event only gains witnesses."""
    return event.official or event.outlets >= 2 or any(map(instruments.numbered, event.numbers))


def reach(event: Event) -> tuple[str, ...]:
    """The materials that an act names; words for "some of these" have no reach."""
    return tuple(one for one in event.materials if one not in materials.unspecified())


def clause(event: Event, row: dict[str, Any]) -> Measure:
    """A measure of an event, with the dates of its clause or else of the act."""
    return Measure(
        event=event.id,
        clause=row.get("clause", ""),
        effect=row.get("effect", "licence_required"),
        instrument=event.instrument or next(iter(event.numbers), None),
        jurisdictions=event.jurisdictions,
        materials=tuple(row["materials"]),
        destinations=tuple(row.get("destinations", event.destinations)),
        announced=event.date or (event.known.date().isoformat() if event.known else None),
        effective=row.get("effective", event.effective),
        until=row.get("until", event.until),
    )


# ---- edges ---------------------------------------------------------------------------------------------------------------


def edges(events: dict[str, Event]) -> dict[str, list[Edge]]:
    """What acts do to acts, by the act that it is done to, in order of time."""
    by_number: dict[str, list[Event]] = {}
    for event in events.values():
        for number in event.numbers:
            by_number.setdefault(number, []).append(event)
    found: dict[str, list[Edge]] = {}
    for edge in (*listed_edges(events), *learnt_edges(events, by_number)):
        found.setdefault(edge.of, []).append(edge)
    return {of: sorted(some, key=lambda e: (e.since, e.known, e.by.id)) for of, some in found.items()}


def listed_edges(events: dict[str, Event]) -> Iterable[Edge]:
    """The register's edges whose acts are known."""
    by_ref = {event.ref: event for event in events.values() if event.ref}
    for row in shelf.table("measures.toml")["edge"]:
        by = by_ref.get(row["by"])
        for of in row["of"] if by else ():
            if by is not None and of in by_ref:
                yield edge(by, row["relation"], by_ref[of].id, tuple(row.get("clauses", ())), row.get("since"), row.get("until"))


def learnt_edges(events: dict[str, Event], by_number: dict[str, list[Event]]) -> Iterable[Edge]:
    """What acts learnt from the news do to acts whose numbers, or else day, they name, if of the same government."""
    for by in events.values():
        relation = RELATIONS.get(by.type)
        if by.ref is not None or relation is None or not firm(by) or (by.status == "announced" and not by.effective):
            continue
        for target in targets(by, events, by_number):
            prolongs = relation == "suspends" and target.type == "control_suspended"
            if target.id != by.id and set(target.jurisdictions) & set(by.jurisdictions) and (relation != "extends" or target.type == by.type):
                yield edge(by, "extends" if prolongs else relation, target.id, (), None, None)


def targets(by: Event, events: dict[str, Event], by_number: dict[str, list[Event]]) -> Iterable[Event]:
    """The acts that an act names, each once."""
    found: dict[str, Event] = {}
    for key in by.modifies:
        meant = referring.acts(key, by, events.values()) if referring.MARK in key else by_number.get(key, [events[key]] if key in events else [])
        found |= {event.id: event for event in meant}
    return found.values()


def day_meant(by: Event, events: Sequence[Event]) -> tuple[Event, ...]:
    """The acts among these that an act means by their day."""
    return tuple(one for key in by.modifies if referring.MARK in key for one in referring.acts(key, by, events))


def edge(by: Event, relation: str, of: str, clauses: tuple[str, ...], since: str | None, until: str | None) -> Edge:
    start = dates.first(since or by.effective or by.date) or (by.known.date() if by.known else date.max)
    return Edge(by, relation, of, clauses, start, until or by.until, by.known.date() if by.known else start)


# ---- what matters to the board -------------------------------------------------------------------------------------------

BEARING = tuple(EFFECTS)  # types of acts that make measures
UPON = tuple(RELATIONS)  # types of acts that act on others


def told_of(material: str) -> tuple[str, ...]:
    """The names under which a measure on a material, on a group that holds it or on a part of it may be filed."""
    return tuple(sorted(materials.groups(material) | materials.members(material)))


# ---- the state of one measure --------------------------------------------------------------------------------------------


def fold(events: Iterable[Event], as_of: date, known_at: date) -> tuple[State, ...]:
    """The states of all measures on `as_of` as known on `known_at`. The events must be folded from what was known then."""
    known = known_events(events, known_at)
    acting = edges(known)
    return tuple(state(measure, row, acting, as_of, known_at) for measure, row in measures(known.values()))


def overtaken(event: Event, day: date, ends: bool, acting: dict[str, list[Edge]]) -> bool:
    """Whether other acts keep a day of an act (the end it tells, else its entry into force) from falling due.

    Its clauses that start on that day are asked, else all of it: none may start that is suspended, repealed or replaced by then, none end that
    is prolonged or gone.
    """
    if not acting.get(event.id):
        return False
    all_clauses = measures([event]) or ((clause(event, {"materials": ()}), {}),)
    starting = [pair for pair in all_clauses if begins(pair[0])[0] == day]
    then = [state(measure, row, acting, day, day) for measure, row in (starting if starting and not ends else all_clauses)]
    if ends:
        return all(one.state in GONE or (one.until or "") > day.isoformat() for one in then)
    return all(one.state in (*GONE, "suspended") for one in then)


def begins(measure: Measure, status: str = "in_force") -> tuple[date | None, str]:
    """(first day in force, how it is told); None when nothing says that it will apply."""
    if measure.effective:
        whole = dates.span(measure.effective)
        start = whole[0] if whole and len(measure.effective) == 7 else whole[1] if whole else None
        return start, f"in force from {measure.effective}"
    if status == "in_force":
        return dates.first(measure.announced), f"in force when announced, {measure.announced}"
    return None, f"announced {measure.announced}, no start is known"


def state(measure: Measure, row: dict[str, Any], acting: dict[str, list[Edge]], as_of: date, known_at: date) -> State:
    """The state of one measure: its own dates first, then every act on it in order of time."""
    start, told = begins(measure)
    now: StateName = "in_force" if start and start <= as_of else "announced"
    by: list[str] = [measure.event]
    until, reasons = measure.until, [told]
    for one in acting.get(measure.event, ()):
        if one.relation not in ACTING or (one.clauses and measure.clause not in one.clauses):
            continue
        if one.since > as_of:
            reasons.append(f"{name(one.by)} {one.relation} it from {one.since.isoformat()}")
            continue
        now, until, why = applied(now, until, one, start, as_of, acting)
        by.append(one.by.id)
        reasons.append(why)
    if now in ("in_force", "suspended") and until and (dates.last(until) or as_of) < as_of:
        over: StateName = "expired" if row.get("ended") and now == "in_force" else "window_passed"
        reasons.append(f"until {until}" + ("" if over == "expired" else ", no act known that says what came next"))
        now = over
    return State(measure=measure, state=now, as_of=as_of, known_at=known_at, until=until, by=tuple(by), reason="; ".join(reasons))


def applied(
    now: StateName, until: str | None, one: Edge, start: date | None, as_of: date, acting: dict[str, list[Edge]]
) -> tuple[StateName, str | None, str]:
    """(state, until, reason) after one act."""
    told = f"{name(one.by)} {one.relation} it from {one.since.isoformat()}"
    if one.relation == "suspends":
        end, more = prolonged(one, as_of, acting)
        return "suspended", end, f"{told}{f' until {end}' if end else ''}{more}"
    if one.relation == "extends":
        return now, one.until or until, f"{told} until {one.until}"
    if one.relation == "reinstates":
        return "in_force" if start is None or start <= as_of else "announced", one.until, told
    if one.relation == "repeals":
        return "repealed", None, told
    return ("replaced", None, told) if one.relation == "replaces" else (now, until, told)


def prolonged(one: Edge, as_of: date, acting: dict[str, list[Edge]]) -> tuple[str | None, str]:
    """The end of a suspension after the acts that extend the suspension itself, and how they are told."""
    end, told = one.until, ""
    for more in acting.get(one.by.id, ()):
        if more.relation == "extends" and more.since <= as_of and more.until:
            end, told = more.until, f"{told}, extended by {name(more.by)} until {more.until}"
    return end, told


def name(event: Event) -> str:
    """How an act is called in a reason."""
    return event.instrument or event.ref or event.id


# ---- cells ---------------------------------------------------------------------------------------------------------------


def cell(events: Iterable[Event], material: str, jurisdiction: str, destination: str | None, as_of: date, known_at: date) -> Cell:
    """One cell of the board."""
    return cell_of(fold(events, as_of, known_at), material, jurisdiction, destination, as_of, known_at)


def cell_of(states: Sequence[State], material: str, jurisdiction: str, destination: str | None, as_of: date, known_at: date) -> Cell:
    """The strictest thing that applies, with all states behind it, the strictest first."""
    behind = [s for s in states if jurisdiction in s.measure.jurisdictions and covers(s.measure, material) and meant(s.measure, destination)]
    ordered = tuple(sorted(behind, key=lambda s: (rank(s), s.measure.announced or "", s.measure.event, s.measure.clause)))
    general = any(s.measure.effect == "general_licence" and s.state == "in_force" for s in ordered)
    return Cell(
        material=material, jurisdiction=jurisdiction, destination=destination, as_of=as_of, known_at=known_at,
        verdict=verdict(ordered), general_licence=general, states=ordered,
    )  # fmt: skip


def rank(found: State) -> int:
    """The place of a state among those behind a cell: what applies before what does not, the strictest first."""
    effects = [effect for effect, _ in STRICTEST]
    if found.state == "in_force" and found.measure.effect in effects:
        return effects.index(found.measure.effect)
    return next((3 + at for at, (weaker, _) in enumerate(WEAKER) if weaker == found.state and found.measure.effect in effects), 9)


def verdict(states: Sequence[State]) -> Verdict:
    """The verdict that states behind a cell give, in the words of the board."""
    best = rank(states[0]) if states else 9
    if best < 3:
        return STRICTEST[best][1]
    return WEAKER[best - 3][1] if best < 9 else "free"


def covers(measure: Measure, material: str) -> bool:
    """Whether a measure says something of a material: it names it, or names a group as such that it belongs to, or parts of the group asked for.

    Quotas on "rare earths" and rules on goods made abroad name the word alone (`named`), and say nothing of the export of an element.
    """
    if material in measure.materials:
        return True
    wide = frozenset().union(*(materials.members(one) for one in measure.materials if not alone(measure, one)))
    return material in wide or bool(set(measure.materials) & materials.members(material))


def alone(measure: Measure, material: str) -> bool:
    """Whether a measure means this word alone, not what belongs to it."""
    return measure.effect == "quota" or (measure.event, measure.clause, material) in words_alone()


@lru_cache(maxsize=1)
def words_alone() -> frozenset[tuple[str, str, str]]:
    """(event, clause, material) of the register's measures that mean a word alone."""
    rows = shelf.table("measures.toml")["measure"]
    return frozenset((row["event"], row.get("clause", ""), one) for row in rows if row.get("named") for one in row["materials"])


def meant(measure: Measure, destination: str | None) -> bool:
    """Whether a measure is meant for buyers there: it is general, names them, or names the bloc that they belong to."""
    if not measure.destinations or destination is None:
        return not measure.destinations
    return sides.covered(tuple(sorted(measure.destinations)), (destination,)) in ("same", "within")


def board(events: Iterable[Event], destination: str | None, as_of: date, known_at: date) -> tuple[Cell, ...]:
    """All cells that a known measure is behind."""
    states = fold(events, as_of, known_at)
    wanted = sorted({(code, one) for s in states if meant(s.measure, destination) for code in s.measure.jurisdictions for one in shown(s.measure)})
    return tuple(cell_of(states, one, code, destination, as_of, known_at) for code, one in wanted)


def shown(measure: Measure) -> frozenset[str]:
    """The rows of the board that a measure is behind."""
    found: set[str] = set(measure.materials)
    for one in measure.materials:
        found |= set() if alone(measure, one) else materials.members(one)
    return frozenset(found)
