"""Features of what an act is: its number, materials, governments, buyers, people and words. Each is 0 to 1 for a mention `m` and an event `e`."""

import math

from monitor.history import instruments, words
from monitor.history.sides import LASTING, Side, buyers, goods, governments, once, wording


def number_same(m: Side, e: Side) -> float:
    """Both have the same number."""
    return float(bool(m.numbers & e.numbers))


def number_differs(m: Side, e: Side) -> float:
    """Both have numbers of one series, and none is the same."""
    if m.numbers & e.numbers:
        return 0.0
    return float(any(instruments.series(a) == instruments.series(b) for a in m.numbers for b in e.numbers))


def number_only_here(m: Side, e: Side) -> float:
    """The mention has a number, and the event was done without one."""
    return float(bool(m.numbers) and not e.numbers and e.fields.status == "in_force")


def name_same(m: Side, e: Side) -> float:
    """Both name the same law or programme."""
    return float(bool(m.names & e.names))


def name_differs(m: Side, e: Side) -> float:
    """Both name a law or programme, and none is the same."""
    return float(bool(m.names) and bool(e.names) and not m.names & e.names)


def materials_alike(m: Side, e: Side) -> float:
    """How much the materials say the same."""
    return goods(m, e)


@once
def materials_differ(m: Side, e: Side) -> float:
    """Both name materials, and none has to do with the other."""
    return float(bool(m.materials) and bool(e.materials) and goods(m, e) == 0.0)


def materials_finer(m: Side, e: Side) -> float:
    """The mention names particular materials, the event only a group that covers them, or the other way round."""
    return float(0 < goods(m, e) <= 0.6)


def materials_equal(m: Side, e: Side) -> float:
    """The same materials, one by one: the more, the less by chance; 1 from five on."""
    return min(1.0, (len(m.materials) - 1) / 4) if m.materials and m.materials == e.materials else 0.0


def jurisdictions_same(m: Side, e: Side) -> float:
    """The same governments."""
    return float(governments(m, e) == "same")


def jurisdictions_apart(m: Side, e: Side) -> float:
    """No government in common."""
    return float(governments(m, e) == "apart")


def destinations_same(m: Side, e: Side) -> float:
    """The same buyers are singled out."""
    return float(buyers(m, e) == "same")


@once
def destinations_apart(m: Side, e: Side) -> float:
    """Different buyers are singled out."""
    return float(buyers(m, e) == "apart")


def destinations_only_here(m: Side, e: Side) -> float:
    """The mention singles out buyers, the event is general."""
    return float(buyers(m, e) == "open" and not e.fields.destinations)


def destinations_only_there(m: Side, e: Side) -> float:
    """The event singles out buyers, the mention does not say."""
    return float(buyers(m, e) == "open" and not m.fields.destinations)


def actors_shared(m: Side, e: Side) -> float:
    """Somebody acts in both."""
    return float(bool(m.people & e.people))


def actors_apart(m: Side, e: Side) -> float:
    """Both name who acts, and nobody is the same; of several governments each outlet names other people."""
    return float(len(e.fields.jurisdictions) < 2 and bool(m.people) and bool(e.people) and not m.people & e.people)


def recipients_shared(m: Side, e: Side) -> float:
    """A firm is named by both."""
    return float(bool(m.recipients & e.recipients))


def recipients_apart(m: Side, e: Side) -> float:
    """Both name firms, and none is the same."""
    return float(bool(m.recipients) and bool(e.recipients) and not m.recipients & e.recipients)


def same_words(m: Side, e: Side) -> float:
    """How many of the words are the same."""
    return wording(m, e)


def verbatim(m: Side, e: Side) -> float:
    """Nearly all words are the same: a copy of the sentence."""
    return float(len(m.tokens) >= 4 and wording(m, e) >= 0.85)


def ideas_of(s: Side) -> frozenset[str]:
    group = {
        "licence_rules_changed": "licence_scheme",
        "licence_granted": "licence_scheme",
        "entity_listed": "list_kind",
        "entity_delisted": "list_kind",
    }.get(s.fields.type, "goods")
    return words.ideas(s.text, group)


def of_kind(m: Side) -> bool:
    """Whether schemes or lists tell acts of this type apart."""
    return m.fields.type in ("licence_rules_changed", "licence_granted", "entity_listed", "entity_delisted")


@once
def scheme_shared(m: Side, e: Side) -> float:
    """Both name the same licence scheme or the same list."""
    return float(of_kind(m) and bool(ideas_of(m) & ideas_of(e)))


def scheme_apart(m: Side, e: Side) -> float:
    """They name different licence schemes or lists."""
    return float(of_kind(m) and bool(ideas_of(m)) and bool(ideas_of(e)) and not ideas_of(m) & ideas_of(e))


def goods_shared(m: Side, e: Side) -> float:
    """Both name the same kind of goods: technology, equipment, batteries, goods made abroad."""
    return float(not of_kind(m) and bool(ideas_of(m) & ideas_of(e)))


def goods_apart(m: Side, e: Side) -> float:
    """They name different kinds of goods."""
    return float(not of_kind(m) and bool(ideas_of(m)) and bool(ideas_of(e)) and not ideas_of(m) & ideas_of(e))


def directions_opposed(m: Side, e: Side) -> float:
    """One tightens, the other eases; a duty is one act while it is raised, paused and dropped."""
    return float(m.fields.type != "tariff_changed" and {m.fields.direction, e.fields.direction} == {"tightening", "easing"})


def lasting(m: Side, _: Side) -> float:
    """A condition that goes on (delays, shortages) rather than an act of a day."""
    return float(m.fields.type in LASTING)


def elsewhere(m: Side, e: Side) -> float:
    """A condition that goes on, told of buyers in general and of some, or of a group and of single materials: it may be another one."""
    return float(m.fields.type in LASTING and (buyers(m, e) == "open" or bool(materials_finer(m, e))))


def often_told(_: Side, e: Side) -> float:
    """How often the event was told before: 0 never, 1 from fifty mentions on. What is in the register is much told from the start."""
    return min(1.0, math.log1p(e.told) / math.log(51))


def recap(m: Side, _: Side) -> float:
    """The mention recalls something."""
    return float(m.fields.focus == "background")
