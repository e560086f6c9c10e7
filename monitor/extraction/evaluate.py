"""Quality figures against annotated documents: the same definitions and figures as the corpus' scorer, with bootstrap intervals. Pure.

Two events match when their types are equal, their jurisdictions overlap (or the gold names none), and their evidence touches the same
text or, where the gold gives none, nothing contradicts it. Matching is one to one, best pairs first.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Guide = Mapping[str, Any]  # an event in the guide's fields
Pair = tuple[Guide, Guide]
Same = Callable[[Any, Any], bool]

FAMILIES = {
    "control": ("control_introduced", "export_banned", "control_reinstated"),
    "relief": ("control_eased", "control_suspended"),
    "licence": ("licence_granted", "licence_refused", "licence_delayed", "licence_rules_changed"),
    "trade": ("quota_set", "tariff_changed", "investigation_opened"),
    "listing": ("entity_listed", "entity_delisted"),
    "enforcement": ("enforcement_action",),
    "diplomacy": ("agreement_reached", "talks_held", "position_stated"),
    "supply": ("supply_disrupted", "supply_supported"),
}
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
CORE = frozenset(
    (*FAMILIES["control"], *FAMILIES["relief"], *FAMILIES["licence"], *FAMILIES["listing"], "quota_set", "tariff_changed", "agreement_reached")
)
EXACT_FIELDS = ("direction", "focus", "status", "certainty", "instrument", "date", "effective", "until")
SET_FIELDS = ("jurisdictions", "destinations", "materials", "actors", "recipients")


def spans(event: Guide, text: str) -> list[tuple[int, int]]:
    """Character ranges of an event's evidence: given as [start, end] pairs, or found as substrings of `text`."""
    found = []
    for piece in event.get("evidence") or []:
        if not isinstance(piece, str):
            found.append((piece[0], piece[1]))
        elif (start := text.find(piece)) >= 0:
            found.append((start, start + len(piece)))
    return found


def overlap(left: Iterable[tuple[int, int]], right: Sequence[tuple[int, int]]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in left for b in right)


def closeness(gold: Guide, guess: Guide, text: str, same: Same) -> float:
    """A number above 0 where the two may be one event, higher for a better pair; else 0."""
    if not same(gold["type"], guess.get("type")):
        return 0
    ours, theirs = set(gold.get("jurisdictions") or []), set(guess.get("jurisdictions") or [])
    if ours and not ours & theirs:
        return 0
    gold_spans = spans(gold, text)
    shared = overlap(gold_spans, spans(guess, text))
    if gold_spans and not shared:
        return 0
    score = 1 + min(shared, 400) / 400
    score += 0.5 * bool(gold.get("date") and gold.get("date") == guess.get("date"))
    score += 0.5 * bool(set(gold.get("materials") or []) & set(guess.get("materials") or []))
    return score + 0.25 * bool(ours & theirs) + 0.25 * (gold.get("focus") == guess.get("focus"))


def equal(a: Any, b: Any) -> bool:
    return bool(a == b)


def one_family(a: Any, b: Any) -> bool:
    return FAMILY_OF.get(a) == FAMILY_OF.get(b, "?")


def match(golds: Sequence[Guide], guesses: Sequence[Guide], text: str, same: Same = equal) -> list[Pair]:
    """One-to-one pairs of gold and guessed events, the closest first. `text` is title, blank line, text."""
    pairs = sorted(
        ((closeness(g, p, text, same), i, j) for i, g in enumerate(golds) for j, p in enumerate(guesses)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    used_gold: set[int] = set()
    used_guess: set[int] = set()
    out = []
    for value, i, j in pairs:
        if value > 0 and i not in used_gold and j not in used_guess:
            used_gold.add(i)
            used_guess.add(j)
            out.append((golds[i], guesses[j]))
    return out


def prf(hit: int, gold: int, guess: int) -> dict[str, float]:
    """Precision, recall and F1 with the counts behind them."""
    p, r = hit / guess if guess else 0.0, hit / gold if gold else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r) if p + r else 0.0, 4), "hit": hit, "gold": gold, "predicted": guess}


def b_cubed(pairs: Sequence[tuple[str, str]]) -> dict[str, float] | None:
    """B-cubed figures over matched mentions that have a gold `ref`: (gold ref, predicted cluster)."""
    if not pairs:
        return None
    by_ref, by_cluster = defaultdict(set), defaultdict(set)
    for k, (ref, cluster) in enumerate(pairs):
        by_ref[ref].add(k)
        by_cluster[cluster].add(k)
    p = sum(len(by_ref[r] & by_cluster[c]) / len(by_cluster[c]) for r, c in pairs) / len(pairs)
    r = sum(len(by_ref[r] & by_cluster[c]) / len(by_ref[r]) for r, c in pairs) / len(pairs)
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4), "mentions": len(pairs)}


@dataclass(slots=True)
class Tally:
    """The counts that one or more documents contribute; tallies add up."""

    documents: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    golds: Counter[str] = field(default_factory=Counter)
    guesses: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    links: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.documents += other.documents
        for name in ("hits", "golds", "guesses", "counts", "right", "total"):
            getattr(self, name).update(getattr(other, name))
        self.links += other.links


