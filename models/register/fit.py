"""Fits the weights of the scorer on annotated documents: `python models/register/fit.py TRAIN.jsonl` rewrites weights.toml beside it.

Pairs are (mention, act of the register) that share a blocking key, and (mention, event made by an earlier mention). A pair is right when the
annotators gave both the same `ref`. Documents that are used to measure must not be given.
"""

import json
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.history import features, fold, merge, register, rehearse
from monitor.model import Article, Event, Judgement, Witness

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


def single(witness: Witness) -> Event:
    """The event that a mention alone would make."""
    event_id = merge.new_id(witness)
    judged = Judgement(id="j", mention=witness.mention.id, event=event_id, by="fit", why="", at=witness.known)
    return fold.event(event_id, [(witness, judged)])


def index(events):
    filed = defaultdict(dict)
    for event in events:
        for key in merge.keys(event):
            filed[key][event.id] = event
    return filed


def pairs(path):
    """(features, right?, weight) of all comparable pairs."""
    base = index(register.baseline())
    grown, ref_of = defaultdict(dict), {}
    for row, witnesses in documents(path):
        for witness, event in zip(witnesses, row["events"], strict=True):
            mention, ref = features.of_mention(witness), event["ref"]
            pool = {e.id: e for key in merge.keys(witness) for e in base.get(key, {}).values()}
            for candidate in pool.values():
                yield from pair(mention, candidate, candidate.id == ref, 1.0)
            pool = {e.id: e for key in merge.keys(witness) for e in grown.get(key, {}).values()}
            for candidate in list(pool.values())[-40:]:
                other = ref_of[candidate.id]
                if ref or other:
                    yield from pair(mention, candidate, ref == other, 0.5)
        for witness, event in zip(witnesses, row["events"], strict=True):
            made = single(witness)
            ref_of[made.id] = event["ref"]
            for key in merge.keys(made):
                grown[key][made.id] = made


def pair(mention, candidate, right, weight):
    side = features.of_event(candidate)
    if features.impossible(mention, side) is None:
        yield [feature(mention, side) for feature in features.FEATURES], right, weight


def main(path):
    rows = list(pairs(path))
    x = np.array([row[0] for row in rows])
    y = np.array([row[1] for row in rows])
    weight = np.array([row[2] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=5000).fit(x, y, sample_weight=weight)
    right = (model.predict(x) == y).mean()
    lines = [
        f"# Fitted by fit.py on {len(rows)} pairs, {int(y.sum())} of them one act; {right:.1%} of the pairs are judged right. Log-odds that two are one act.",
        f"bias = {model.intercept_[0]:.2f}",
        "",
        "[weights]",
        *(f"{feature.__name__} = {value:.2f}" for feature, value in zip(features.FEATURES, model.coef_[0], strict=True)),
    ]
    (HERE / "weights.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
