"""Which event a mention belongs to: blocking keys that keep the candidates few, a scorer that explains itself, one judgement a mention."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from monitor.history import dates, features, materials, shelf, sides
from monitor.history.features import FEATURES
from monitor.history.sides import Side
from monitor.model import Event, Fields, Judgement, Mention, Witness, digest

MACHINE = "machine"
SALIENT_MENTIONS = 4
COMPARED = 40
NEARLY = -1.5  # a recap joins the nearest event also when the odds are somewhat against it: it recalls something known, and pages nobody
Find = Callable[[tuple[str, ...]], Iterable[Event]]


# ---- blocking keys -------------------------------------------------------------------------------------------------------


def keys(fields: Fields | Witness) -> tuple[str, ...]:
    """Keys that an event is filed under, or that a mention looks under; a candidate shares at least one.

    Events are filed by number, by type, government and month, by year and family of materials, and those often told of also without a date.
    """
    if isinstance(fields, Event):
        return tuple(dict.fromkeys(filed(fields)))
    if isinstance(fields, Witness):
        return tuple(dict.fromkeys(looked_up(fields.mention, fields.known.date())))
    return tuple(dict.fromkeys(looked_up(fields, None)))


def places(fields: Fields) -> tuple[str, ...]:
    return fields.jurisdictions or ("-",)


def families(fields: Fields) -> tuple[str, ...]:
    return tuple(dict.fromkeys(materials.family(one) for one in fields.materials))


def filed(event: Event) -> Iterable[str]:
    """Where an event is filed."""
    yield from (f"n:{number}" for number in event.numbers)
    told = [text for text in (event.date, event.effective) if text]
    known = event.known.date().isoformat() if event.known else None
    months = {text[:7] for text in (*told, known) if text and len(text) >= 7}
    years = {text[:4] for text in told} or {known[:4] for known in [known] if known}
    salient = event.ref is not None or event.mentions >= SALIENT_MENTIONS
    loose = (*families(event), "*") if salient else families(event)
    for place in places(event):
        stem = f"{event.type}:{place}"
        yield from (f"m:{stem}:{month}" for month in months)
        yield from (f"y:{stem}:{year}:{family}" for year in years for family in loose)
        if salient:
            yield from (f"u:{stem}:{family}" for family in loose)


def looked_up(mention: Fields, published: date | None) -> Iterable[str]:
    """Where a mention looks."""
    year = published.year if published else None
    own = sides.own_numbers(mention, year) if isinstance(mention, Mention) else sides.own_keys(mention, year)
    yield from (f"n:{number}" for number in own)
    told = [text for text in (mention.date, mention.effective) if text]
    months = {month for text in told if len(text) >= 7 for month in around(text)}
    if published and (mention.focus == "news" or not months):
        months |= {published.isoformat()[:7], (published.replace(day=1) - timedelta(days=1)).isoformat()[:7]}
    loose = families(mention) or ("*",)
    for place in places(mention):
        stem = f"{mention.type}:{place}"
        yield from (f"m:{stem}:{month}" for month in sorted(months))
        yield from (f"y:{stem}:{text[:4]}:{family}" for text in told if len(text) == 4 for family in loose)
        if not told:
            yield from (f"u:{stem}:{family}" for family in loose)


def around(text: str) -> set[str]:
    """The month of a date, and the next one where the day lies within a week of it."""
    ends = dates.span(text)
    if ends is None:
        return set()
    if len(text) == 7:
        return {text}
    return {(ends[0] + timedelta(days=shift)).isoformat()[:7] for shift in (-7, 0, 7)}


# ---- the scorer ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def weights() -> tuple[tuple[features.Feature, float], ...]:
    """The features that count, with their fitted weights."""
    fitted = shelf.table("weights.toml")["weights"]
    return tuple((feature, float(fitted[feature.__name__])) for feature in FEATURES if fitted.get(feature.__name__))


@lru_cache(maxsize=1)
def bias() -> float:
    return float(shelf.table("weights.toml")["bias"])


def score(mention: Side, event: Side) -> float:
    """Log-odds that the two are one act."""
    return bias() + sum(weight * feature(mention, event) for feature, weight in weights())


def probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def explain(mention: Side, event: Side, most: int = 6) -> tuple[str, ...]:
    """The features that counted most, as "same day (+2.1)"."""
    parts = [(weight * feature(mention, event), feature.__name__.replace("_", " ")) for feature, weight in weights()]
    counted = sorted((part for part in parts if abs(part[0]) >= 0.05), key=lambda part: -abs(part[0]))
    return tuple(f"{name} ({value:+.1f})" for value, name in counted[:most])


def nearest(mention: Side, candidates: Iterable[Event]) -> list[Event]:
    """The candidates worth comparing in full, of many: those with the same number, then the nearest in time, then the most told."""
    found = list(candidates)
    if len(found) <= COMPARED:
        return found
    fields, day = mention.fields, mention.day.isoformat() if mention.day else None
    recap = sides.undated(mention) and fields.focus == "background"
    told = (None, None) if sides.undated(mention) else (fields.date, fields.effective)

    def distance(event: Event) -> tuple[bool, int, int, str]:
        known = event.date or (event.known.date().isoformat() if event.known else None)
        near = sides.closest(*(told if any(told) else (day, None)), known, event.effective)
        days = near[0] if near else 9999
        fame = -event.mentions - (sides.IN_REGISTER if event.ref else 0)
        return not mention.numbers & set(event.numbers), *((fame, days) if recap else (days, fame)), event.id

    return sorted(found, key=distance)[:COMPARED]


def ranked(mention: Side, candidates: Iterable[Event]) -> list[tuple[float, Event, Side]]:
    """Candidates that can be the mention's act, the likeliest first; ties go to the older event, then by id."""
    scored = [(score(mention, side), event, side) for event, side in features.together(mention, nearest(mention, candidates))]
    return sorted(scored, key=lambda one: (-round(one[0], 6), one[1].known.isoformat() if one[1].known else "~", one[1].id))