def fields_right(gold: Guide, guess: Guide) -> dict[str, float]:
    """For each field how right the guess is: 0 or 1, for sets the share of common members (Jaccard)."""
    out: dict[str, float] = {name: float((gold.get(name) or None) == (guess.get(name) or None)) for name in EXACT_FIELDS}
    for name in SET_FIELDS:
        a, b = ({str(x).casefold() for x in side.get(name) or []} for side in (gold, guess))
        out[name] = len(a & b) / len(a | b) if a | b else 1.0
    return out


def tally(document: Guide, guesses: Sequence[Guide]) -> Tally:
    """The counts of one annotated document."""
    text, want = f"{document.get('title', '')}\n\n{document.get('text', '')}", document["events"]
    pairs = match(want, guesses, text)
    out = Tally(1, Counter(g["type"] for g, _ in pairs), Counter(e["type"] for e in want), Counter(e["type"] for e in guesses))
    news = [[e for e in side if e.get("focus") == "news"] for side in (want, guesses)]
    out.counts.update(news_gold=len(news[0]), news_guess=len(news[1]), news_hit=len(match(news[0], news[1], text)))
    out.counts.update(family_hit=len(match(want, guesses, text, one_family)))
    out.counts.update({f"relevant {bool(want)} {bool(guesses)}": 1})
    for gold, guess in pairs:
        for name, share in fields_right(gold, guess).items():
            out.total[name] += 1
            out.right[name] += share  # type: ignore[assignment]
        if gold.get("ref") and guess.get("cluster") is not None:
            out.links.append((gold["ref"], str(guess["cluster"])))
    return out


def figures(counted: Tally) -> dict[str, Any]:
    """All figures of a tally, under the scorer's names."""
    c = counted.counts
    gold, guess = sum(counted.golds.values()), sum(counted.guesses.values())
    core = [sum(side[k] for k in CORE) for side in (counted.hits, counted.golds, counted.guesses)]
    both, missed, false = c["relevant True True"], c["relevant True False"], c["relevant False True"]
    return {
        "documents": counted.documents,
        "events": prf(sum(counted.hits.values()), gold, guess),
        "core_events": prf(*core),
        "news_events": prf(c["news_hit"], c["news_gold"], c["news_guess"]),
        "families": prf(c["family_hit"], gold, guess),
        "relevance": prf(both, both + missed, both + false),
        "fields": {name: round(counted.right[name] / counted.total[name], 4) for name in counted.total},
        "linking": b_cubed(counted.links),
        "by_type": {kind: prf(counted.hits[kind], counted.golds[kind], counted.guesses[kind]) for kind in sorted(counted.golds | counted.guesses)},
    }


def summed(tallies: Iterable[Tally]) -> Tally:
    out = Tally()
    for one in tallies:
        out.add(one)
    return out


def interval(tallies: Sequence[Tally], name: str = "events", rounds: int = 500, seed: int = 1) -> tuple[float, float]:
    """The 95 % bootstrap interval of a figure's F1, drawn over documents."""
    if not tallies:
        return 0.0, 0.0
    draw = random.Random(seed)
    found = sorted(figures(summed(draw.choices(tallies, k=len(tallies))))[name]["f1"] for _ in range(rounds))
    return found[int(0.025 * rounds)], found[int(0.975 * rounds) - 1]


def report(documents: Sequence[Guide], guesses: Mapping[str, Sequence[Guide]], style: Callable[[Guide], str] | None = None) -> dict[str, Any]:
    """Figures of all documents, with intervals, and events F1 by language and by style of outlet (`style` names a document's)."""
    tallies = [tally(d, guesses.get(d["id"], ())) for d in documents]
    out = figures(summed(tallies))
    out["intervals"] = {name: interval(tallies, name) for name in ("events", "core_events", "news_events")}
    for title, key in (("by_language", lambda d: d.get("lang", "?")), ("by_style", style)):
        if key:
            groups: dict[str, list[Tally]] = defaultdict(list)
            for document, one in zip(documents, tallies, strict=True):
                groups[key(document)].append(one)
            out[title] = {name: figures(summed(part))["events"] | {"interval": interval(part)} for name, part in sorted(groups.items())}
    return out


def pinned(found: Mapping[str, Any]) -> dict[str, float]:
    """The figures that floors are pinned for."""
    out = {name: found[name]["f1"] for name in ("events", "core_events", "news_events", "relevance")}
    out |= {f"events {language}": one["f1"] for language, one in found.get("by_language", {}).items()}
    return out | {f"field {name}": share for name, share in found["fields"].items()}


def below(found: Mapping[str, Any], floors: Mapping[str, float]) -> list[str]:
    """What fell below its floor, as sentences."""
    now = pinned(found)
    return [f"{name} is {now.get(name, 0.0):.4f}, below its floor {floor:.4f}" for name, floor in floors.items() if now.get(name, 0.0) < floor]


def raised(found: Mapping[str, Any], floors: Mapping[str, float]) -> dict[str, float]:
    """The floors after a measurement: they only rise."""
    now = pinned(found)
    return {name: max(floors.get(name, 0.0), now.get(name, 0.0)) for name in sorted({*floors, *now})}
