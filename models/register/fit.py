"""Fits the weights of the scorer on annotated documents: `python models/register/fit.py TRAIN.jsonl` rewrites weights.toml beside it.

Each mention chooses among the events that share a blocking key with it, or makes a new one; the choice is right when the annotators gave both the
same `ref`. Events grow as the documents come in, and documents are told again by others (echoes, copies, plans, reports, denials), since annotated
documents hardly repeat each other as a newsroom's do. Documents that are used to measure must not be given.
"""

import json
import math
import random
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from monitor.history import about, features, fold, materials, merge, register, rehearse, sides, words
from monitor.model import Article, Judgement

ECHOES = 2
RIDGE = 1.0
COPIES = 0.25
KEPT = 0.15
BY_HAND = {"scheme_confirmed": 4.0}  # the documents have too few such pairs
SENTENCES: dict[bool, list[str]] = {True: [], False: []}
UNSURE = {"licence_granted", "licence_refused", "licence_rules_changed", "quota_set", "control_suspended", "supply_disrupted"}
HERE = Path(__file__).resolve().parent


def documents(path):
    """(document, article, witnesses) in order of publication."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    for row in sorted(rows, key=lambda row: row["published"]):
        published = datetime.fromisoformat(row["published"])
        article = Article(
            id=row["id"], source="file", url="", outlet=row["outlet"], title=row["title"], text=row["text"], language=row["lang"],
            fetched=published, published=published,
        )  # fmt: skip
        yield row, tuple(rehearse.witness(article, mention) for mention in rehearse.gold(article, row["events"]))


def newsroom(path, chance):
    """(acts by mention, witnesses) of all documents and of their retellings, in order of time."""
    found = []
    for row, witnesses in documents(path):
        acts = {w.mention.id: event["ref"] or f"only:{w.mention.id}" for w, event in zip(witnesses, row["events"], strict=True)}
        found.append((acts, witnesses))
        for quote in (span.quote for w in witnesses for span in w.mention.evidence):
            SENTENCES[" " in quote.strip()].append(quote)
        found += [(acts, told) for told in retellings(witnesses, chance) if told]
    return sorted(found, key=lambda pair: pair[1][0].known if pair[1] else datetime.max.replace(tzinfo=UTC))


def retellings(witnesses, chance):
    """How other outlets tell the news of a document: at once, as a plan before it, as a report before it is confirmed, as a denial, weeks later."""
    news = [w for w in witnesses if w.mention.focus == "news" and w.mention.status != "denied"]
    for outlet in range(chance.randint(0, ECHOES)):
        days = chance.uniform(0, 3)
        if chance.random() < COPIES:
            yield tuple(copied(w, days, f"copy{outlet}") for w in witnesses)
            continue
        yield tuple(retold(w, days, chance, f"echo{outlet}") for w in witnesses if w.mention.focus == "news" or chance.random() < 0.4)
    plans = [w for w in news if w.mention.type in sides.RULES | {"agreement_reached", "entity_delisted"} and w.mention.status != "planned"]
    if chance.random() < 0.3:
        stage = {"in_force": chance.choice(["planned", "announced"]), "announced": "planned"}
        yield tuple(retold(w, -chance.uniform(2, 35), chance, "plan", status=stage[w.mention.status], date=None, until=None) for w in plans)
    if chance.random() < 0.3:
        told = [w for w in news if w.mention.certainty == "confirmed" and w.mention.actors and w.mention.status == "in_force"]
        yield tuple(retold(w, -chance.uniform(1, 20), chance, "report", certainty="reported", date=None) for w in told if w.mention.type in UNSURE)
    if chance.random() < 0.15:
        yield tuple(retold(w, chance.uniform(0.5, 7), chance, "denial", status="denied", date=None) for w in news)
    if chance.random() < 0.5:
        yield tuple(retold(w, chance.uniform(2, 20), chance, "still", date=None) for w in news if w.mention.type in sides.LASTING)


def copied(witness, days, how):
    """A mention in a syndicated copy of its document."""
    then = witness.known + timedelta(days=days)
    return replace(witness, mention=replace(witness.mention, id=f"{witness.mention.id}-{how}"), outlet=how, published=then, seen=then)


def retold(witness, days, chance, how, **changed):
    """A mention as another outlet would put it some days later (or earlier): vaguer, in half of the words."""
    mention, then = witness.mention, witness.known + timedelta(days=days)
    maybe = {"instrument": 0.6, "date": 0.4, "effective": 0.5, "until": 0.5, "actors": 0.4, "recipients": 0.4, "destinations": 0.2, "numbers": 1.0}
    dropped = {name: () if isinstance(getattr(mention, name), tuple) else None for name, odds in maybe.items() if chance.random() < odds}
    if mention.materials and chance.random() < 0.4:
        wider = sorted({group for one in mention.materials for group in materials.groups(one)} - set(mention.materials) - {"critical_minerals"})
        dropped["materials"] = tuple(wider[-1:]) or mention.materials[: max(1, len(mention.materials) // 2)]
    spans = tuple(replace(span, quote=reworded(span.quote, chance)) for span in mention.evidence)
    if how in ("plan", "report"):
        dropped["instrument"] = None
    made = replace(mention, id=f"{mention.id}-{how}", evidence=spans, **{**dropped, **changed})
    return replace(witness, mention=made, outlet=how, published=then, seen=then)


def reworded(text, chance):
    """A third of the words, among words of another sentence: outlets rarely choose the same ones. Pairs of characters where there are no spaces."""
    spaced = " " in text.strip()
    others = chance.choice(SENTENCES[spaced] or [""])
    mine, theirs = (one.split() if spaced else [one[at : at + 2] for at in range(0, len(one), 2)] for one in (text, others))
    kept = [part for part in mine if chance.random() < KEPT] + [part for part in theirs if chance.random() < 0.5]
    return (" " if spaced else "，").join(kept)


def sure(act, other, mention, side):
    """Whether the annotation tells if two mentions are of one act: of two acts without `ref` it does not, where they share words."""
    return act == other or not (act.startswith("only:") and other.startswith("only:")) or about.same_words(mention, side) <= 0.3


def growing(path, baseline, chance):
    """(features of the candidates, which is right or None) of every mention against what was known before it.

    Each event is folded from the mentions that the annotators gave its `ref`; a mention without `ref` is an act of its own, told again by its echo.
    """
    base, filed, told, act_of = {event.id: event for event in baseline}, defaultdict(dict), defaultdict(list), {}
    known, keys_of = {}, {}

    def save(event):
        for key in keys_of.get(event.id, ()):
            filed[key].pop(event.id, None)
        known[event.id], keys_of[event.id] = event, merge.keys(event)
        for key in keys_of[event.id]:
            filed[key][event.id] = None

    for event in base.values():
        save(event)
        act_of[event.id] = event.id
    for acts, witnesses in newsroom(path, chance):
        for witness in witnesses:
            act = acts[witness.mention.id.split("-")[0]]
            mention = sides.of_mention(witness)
            pool = {event_id: known[event_id] for key in merge.keys(witness) for event_id in filed[key]}
            compared = [
                (row_of(mention, side), act_of[e.id] == act)
                for e, side in features.together(mention, pool.values())
                if sure(act, act_of[e.id], mention, side)
            ]
            if compared:
                yield np.array([row for row, _ in compared]), next((at for at, (_, same) in enumerate(compared) if same), None)
        for witness in witnesses:
            act = acts[witness.mention.id.split("-")[0]]
            event_id = act if act in base else f"ev-{act}"
            judged = Judgement(id=witness.mention.id, mention=witness.mention.id, event=event_id, by="fit", why="", at=witness.known)
            told[event_id].append((witness, judged))
            act_of[event_id] = act
            save(fold.event(event_id, told[event_id], base.get(event_id)))


def pairs(path):
    """All comparisons: with the register known from the start, and with nothing known."""
    chance = random.Random(1)
    yield from growing(path, register.baseline(), chance)
    yield from growing(path, (), chance)


def row_of(mention, side):
    return [0.0 if feature.__name__ in BY_HAND else feature(mention, side) for feature in features.FEATURES]


def loss(weights, groups):
    """Negative log-likelihood and its gradient: each mention chooses one of its candidates, or a new act, whose score is 0."""
    total, gradient = 0.5 * RIDGE * weights[1:] @ weights[1:], RIDGE * np.concatenate([[0.0], weights[1:]])
    for x, right in groups:
        scores = x @ weights
        top = max(0.0, scores.max())
        odds = np.exp(scores - top)
        whole = odds.sum() + np.exp(-top)
        total += np.log(whole) + top - (scores[right] if right is not None else 0.0)
        gradient += (odds / whole) @ x - (x[right] if right is not None else 0.0)
    return total, gradient


def count_words(path):
    """Writes how rare words are in evidence: log(sentences / sentences with the word), down to words in one of 300 sentences."""
    sentences = [words.tokens(" ".join(span.quote for span in w.mention.evidence)) for _, told in documents(path) for w in told]
    counts = Counter(word for sentence in sentences for word in sentence)
    common = {word: count for word, count in counts.items() if count >= len(sentences) / 300}
    rare = math.log(300)
    lines = ["# How much a shared word says: written by fit.py. Words that are not listed count `rare`.", f"rare = {rare:.2f}", "", "[common]"]
    lines += [f"{json.dumps(word, ensure_ascii=False)} = {math.log(len(sentences) / count):.2f}" for word, count in sorted(common.items())]
    (HERE / "words.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(path):
    count_words(path)
    groups = [(np.hstack([np.ones((len(x), 1)), x]), right) for x, right in pairs(path)]
    weights = minimize(loss, np.zeros(groups[0][0].shape[1]), args=(groups,), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    chosen = [int(np.argmax(x @ weights)) if (x @ weights).max() > 0 else None for x, _ in groups]
    right = np.mean([choice == target for choice, (_, target) in zip(chosen, groups, strict=True)])
    joins = sum(target is not None for _, target in groups)
    lines = [
        f"# Fitted by fit.py on {len(groups)} mentions, {joins} of which belong to a known act; {right:.1%} of them are judged right.",
        "# A mention joins the event with the highest sum, or makes a new one when no sum is above 0.",
        f"bias = {weights[0]:.2f}",
        "",
        "[weights]",
        *(f"{f.__name__} = {value:.2f}" for f, value in zip(features.FEATURES, weights[1:], strict=True) if f.__name__ not in BY_HAND),
        "# set by judgement: the documents have too few such pairs",
        *(f"{name} = {value:.2f}" for name, value in BY_HAND.items()),
    ]
    (HERE / "weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