# ---- judgements ----------------------------------------------------------------------------------------------------------


def new_id(witness: Witness) -> str:
    """The id of the event that a mention makes when it joins none: the same on every run."""
    return f"ev-{digest('event', witness.mention.id)}"


def judge(witness: Witness, candidates: Iterable[Event], now: datetime, taken: frozenset[str] = frozenset()) -> Judgement:
    """The event that a mention joins, or the new one that it makes, with the reasons.

    `taken` are events that other mentions of the same document belong to: a document lists each act once, so two of its mentions are two acts.
    """
    mention, pool = sides.of_mention(witness), tuple(candidates)
    barred = taken | bundled(witness, pool)
    best = next((one for one in ranked(mention, pool) if one[1].id not in barred), None)
    if best is None:
        return judgement(witness, new_id(witness), now, 1.0, "no known event is comparable", ())
    value, event, side = best
    reasons = explain(mention, side)
    if value > (NEARLY if witness.mention.focus == "background" else 0.0):
        return judgement(witness, event.id, now, probability(value), f"joins {event.id}", reasons)
    return judgement(witness, new_id(witness), now, 1 - probability(value), f"new act: {event.id} comes nearest and is another", reasons)


def judgement(witness: Witness, event_id: str, now: datetime, value: float, why: str, reasons: tuple[str, ...]) -> Judgement:
    """A machine's judgement; its id depends on the mention and the event alone."""
    return Judgement(
        id=digest("judgement", witness.mention.id, event_id, MACHINE),
        mention=witness.mention.id, event=event_id, by=MACHINE, why=why, at=now, score=round(value, 4), reasons=reasons,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """A mention's judgement, and whether it makes an event of something that the history knows already: a bundle, or the same act told twice."""

    judgement: Judgement
    known: bool


def assign(witnesses: Sequence[Witness], find: Find, now: datetime, taken: frozenset[str] = frozenset()) -> tuple[Ruling, ...]:
    """Rulings on all mentions of one document, in their order. The surest mention chooses first, so that a vague one does not take its event."""
    pools = [tuple({event.id: event for event in find(keys(witness))}.values()) for witness in witnesses]
    looks = [sides.of_mention(witness) for witness in witnesses]
    orders = [ranked(side, pool) for side, pool in zip(looks, pools, strict=True)]
    firmness = [order[0][0] if order else -99.0 for order in orders]
    done: dict[int, Ruling] = {}
    for at in sorted(range(len(witnesses)), key=lambda i: (-firmness[i], i)):
        made = judge(witnesses[at], pools[at], now, taken)
        twice = firmness[at] > 0 and orders[at][0][1].id in taken and not looks[at].numbers
        done[at] = Ruling(made, twice or bool(covers(witnesses[at], pools[at])))
        taken |= {made.event}
    return tuple(done[at] for at in range(len(witnesses)))


def covers(witness: Witness, candidates: Iterable[Event]) -> tuple[Event, ...]:
    """The known acts that a mention without a number of its own sums up, as "the October controls" do; () when it is no bundle.

    Acts are summed up when they share type, government and day with the mention, touch its materials, and are at least two.
    """
    mention = witness.mention
    if mention.status == "denied" or not (mention.date or mention.effective) or sides.own_keys(mention, witness.known.year) or mention.numbers:
        return ()
    found = tuple(event for event in candidates if sums_up(mention, event))
    return found if len(found) >= 2 else ()


def sums_up(mention: Fields, event: Event) -> bool:
    """Whether an act may be one of those that a mention sums up."""
    if event.type != mention.type or not set(event.jurisdictions) & set(mention.jurisdictions):
        return False
    near = sides.closest(mention.date, mention.effective, event.date, event.effective)
    related = materials.closeness(frozenset(mention.materials), frozenset(event.materials)) > 0
    return near is not None and near[0] == 0 and (related or not mention.materials or not event.materials)


def bundled(witness: Witness, candidates: Iterable[Event]) -> frozenset[str]:
    """Acts that a mention cannot be, since it sums up several of them and none says all that it says."""
    acts = covers(witness, candidates)
    wanted = witness.mention.materials
    if any(all(any(materials.touches(one, other) for other in act.materials) for one in wanted) for act in acts):
        return frozenset()
    return frozenset(act.id for act in acts)
