"""A mention and an event as the two sides of a comparison, and how their days and buyers compare."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeVar

from monitor.history import dates, instruments, materials, words
from monitor.model import Event, Fields, Mention, Witness

T = TypeVar("T")
LASTING = frozenset({"licence_delayed", "supply_disrupted"})
ACTING = frozenset({"control_suspended", "control_reinstated", "control_eased"})  # what acts on other acts, and names their numbers
IN_REGISTER = 8  # mentions that being in the register counts for
RULES = frozenset(
    {"control_introduced", "control_eased", "control_suspended", "control_reinstated", "export_banned", "licence_rules_changed", "tariff_changed"}
)
BLOCS = {"EU": frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())}


@dataclass(slots=True)
class Side:
    """Either side of a comparison, with all that is compared worked out once.

    `fitting` is set on an event beside its rivals: how many of them, itself included, fit the mention in time, buyers and materials; 0 when it
    does not. `newest` says that it is the latest of those; `pending` how many planned or announced acts the mention may carry out, if it is one.
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
    pending: int = 0
    told: int = 0
    places: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    other: "Side | None" = None
    memo: dict[Callable[..., Any], Any] = field(default_factory=dict)


def once(function: Callable[["Side", "Side"], T]) -> Callable[["Side", "Side"], T]:
    """Works a comparison out once for a pair, however many features ask for it: it is kept on the event's side while the mention stays the same."""

    @wraps(function)
    def remembered(m: Side, e: Side) -> T:
        if e.other is not m:
            e.other, e.memo = m, {}
        if function not in e.memo:
            e.memo[function] = function(m, e)
        found: T = e.memo[function]
        return found

    return remembered


def year_of(text: str | None) -> int | None:
    found = dates.first(text)
    return found.year if found else None


def own_keys(fields: Fields, year: int | None = None) -> tuple[str, ...]:
    """Keys of the instrument that an event is, not of others that its sentence names."""
    if not fields.instrument:
        return ()
    jurisdiction = fields.jurisdictions[0] if len(fields.jurisdictions) == 1 else None
    return instruments.keys(fields.instrument, year_of(fields.date) or year, jurisdiction)


def own_numbers(mention: Mention, year: int | None = None) -> tuple[str, ...]:
    """Keys of the mention's own instrument, else the first number that its sentence names; a pause without one of its own names what it acts on."""
    return own_keys(mention, year) or (() if mention.type in ACTING else mention.numbers[:1])


def of_mention(witness: Witness) -> Side:
    """The mention's side."""
    mention = witness.mention
    told = own_numbers(mention, witness.known.year)
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
        places=tuple(sorted(fields.jurisdictions)),
        buyers=tuple(sorted(fields.destinations)),
    )


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


@once
def when(m: Side, e: Side) -> tuple[int, bool] | None:
    f, g = m.fields, e.fields
    if f.status == "denied":
        return None
    return closest(f.date, f.effective, g.date or (e.day.isoformat() if e.day else None), g.effective)


@once
def age(m: Side, e: Side) -> int | None:
    """Days from the event (its date, else when it was first known) to the publication of the mention; negative when the event comes later."""
    ends = dates.span(e.fields.date) or ((e.day, e.day) if e.day else None)
    if ends is None or m.day is None:
        return None
    return 0 if ends[0] <= m.day <= ends[1] else (m.day - ends[1]).days if m.day > ends[1] else (m.day - ends[0]).days


def undated(m: Side) -> bool:
    """Whether a mention does not date its act; the day of a denial is not the day of the act."""
    return m.fields.status == "denied" or not (m.fields.date or m.fields.effective)


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


def within(codes: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether each of the codes is among the others or in a bloc of theirs."""
    return set(codes) <= set(others).union(*(BLOCS.get(code, ()) for code in others))


@once
def buyers(m: Side, e: Side) -> str:
    """How the buyers compare; duties and probes are about where goods come from, which the register leaves out."""
    if m.fields.type in ("tariff_changed", "investigation_opened"):
        return "none"
    return covered(m.buyers, e.buyers)


@once
def governments(m: Side, e: Side) -> str:
    """How the governments compare."""
    return covered(m.places, e.places)


@once
def goods(m: Side, e: Side) -> float:
    """How much the materials say the same."""
    return materials.closeness(m.materials, e.materials)


@once
def wording(m: Side, e: Side) -> float:
    """How much of the words is the same."""
    return words.alike(m.tokens, e.tokens)
