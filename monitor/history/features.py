"""What speaks for or against a mention and an event being one act: a readable list of functions of the two, each 0 to 1.

Their weights are fitted on annotated documents by `models/register/fit.py` and lie in `models/register/weights.toml`.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.history import dates, instruments, materials, words
from monitor.model import Event, Fields, Witness

LASTING = frozenset({"licence_delayed", "supply_disrupted"})
IN_REGISTER = 8  # mentions that being in the register counts for
RULES = frozenset(
    {"control_introduced", "control_eased", "control_suspended", "control_reinstated", "export_banned", "licence_rules_changed", "tariff_changed"}
)
BLOCS = {"EU": frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())}


@dataclass(slots=True)
class Side:
    """Either side of a comparison, with all that is compared worked out once.

    `fitting` is set on an event beside its rivals: how many of them, itself included, fit the mention in time, buyers and materials; 0 when it
    does not. `newest` says that it is the latest of those.
    """

    fields: Fields
    numbers: frozenset[str]
    names: frozenset[str]
    materials: frozenset[str]
    people: frozenset[str]
    recipients: frozenset[str]
    text: str
    tokens: frozenset[str]
    day: date | None  # of publication, or when first known
    fitting: int = 0
    newest: bool = False
    told: int = 0


def year_of(text: str | None) -> int | None:
    found = dates.first(text)
    return found.year if found else None


def own_keys(fields: Fields, year: int | None = None) -> tuple[str, ...]:
    """Keys of the instrument that an event is, not of others that its sentence names."""
    if not fields.instrument:
        return ()
    jurisdiction = fields.jurisdictions[0] if len(fields.jurisdictions) == 1 else None
    return instruments.keys(fields.instrument, year_of(fields.date) or year, jurisdiction)


def of_mention(witness: Witness) -> Side:
    """The mention's side."""
    mention = witness.mention
    told = own_keys(mention, witness.known.year) or mention.numbers[:1]
    return side(mention, told, " ".join(span.quote for span in mention.evidence), witness.known.date())


def of_event(event: Event) -> Side:
    """The event's side; its words are its summary, which is a sentence of the register or of its best witness."""
    made = side(event, event.numbers, event.summary, event.known.date() if event.known else dates.first(event.date))
    made.told = event.mentions + (IN_REGISTER if event.ref else 0)
    return made


def side(fields: Fields, keys: tuple[str, ...], text: str, day: date | None) -> Side:
    return Side(
        fields=fields,
        numbers=frozenset(key for key in keys if instruments.numbered(key)),
        names=frozenset(key for key in keys if not instruments.numbered(key)),
        materials=frozenset(fields.materials),
        people=frozenset(name.casefold() for name in fields.actors),
        recipients=frozenset(name.casefold() for name in fields.recipients),
        text=text,
        tokens=words.tokens(text),
        day=day,
    )


def together(mention: Side, events: Iterable[Event]) -> list[tuple[Event, Side]]:
    """The events that can be the mention's act, each with its side and the number of those that fit."""
    possible = [(event, side) for event in events if impossible(mention, side := of_event(event)) is None]
    fitting = [side for _, side in possible if fits(mention, side)]
    ages = [days for side in fitting if (days := age(mention, side)) is not None and days >= -3]
    for side in fitting:
        side.fitting = len(fitting)
        side.newest = bool(ages) and age(mention, side) == min(ages)
    return possible


def fits(m: Side, e: Side) -> bool:
    """Whether nothing in time, buyers or materials speaks against the event."""
    found = when(m, e)
    if materials_differ(m, e) or destinations_apart(m, e):
        return False
    if undated(m):
        return -3 <= (age(m, e) or 0) <= (21 if m.fields.focus == "news" else 36500)
    return found is not None and found[0] == 0


# ---- numbers and names ---------------------------------------------------------------------------------------------------


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


# ---- time ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def closest(m_date: str | None, m_effective: str | None, e_date: str | None, e_effective: str | None) -> tuple[int, bool] | None:
    """(days apart, both to the day) of the two dates that agree best; None where one side has none.

    A day of entry into force is often told as the day of the act, so each date is held against both of the other side.
    """
    pairs = [(a, b) for a in (m_date, m_effective) for b in (e_date, e_effective) if a and b]
    gaps = [(found, not (dates.exact(a) and dates.exact(b))) for a, b in pairs if (found := dates.gap(a, b)) is not None]
    if not gaps:
        return None
    days, vague = min(gaps)
    return days, not vague


