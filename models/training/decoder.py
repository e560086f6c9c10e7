"""Fits the weights by which the fields of events are chosen, and measures the choice by cross-validation.

usage: python -m models.training.decoder DOCUMENTS.jsonl... [--folds 5] [--out FILE] [--measure]

Learns from annotated documents: for each event the sentences that its evidence touches, and for each field which of the options that
the text offers is right. `--measure` decodes gold sentences and types with weights fitted on the other folds.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.extraction import compose, dates, lexicon, modality, reading, roles, slots
from monitor.extraction.compose import CLASSES, Filled
from monitor.extraction.decoder import Decoder, Model
from monitor.extraction.slots import Group, Option

STRENGTH = {
    "jurisdictions": 0.3,
    "destinations": 0.3,
    "materials": 0.3,
    "date": 0.3,
    "effective": 0.3,
    "until": 0.3,
    "instrument": 0.3,
    "actors": 0.2,
    "recipients": 0.2,
    "same": 0.3,
}
LABEL_STRENGTH = 0.1
THRESHOLDS = {
    "jurisdictions": 0.5,
    "destinations": 0.5,
    "materials": 0.45,
    "date": 0.4,
    "effective": 0.5,
    "until": 0.5,
    "instrument": 0.45,
    "actors": 0.45,
    "recipients": 0.5,
    "same": 0.5,
}
Row = tuple[dict[str, float], int]


@dataclass
class Example:
    """A document with its gold events and the sentences of each."""

    raw: dict[str, Any]
    document: reading.Document
    groups: list[tuple[Group, dict[str, Any]]] = field(default_factory=list)


def fold_of(key: str, folds: int) -> int:
    """The fold of a document: depends on its id alone, so that every run parts them alike."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % folds


def sentences_of(document: reading.Document, evidence: Iterable[str]) -> tuple[int, ...]:
    """The sentences that pieces of evidence lie in, those that hold the better part of a piece."""
    found: list[int] = []
    for piece in evidence:
        start = document.whole.find(piece)
        if start < 0:
            continue
        shares = {r.index: min(r.sentence.end, start + len(piece)) - max(r.sentence.start, start) for r in document.reads}
        found += [i for i, share in shares.items() if share >= 0.35 * len(piece) or share > 60]
    return tuple(dict.fromkeys(found))


def examples(paths: Iterable[Path], annotators: dict[str, Any]) -> list[Example]:
    out = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            document = reading.read(
                raw["title"], raw["text"], raw["lang"], datetime.fromisoformat(raw["published"]).date(), annotators[raw["lang"]].annotate
            )
            example = Example(raw, document)
            for event in raw["events"]:
                reads = sentences_of(document, event["evidence"])
                if reads:
                    example.groups.append((Group(event["type"], reads), event))
            out.append(example)
    return out


@dataclass
class Annotator:
    """Marks names in a sentence: the lists at once, the recogniser on demand."""

    nlp: Any

    def annotate(self, text: str) -> Any:
        return self.nlp.get_pipe("monitor_lexicon")(self.nlp.make_doc(text))

    def recognise(self, read: reading.Read) -> None:
        if "ner" in self.nlp.pipe_names and not read.doc.user_data.get("named"):
            self.nlp.get_pipe("ner")(read.doc)
            read.doc.user_data["named"] = True


def labelled(options: list[Option], right: set[str]) -> Iterator[Row]:
    for option in options:
        yield option.features, int(option.value.casefold() in {r.casefold() for r in right})


def rows(example: Example, annotator: Annotator) -> dict[str, list[Row]]:
    """Training rows of every slot and label from one document."""
    out: dict[str, list[Row]] = defaultdict(list)
    document = example.document
    for group, event in example.groups:
        places = slots.places(document, group)
        out["jurisdictions"] += labelled(places, set(event["jurisdictions"]))
        out["destinations"] += labelled(places, set(event["destinations"]))
        out["materials"] += labelled(slots.materials(document, group), set(event["materials"]))
        out["instrument"] += labelled(slots.instrument_options(document, group, tuple(event["jurisdictions"])), {event["instrument"] or ""})
        people = roles.options(document, group, tuple(event["jurisdictions"]), annotator.recognise)
        out["actors"] += labelled(people, set(event["actors"]))
        out["recipients"] += labelled(people, set(event["recipients"]))
        when = slots.date_options(document, group)
        for name in ("date", "effective", "until"):
            out[name] += labelled(when, {event[name] or ""})
        told = modality.features(document, group, event["date"] or event["effective"], {})
        for name, classes in CLASSES.items():
            for c in classes:
                out[f"{name} {c}"].append((told, int(event[name] == c)))
    return out


def fit(data: list[Row], strength: float, threshold: float) -> Model:
    if len({y for _, y in data}) < 2:
        return Model(-4.0, {}, threshold)
    vectorizer = DictVectorizer()
    seen = Counter(name for f, _ in data for name in f)
    x = vectorizer.fit_transform([{n: v for n, v in f.items() if seen[n] > 1} for f, _ in data])
    x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)
    model = LogisticRegression(C=strength, max_iter=300, solver="liblinear").fit(x, [y for _, y in data])
    weights = {name: round(float(w), 3) for name, w in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True) if abs(w) > 0.02}
    return Model(round(float(model.intercept_[0]), 4), weights, threshold)


