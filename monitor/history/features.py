"""What speaks for or against a mention and an event being one act: a readable list of functions of the two, each 0 to 1.

Their weights are fitted on annotated documents by `models/register/fit.py` and lie in `models/register/weights.toml`.
"""

from collections.abc import Callable, Iterable

from monitor.history.about import (
    actors_apart,
    actors_shared,
    destinations_apart,
    destinations_only_here,
    destinations_only_there,
    destinations_same,
    directions_opposed,
    elsewhere,
    goods_apart,
    goods_shared,
    jurisdictions_apart,
    jurisdictions_same,
    lasting,
    materials_alike,
    materials_differ,
    materials_equal,
    materials_finer,
    name_differs,
    name_same,
    number_differs,
    number_only_here,
    number_same,
    often_told,
    recap,
    recipients_apart,
    recipients_shared,
    same_words,
    scheme_apart,
    scheme_shared,
    verbatim,
)
from monitor.history.sides import (
    Side,
    age,
    of_event,
    undated,
    when,
)
from monitor.history.stages import (
    adopted_after,
    carried_out,
    confirmation,
    denial,
    foreseen,
    not_yet,
    only_pending,
    planned_after,
    scheme_confirmed,
    status_same,
)
from monitor.history.timing import (
    acts_of_a_day,
    dates_differ,
    days_apart,
    effective_differs,
    effective_same,
    may_be_same_day,
    months_apart,
    newest_of_kind,
    only_one,
    only_one_undated,
    repeat,
    rivals,
    same_day,
    same_parties,
    starts_apart,
    undated_fresh,
    undated_old_news,
    undated_recap,
    undated_recap_near,
    undated_recent,
    until_differs,
    until_same,
    weeks_apart,
)
from monitor.model import Event

Feature = Callable[[Side, Side], float]
FEATURES: tuple[Feature, ...] = (
    number_same, number_only_here, name_same, name_differs,
    same_day, may_be_same_day, days_apart, weeks_apart, months_apart, dates_differ, effective_same, effective_differs, until_same, until_differs,
    undated_fresh, undated_recent, undated_old_news, undated_recap, undated_recap_near, not_yet, foreseen, planned_after, adopted_after,
    materials_alike, materials_differ, materials_finer, jurisdictions_same, destinations_same, destinations_apart, destinations_only_here,
    destinations_only_there, actors_shared, actors_apart, recipients_shared, recipients_apart, same_words, verbatim,
    scheme_shared, scheme_apart, goods_shared, goods_apart,
    directions_opposed, lasting, recap, only_one, only_one_undated, rivals, acts_of_a_day, same_parties, denial, confirmation, scheme_confirmed,
    carried_out, only_pending, starts_apart, status_same, repeat, elsewhere, newest_of_kind, often_told, materials_equal,
)  # fmt: skip

FAMILIES = (
    frozenset({"control_introduced", "export_banned", "control_reinstated"}),
    frozenset({"control_eased", "control_suspended"}),
    frozenset({"licence_granted", "licence_refused", "licence_delayed", "licence_rules_changed"}),
    frozenset({"entity_listed", "entity_delisted"}),
)


def together(mention: Side, events: Iterable[Event]) -> list[tuple[Event, Side]]:
    """The events that can be the mention's act, each with its side and the number of those that fit."""
    possible = [(event, side) for event in events if impossible(mention, side := of_event(event)) is None]
    fitting = [side for _, side in possible if fits(mention, side)]
    ages = [days for side in fitting if (days := age(mention, side)) is not None and days >= -3]
    for side in fitting:
        side.fitting = len(fitting)
        side.newest = bool(ages) and age(mention, side) == min(ages)
    pending = [side for _, side in possible if carried_out(mention, side)]
    for side in pending:
        side.pending = len(pending)
    return possible


def fits(m: Side, e: Side) -> bool:
    """Whether nothing in time, buyers or materials speaks against the event."""
    found = when(m, e)
    if materials_differ(m, e) or destinations_apart(m, e):
        return False
    if undated(m):
        return -3 <= (age(m, e) or 0) <= (21 if m.fields.focus == "news" else 36500)
    return found is not None and found[0] == 0


def impossible(m: Side, e: Side) -> str | None:
    """Why the two cannot be one act whatever else speaks for it; None when they can."""
    if number_differs(m, e):
        return "their numbers differ"
    if m.fields.type != e.fields.type:
        kin = any({m.fields.type, e.fields.type} <= family for family in FAMILIES)
        return None if kin and number_same(m, e) else "their types differ"
    if jurisdictions_apart(m, e) and not number_same(m, e):
        return "no government in common"
    return None
