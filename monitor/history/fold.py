"""An event is a fold over its judged mentions: the same from whatever order they arrived in, and folding twice is folding once.

Mentions are sorted by when they could be known. What the register says of an act stands unless an official source, a correction, or a finer
date that agrees with it says otherwise.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from monitor.history import dates, instruments, referring, sides
from monitor.history.materials import members
from monitor.model import Certainty, Claim, Direction, Event, Judgement, Status, Witness

Judged = tuple[Witness, Judgement]
RANK: dict[str, int] = {"planned": 0, "announced": 1, "in_force": 2}
SUMMARY = 300
BASELINE_WEIGHT = 3.0
RECAP_WEIGHT = 0.5
MODIFYING = frozenset({"control_suspended", "control_reinstated", "control_eased", "export_banned"})
PAUSING = frozenset({"control_suspended", "control_reinstated"})
T = TypeVar("T", bound=Hashable)


def event(event_id: str, witnesses: Iterable[Judged], baseline: Event | None = None) -> Event:
    """The event as its live witnesses and the register tell it. Raises ValueError when neither says anything of it."""
    told = live(event_id, witnesses)
    if not told:
        if baseline is None:
            raise ValueError(f"event {event_id} has no witness and is not in the register")
        return baseline
    news = [w for w in told if w.mention.focus == "news"] or told
    asserting = [w for w in news if w.mention.status != "denied"] or news
    kind = baseline.type if baseline else most([w.mention.type for w in asserting])
    status, direction = standing(news, baseline)
    return Event(
        id=event_id,
        ref=baseline.ref if baseline else None,
        type=kind,
        direction=direction,
        focus="news" if any(w.mention.focus == "news" for w in told) else "background",
        status=status,
        certainty=certainty(told, baseline),
        jurisdictions=governments(asserting, baseline),
        actors=union("actors", asserting, baseline),
        recipients=union("recipients", asserting, baseline),
        destinations=union("destinations", asserting, baseline),
        materials=union("materials", asserting, baseline),
        instrument=instrument(told, baseline),
        date=day("date", told, baseline),
        effective=day("effective", told, baseline),
        until=day("until", told, baseline),
        summary=baseline.summary if baseline else summary(asserting),
        modifies=modifies(told, baseline),
        known=min(filter(None, [baseline.known if baseline else None, told[0].known])),
        last_seen=told[-1].known,
        mentions=len(told),
        outlets=len({w.outlet for w in told}),
        official=any(w.official for w in told) or bool(baseline and baseline.official),
        claims=claims(told, status, baseline),
        numbers=numbers(told, baseline),
        sources=baseline.sources if baseline else (),
    )


def as_known(event_id: str, witnesses: Iterable[Judged], baseline: Event | None, known_at: datetime) -> Event | None:
    """The event as it could be told at `known_at`; None when nothing of it could be known."""
    then = [(w, j) for w, j in witnesses if w.known <= known_at]
    base = baseline if baseline and (baseline.known is None or baseline.known <= known_at) else None
    return event(event_id, then, base) if live(event_id, then) or base else None


def live(event_id: str, witnesses: Iterable[Judged]) -> list[Witness]:
    """Witnesses whose judgement stands, each mention once, by the time they could be known."""
    standing_ones = {w.mention.id: w for w, j in witnesses if j.retracted is None and j.event == event_id}
    return sorted(standing_ones.values(), key=lambda w: (w.known, w.mention.id))


def most(values: Sequence[T]) -> T:
    """The commonest; of equals the first."""
    return Counter(values).most_common(1)[0][0]


# ---- status and certainty ------------------------------------------------------------------------------------------------


def standing(news: Sequence[Witness], baseline: Event | None) -> tuple[Status, Direction]:
    """Status and direction after all news, in order of time.

    planned -> announced -> in_force goes forwards only. A duty may turn round (raised, then dropped): then its status starts again. A denial
    stands until an official source, or a second outlet after it, asserts the act as confirmed news.
    """
    status: Status | None = baseline.status if baseline else None
    direction: Direction = baseline.direction if baseline else most([w.mention.direction for w in news])
    turned = baseline.direction if baseline else news[0].mention.direction
    denied: Status | None = None
    doubters: set[str] = set()
    for witness in news:
        mention = witness.mention
        if mention.status == "denied":
            denied, doubters = "denied", set()
            continue
        if denied and mention.certainty == "confirmed":
            doubters.add(witness.outlet)
            denied = None if witness.official or len(doubters) >= 2 else denied
        if turns(mention.type, turned, mention.direction):
            status, turned, direction = mention.status, mention.direction, mention.direction
        elif status is None or RANK[mention.status] > RANK[status]:
            status = mention.status
    return denied or status or "in_force", direction


def turns(kind: str, before: Direction, after: Direction) -> bool:
    """Whether news turns an act round; only duties are one act in both directions."""
    return kind == "tariff_changed" and {before, after} == {"tightening", "easing"}


def certainty(told: Sequence[Witness], baseline: Event | None) -> Certainty:
    """Confirmed when the register, an official source or news says so; a recap confirms nothing that news only reported."""
    if baseline and baseline.certainty == "confirmed":
        return "confirmed"
    asserting = [w for w in told if w.mention.status != "denied"] or list(told)
    speaking = [w for w in asserting if w.mention.focus == "news" or w.official] or asserting
    return "confirmed" if any(w.official or w.mention.certainty == "confirmed" for w in speaking) else "reported"


# ---- dates ---------------------------------------------------------------------------------------------------------------


def day(name: str, told: Sequence[Witness], baseline: Event | None) -> str | None:
    """A date of the event: an official source's, else the newest correction's, else what most say; always the finest that agrees with it."""
    values = [(w, str(value)) for w in standing_values(name, told) if (value := getattr(w.mention, name))]
    base = getattr(baseline, name) if baseline else None
    for chosen in ([(w, v) for w, v in values if w.official], [(w, v) for w, v in values if w.mention.correction]):
        if chosen:
            return finest(chosen[-1][1], [v for _, v in values] + [base])
    votes = [(v, 1.0 if w.mention.focus == "news" else RECAP_WEIGHT, w.outlet) for w, v in values]
    votes += [(base, BASELINE_WEIGHT, "register")] if base else []
    return majority(votes)


def standing_values(name: str, told: Sequence[Witness]) -> list[Witness]:
    """Witnesses whose value their own outlet has not replaced by another later; what denies an act does not date it."""
    kept: list[Witness] = []
    for witness in (w for w in told if w.mention.status != "denied"):
        value = getattr(witness.mention, name)
        if value and witness.mention.focus == "news":
            kept = [w for w in kept if w.outlet != witness.outlet or dates.agree(getattr(w.mention, name), value)]
        kept.append(witness)
    return kept


def finest(value: str, others: Sequence[str | None]) -> str:
    """`value`, or the finest of the others that agrees with it."""
    return max([value, *(o for o in others if o and dates.finer(o, value))], key=len)


def majority(votes: Sequence[tuple[str, float, str]]) -> str | None:
    """The date that most outlets support; "2025-10" supports each of its days. Of equals the finer, then the earlier vote."""
    strongest: dict[tuple[str, str], float] = {}
    for value, weight, outlet in votes:
        strongest[value, outlet] = max(weight, strongest.get((value, outlet), 0.0))
    order = list(dict.fromkeys(value for value, _, _ in votes))
    support = {v: sum(weight for (u, _), weight in strongest.items() if dates.agree(u, v)) for v in order}
    return max(order, key=lambda v: (support[v], len(v), -order.index(v)), default=None)


# ---- the other fields ----------------------------------------------------------------------------------------------------


def governments(asserting: Sequence[Witness], baseline: Event | None) -> tuple[str, ...]:
    """Whose act it is: what the register says, else those that at least half of the witnesses name."""
    if baseline:
        return baseline.jurisdictions
    counts = Counter(code for w in asserting for code in w.mention.jurisdictions)
    return tuple(code for code, count in counts.items() if 2 * count >= len(asserting))


def union(name: str, asserting: Sequence[Witness], baseline: Event | None) -> tuple[str, ...]:
    """What the register, an official source, or enough outlets say; a name for a group adds nothing to its members."""
    base: tuple[str, ...] = getattr(baseline, name) if baseline else ()
    outlets: dict[str, set[str]] = {}
    for witness in asserting:
        for value in getattr(witness.mention, name):
            outlets.setdefault(value, set()).update({witness.outlet, *(("official", "register") if witness.official else ())})
    total = len({w.outlet for w in asserting})
    needed = max(2 if base else 1, min(4, total // 4))
    added = [value for value, named_by in outlets.items() if len(named_by) >= needed and value not in base]
    if name == "materials":
        added = [one for one in added if not any(other != one and other in members(one) for other in (*base, *added))]
    return (*base, *added)


def instrument(told: Sequence[Witness], baseline: Event | None) -> str | None:
    """The instrument's name: the register's, else the commonest."""
    named = [w.mention.instrument for w in told if w.mention.instrument]
    return (baseline.instrument if baseline else None) or (most(named) if named else None)


def numbers(told: Sequence[Witness], baseline: Event | None) -> tuple[str, ...]:
    """Keys of the act's own instrument."""
    found = [key for w in told for key in sides.own_numbers(w.mention, w.known.year)]
    return tuple(dict.fromkeys((*(baseline.numbers if baseline else ()), *found)))