def when(m: Side, e: Side) -> tuple[int, bool] | None:
    f, g = m.fields, e.fields
    if f.status == "denied":
        return None
    return closest(f.date, f.effective, g.date or (e.day.isoformat() if e.day else None), g.effective)


def same_day(m: Side, e: Side) -> float:
    """Dates to the day, and the same."""
    return float(when(m, e) == (0, True))


def may_be_same_day(m: Side, e: Side) -> float:
    """One date is a month or a year that holds the other; a month counts fully, a year half."""
    if when(m, e) != (0, False):
        return 0.0
    told = max((len(text) for text in (m.fields.date, m.fields.effective) if text), default=0)
    return 1.0 if told >= 7 else 0.5


def days_apart(m: Side, e: Side) -> float:
    """Dates one to three days apart, and no further step of the act."""
    found = None if further(m, e) else when(m, e)
    return float(found is not None and 1 <= found[0] <= 3)


def weeks_apart(m: Side, e: Side) -> float:
    """Dates four to thirty-one days apart, and no further step of the act."""
    found = None if further(m, e) else when(m, e)
    return float(found is not None and 4 <= found[0] <= 31)


def months_apart(m: Side, e: Side) -> float:
    """Dates more than a month apart."""
    found = when(m, e)
    return float(found is not None and found[0] > 31)


def dates_differ(m: Side, e: Side) -> float:
    """Days of two acts that are done in a day (a listing, a meeting, a grant), and not the same."""
    found = None if further(m, e) else when(m, e)
    return float(m.fields.type not in RULES | LASTING and found is not None and found[0] > 0 and found[1])


def further(m: Side, e: Side) -> bool:
    """Whether the mention carries out or confirms what the event planned or reported: then another day says nothing against it."""
    return bool(carried_out(m, e) or confirmation(m, e))


def effective_same(m: Side, e: Side) -> float:
    """The same entry into force."""
    a, b = m.fields.effective, e.fields.effective
    return float(bool(a) and bool(b) and dates.agree(a, b))


def effective_differs(m: Side, e: Side) -> float:
    """Another entry into force."""
    return float((dates.gap(m.fields.effective, e.fields.effective) or 0) > 3)


def until_same(m: Side, e: Side) -> float:
    """The same end."""
    a, b = m.fields.until, e.fields.until
    return float(bool(a) and bool(b) and dates.agree(a, b))


def until_differs(m: Side, e: Side) -> float:
    """Another end, by more than a month: a prolongation is another act."""
    return float((dates.gap(m.fields.until, e.fields.until) or 0) > 31)


def age(m: Side, e: Side) -> int | None:
    """Days from the event (its date, else when it was first known) to the publication of the mention; negative when the event comes later."""
    ends = dates.span(e.fields.date) or ((e.day, e.day) if e.day else None)
    if ends is None or m.day is None:
        return None
    return 0 if ends[0] <= m.day <= ends[1] else (m.day - ends[1]).days if m.day > ends[1] else (m.day - ends[0]).days


def undated(m: Side) -> bool:
    """Whether a mention does not date its act; the day of a denial is not the day of the act."""
    return m.fields.status == "denied" or not (m.fields.date or m.fields.effective)


def undated_fresh(m: Side, e: Side) -> float:
    """News without a date about something of the last days."""
    days = age(m, e)
    return float(undated(m) and m.fields.focus == "news" and days is not None and -3 <= days <= 4)


def undated_recent(m: Side, e: Side) -> float:
    """A mention without a date of something of the last three weeks."""
    days = age(m, e)
    return float(undated(m) and days is not None and -3 <= days <= 21)


def undated_old_news(m: Side, e: Side) -> float:
    """News without a date, and the event is older than three weeks."""
    days = age(m, e)
    return float(undated(m) and m.fields.focus == "news" and days is not None and days > 21)


def undated_recap(m: Side, e: Side) -> float:
    """A recap without a date of something older than three weeks; less so the older it is."""
    days = age(m, e)
    return 365 / (365 + days) if undated(m) and m.fields.focus == "background" and days is not None and days > 21 else 0.0


def not_yet(m: Side, e: Side) -> float:
    """The mention says that it is done, and the event comes days later."""
    days = age(m, e)
    return float(days is not None and days < -2 and m.fields.status == "in_force")


def foreseen(m: Side, e: Side) -> float:
    """The mention expects or announces something, and the event comes within two months."""
    days = age(m, e)
    return float(days is not None and -62 <= days < -2 and m.fields.status in ("planned", "announced"))