def fitted(all_rows: Iterable[dict[str, list[Row]]]) -> Decoder:
    merged: dict[str, list[Row]] = defaultdict(list)
    for part in all_rows:
        for name, data in part.items():
            merged[name] += data
    return Decoder({name: fit(data, STRENGTH.get(name, LABEL_STRENGTH), THRESHOLDS.get(name, 0.5)) for name, data in merged.items()}, {})


def pairs(example: Example, decoder: Decoder, annotator: Annotator) -> list[Row]:
    """Which single sentences of one type speak of one act, with fields as the decoder sees them."""
    document, out = example.document, []
    singles = [
        (compose.fill(document, Group(g.type, (i,)), decoder, annotator.recognise), k) for k, (g, _) in enumerate(example.groups) for i in g.reads
    ]
    for n, (a, k) in enumerate(singles):
        for b, m in singles[n + 1 :]:
            if a.group.type == b.group.type and a.group.reads != b.group.reads:
                out.append((compose.pair_features(document, a, b), int(k == m)))
    return out


def decode(example: Example, decoder: Decoder, annotator: Annotator, joined: bool = True) -> list[dict[str, Any]]:
    """Events of a document from its gold sentences and types; `joined` also parts them as the gold does."""
    document = example.document

    def refill(group: Group) -> Filled:
        return compose.fill(document, group, decoder, annotator.recognise)

    if joined:
        found = [refill(group) for group, _ in example.groups]
    else:
        singles = dict.fromkeys((g.type, i) for g, _ in example.groups for i in g.reads)
        found = compose.join(document, [Group(kind, (i,)) for kind, i in singles], decoder, refill)
    return [as_guide(document, f) for f in found]


def as_guide(document: reading.Document, f: Filled) -> dict[str, Any]:
    return {
        "type": f.group.type, **f.labels, "jurisdictions": list(f.jurisdictions), "destinations": list(f.destinations), "materials": list(f.materials),
        "actors": list(f.actors), "recipients": list(f.recipients), "instrument": f.instrument, "date": f.date, "effective": f.effective, "until": f.until,
        "evidence": [document.reads[i].text for i in f.group.reads],
    }  # fmt: skip


def folds(data: list[Example], annotators: dict[str, Annotator], count: int) -> Iterator[tuple[Decoder, list[Example]]]:
    """For each fold the decoder fitted on the others, and its documents."""
    prepared = [(fold_of(e.raw["id"], count), e, rows(e, annotators[e.raw["lang"]])) for e in data]
    for k in range(count):
        decoder = fitted(r for f, _, r in prepared if f != k)
        same = [row for f, e, _ in prepared if f != k for row in pairs(e, decoder, annotators[e.raw["lang"]])]
        decoder.models["same"] = fit(same, STRENGTH["same"], THRESHOLDS["same"])
        yield decoder, [e for f, e, _ in prepared if f == k]


def written(decoder: Decoder) -> str:
    told = {
        name: {"bias": m.bias, "threshold": m.threshold, "weights": dict(sorted(m.weights.items()))} for name, m in sorted(decoder.models.items())
    }
    return json.dumps({"settings": decoder.settings, "models": told}, ensure_ascii=False, separators=(",", ":"), indent=None)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    args.add_argument("documents", nargs="+", type=Path)
    args.add_argument("--folds", type=int, default=5)
    args.add_argument("--out", type=Path)
    args.add_argument("--measure", type=Path, help="write predictions of gold sentences and types to this folder")
    told = args.parse_args()
    annotators = {language: Annotator(lexicon.pipeline(language)) for language in ("en", "zh")}
    data = examples(told.documents, annotators)
    if told.measure:
        told.measure.mkdir(parents=True, exist_ok=True)
        with (told.measure / "given.jsonl").open("w") as given, (told.measure / "joined.jsonl").open("w") as joined:
            for decoder, part in folds(data, annotators, told.folds):
                for e in part:
                    for handle, flag in ((given, True), (joined, False)):
                        handle.write(
                            json.dumps({"id": e.raw["id"], "events": decode(e, decoder, annotators[e.raw["lang"]], flag)}, ensure_ascii=False) + "\n"
                        )
    if told.out:
        prepared = [rows(e, annotators[e.raw["lang"]]) for e in data]
        decoder = fitted(prepared)
        same = [row for e in data for row in pairs(e, decoder, annotators[e.raw["lang"]])]
        decoder.models["same"] = fit(same, STRENGTH["same"], THRESHOLDS["same"])
        told.out.write_text(written(decoder), encoding="utf-8")
        print(f"{told.out}: {len(decoder.models)} models, {sum(len(m.weights) for m in decoder.models.values())} weights", file=sys.stderr)


if __name__ == "__main__":
    main()