def modifies(told: Sequence[Witness], baseline: Event | None) -> tuple[str, ...]:
    """What the act acts on: the register's ids, else the keys of the other instruments that news of a suspension, return or easing names.

    Where no number is named, a pause or return acts on the controls whose day is named ("announced on October 9").
    """
    if baseline:
        return baseline.modifies
    own = set(numbers(told, baseline))
    speaking = [w for w in told if w.mention.type in MODIFYING and w.mention.focus == "news"]
    numbered = tuple(dict.fromkeys(key for w in speaking for key in named(w) if key not in own and instruments.numbered(key)))
    return numbered or tuple(dict.fromkeys(key for w in speaking if w.mention.type in PAUSING for key in meant(w)))


def meant(witness: Witness) -> tuple[str, ...]:
    """Keys of the days whose acts the mention's evidence means; its own day is none of them."""
    mention = witness.mention
    if len(mention.jurisdictions) != 1:
        return ()
    text = " ".join(span.quote for span in mention.evidence)
    own = {f"{mention.jurisdictions[0]}{referring.MARK}{day}" for day in (mention.date, mention.effective) if day}
    return tuple(key for key in referring.keys(text, witness.known.date(), mention.jurisdictions[0]) if key not in own)


def named(witness: Witness) -> tuple[str, ...]:
    """All instrument keys that the mention's evidence names."""
    mention = witness.mention
    text = " ".join(span.quote for span in mention.evidence)
    jurisdiction = mention.jurisdictions[0] if len(mention.jurisdictions) == 1 else None
    return mention.numbers or instruments.keys(text, witness.known.year, jurisdiction)