def planned_after(m: Side, e: Side) -> float:
    """A plan is told of what was done days ago: a proposal and its adoption are two."""
    days = age(m, e)
    return float(m.fields.status == "planned" and e.fields.status in ("in_force", "announced") and days is not None and days > 3)


def adopted_after(m: Side, e: Side) -> float:
    """What was planned months ago is told as done."""
    days = age(m, e)
    return float(e.fields.status == "planned" and m.fields.status in ("in_force", "announced") and days is not None and days > 62)


# ---- what, where, who ----------------------------------------------------------------------------------------------------


def materials_alike(m: Side, e: Side) -> float:
    """How much the materials say the same."""
    return materials.closeness(m.materials, e.materials)


def materials_differ(m: Side, e: Side) -> float:
    """Both name materials, and none has to do with the other."""
    return float(bool(m.materials) and bool(e.materials) and materials.closeness(m.materials, e.materials) == 0.0)


def materials_finer(m: Side, e: Side) -> float:
    """The mention names particular materials, the event only a group that covers them, or the other way round."""
    return float(0 < materials.closeness(m.materials, e.materials) <= 0.6)


@lru_cache(maxsize=4096)
def covered(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """ "same", "within" (one is in a bloc of the other, or a part), "apart", or "open" where one side is empty."""
    a, b = set(left), set(right)
    if not a or not b:
        return "open" if a or b else "none"
    if a == b:
        return "same"
    wide_a, wide_b = (side.union(*(BLOCS.get(code, ()) for code in side)) for side in (a, b))
    return "within" if wide_a & wide_b else "apart"


def jurisdictions_same(m: Side, e: Side) -> float:
    """The same governments."""
    return float(covered(tuple(sorted(m.fields.jurisdictions)), tuple(sorted(e.fields.jurisdictions))) == "same")


def jurisdictions_apart(m: Side, e: Side) -> float:
    """No government in common."""
    return float(covered(tuple(sorted(m.fields.jurisdictions)), tuple(sorted(e.fields.jurisdictions))) == "apart")


def buyers(m: Side, e: Side) -> str:
    """How the buyers compare; duties and probes are about where goods come from, which the register leaves out."""
    if m.fields.type in ("tariff_changed", "investigation_opened"):
        return "none"
    return covered(tuple(sorted(m.fields.destinations)), tuple(sorted(e.fields.destinations)))


def destinations_same(m: Side, e: Side) -> float:
    """The same buyers are singled out."""
    return float(buyers(m, e) == "same")


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
    return words.alike(m.tokens, e.tokens)


def verbatim(m: Side, e: Side) -> float:
    """Nearly all words are the same: a copy of the sentence."""
    return float(len(m.tokens) >= 4 and words.alike(m.tokens, e.tokens) >= 0.85)


def ideas_of(s: Side) -> frozenset[str]:
    group = {"licence_rules_changed": "licence_scheme", "entity_listed": "list_kind", "entity_delisted": "list_kind"}.get(s.fields.type, "goods")
    return words.ideas(s.text, group)


def ideas_shared(m: Side, e: Side) -> float:
    """Both name the same scheme, list or kind of goods."""
    return float(bool(ideas_of(m) & ideas_of(e)))


def ideas_apart(m: Side, e: Side) -> float:
    """They name different schemes, lists or kinds of goods."""
    return float(bool(ideas_of(m)) and bool(ideas_of(e)) and not ideas_of(m) & ideas_of(e))


def directions_opposed(m: Side, e: Side) -> float:
    """One tightens, the other eases."""
    return float({m.fields.direction, e.fields.direction} == {"tightening", "easing"})


def lasting(m: Side, _: Side) -> float:
    """A condition that goes on (delays, shortages) rather than an act of a day."""
    return float(m.fields.type in LASTING)


def only_one(m: Side, e: Side) -> float:
    """A dated mention, and no other known event fits."""
    return float(e.fitting == 1 and not undated(m))


def only_one_undated(m: Side, e: Side) -> float:
    """A mention without a date, and no other known event fits."""
    return float(e.fitting == 1 and undated(m))


def rivals(m: Side, e: Side) -> float:
    """How many other events fit a dated mention or a recap as well, up to ten; fresh news may choose among them."""
    if undated(m) and m.fields.focus == "news":
        return 0.0
    return min(10, max(0, e.fitting - 1)) / 10


def acts_of_a_day(m: Side, e: Side) -> float:
    """The same day, of what is done in a day: a listing, a meeting, a grant."""
    return float(m.fields.type not in RULES | LASTING and when(m, e) == (0, True))


def confirmation(m: Side, e: Side) -> float:
    """What was only reported in the last month is news of the body that acts."""
    days = age(m, e)
    sure = m.fields.certainty == "confirmed" and m.fields.focus == "news" and bool(m.people) and m.fields.status == "in_force"
    return float(
        sure
        and e.fields.certainty == "reported"
        and days is not None
        and 0 <= days <= 31
        and not (destinations_apart(m, e) or materials_differ(m, e))
    )


def denial(m: Side, e: Side) -> float:
    """What was asserted in the last two weeks is denied."""
    days = age(m, e)
    recent = days is not None and 0 <= days <= 14
    return float(m.fields.status == "denied" and recent and not (destinations_apart(m, e) or materials_differ(m, e)))


def same_parties(m: Side, e: Side) -> float:
    """The same two or more governments, at the same time."""
    if len(m.fields.jurisdictions) < 2 or not jurisdictions_same(m, e):
        return 0.0
    found = when(m, e)
    return undated_fresh(m, e) if undated(m) else float(found is not None and found[0] == 0)


def carried_out(m: Side, e: Side) -> float:
    """What was planned or announced in the last two months is one step further."""
    steps = ("planned", "announced", "in_force")
    days = age(m, e)
    on = m.fields.status in steps and e.fields.status in steps and steps.index(m.fields.status) > steps.index(e.fields.status)
    fresh = days is not None and 0 <= days <= 62 and m.fields.focus == "news"
    return float(on and fresh and not (destinations_apart(m, e) or materials_differ(m, e)))


def status_same(m: Side, e: Side) -> float:
    """News of the same stage: planned, announced or in force."""
    return float(m.fields.focus == "news" and m.fields.status == e.fields.status)


def repeat(m: Side, e: Side) -> float:
    """Fresh news without a date that says nothing else than the event: same stage, governments, buyers and materials."""
    alike = m.materials == e.materials or materials_alike(m, e) > 0.25
    same = alike and jurisdictions_same(m, e) and buyers(m, e) in ("same", "none", "within") and not directions_opposed(m, e)
    return undated_fresh(m, e) * status_same(m, e) * float(same)


def elsewhere(m: Side, e: Side) -> float:
    """A condition that goes on, told of buyers in general and of some, or of a group and of single materials: it may be another one."""
    return float(m.fields.type in LASTING and (buyers(m, e) == "open" or bool(materials_finer(m, e))))


def newest_of_kind(m: Side, e: Side) -> float:
    """A mention without a date, and the event is the latest that fits: "the truce" is the last one."""
    return float(e.newest and undated(m))


def often_told(_: Side, e: Side) -> float:
    """How often the event was told before: 0 never, 1 from fifty mentions on. What is in the register is much told from the start."""
    return min(1.0, math.log1p(e.told) / math.log(51))


def materials_equal(m: Side, e: Side) -> float:
    """The same two or more materials, one by one."""
    return float(len(m.materials) >= 2 and m.materials == e.materials)


def recap(m: Side, _: Side) -> float:
    """The mention recalls something."""
    return float(m.fields.focus == "background")


Feature = Callable[[Side, Side], float]
FEATURES: tuple[Feature, ...] = (
    number_same, number_only_here, name_same, name_differs,
    same_day, may_be_same_day, days_apart, weeks_apart, months_apart, dates_differ, effective_same, effective_differs, until_same, until_differs,
    undated_fresh, undated_recent, undated_old_news, undated_recap, not_yet, foreseen, planned_after, adopted_after,
    materials_alike, materials_differ, materials_finer, jurisdictions_same, destinations_same, destinations_apart, destinations_only_here,
    destinations_only_there, actors_shared, actors_apart, recipients_shared, recipients_apart, same_words, verbatim, ideas_shared, ideas_apart,
    directions_opposed, lasting, recap, only_one, only_one_undated, rivals, acts_of_a_day, same_parties, denial, confirmation,
    carried_out, status_same, repeat, elsewhere, newest_of_kind, often_told, materials_equal,
)  # fmt: skip
FAMILIES = (
    frozenset({"control_introduced", "export_banned", "control_reinstated"}),
    frozenset({"control_eased", "control_suspended"}),
    frozenset({"licence_granted", "licence_refused", "licence_delayed", "licence_rules_changed"}),
    frozenset({"entity_listed", "entity_delisted"}),
)


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