def summary(asserting: Sequence[Witness]) -> str:
    """The sentence that tells the act first and best: of an official source if there is one."""
    best = next((w for w in asserting if w.official), asserting[0])
    text = " ".join(dict.fromkeys(span.quote.strip() for span in best.mention.evidence))
    return text if len(text) <= SUMMARY else f"{text[:SUMMARY].rsplit(' ', 1)[0]} …"


def claims(told: Sequence[Witness], status: Status, baseline: Event | None) -> tuple[Claim, ...]:
    """Who says what, where parties say different things of one act or one denies it."""
    found: dict[tuple[str, str, str], Claim] = {}
    if status == "denied" or any(w.mention.status == "denied" for w in told):
        for w in told:
            value = "denied" if w.mention.status == "denied" else "asserted"
            found.setdefault((party(w), "status", value), claim(w, "status", value))
    for name in ("effective", "until"):
        chosen = day(name, told, baseline)
        values = [(w, str(v)) for w in standing_values(name, told) if (v := getattr(w.mention, name)) and w.mention.focus == "news"]
        if any(not dates.agree(value, chosen) for _, value in values):
            for w, value in values:
                found.setdefault((party(w), name, value), claim(w, name, value))
    return tuple(found.values())


def party(witness: Witness) -> str:
    """Who asserts it: the claimant the text names, else the outlet."""
    return witness.mention.claimant or witness.outlet


def claim(witness: Witness, name: str, value: str) -> Claim:
    return Claim(party=party(witness), field=name, value=value, mention=witness.mention.id, known=witness.known)
