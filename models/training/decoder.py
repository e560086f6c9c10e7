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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from models.training.corpus import FOLDER, WORK
from monitor.extraction import compose, days, evaluate, extract, lexicon, modality, parting, reading, roles, slots
from monitor.extraction.compose import CLASSES, Filled
from monitor.extraction.decoder import Decoder, Model, logit
from monitor.extraction.encoder import Facets, SentenceScores
from monitor.extraction.extract import Reader
from monitor.extraction.slots import Group, Option

# Inverse regularisation and thresholds, by two-fold cross-validation.
STRENGTH = {
    "jurisdictions": 0.3,
    "destinations": 0.1,
    "materials": 0.3,
    "date": 0.3,
    "effective": 0.1,
    "until": 0.3,
    "instrument": 0.3,
    "actors": 0.3,
    "recipients": 0.5,
    "same": 0.3,
    "event": 0.1,
}
LABEL_STRENGTH = 0.5
THRESHOLDS = {
    "jurisdictions": 0.5,
    "destinations": 0.35,
    "materials": 0.45,
    "date": 0.2,
    "effective": 0.4,
    "until": 0.35,
    "instrument": 0.35,
    "actors": 0.42,
    "recipients": 0.35,
    "same": 0.5,
    "event": 0.3,
}
Row = tuple[dict[str, float], int]


@dataclass
class Example:
    """A document with its gold events and the sentences of each."""

    raw: dict[str, Any]
    document: reading.Document
    groups: list[tuple[Group, dict[str, Any]]] = field(default_factory=list)
    said: list[Any] = field(default_factory=list)


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


def fully(path: Path) -> frozenset[str]:
    """The documents that all parts of the heads scored: a run of the encoder on some folds leaves the others to the linear heads."""
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    most = {language: max(len(t["parts"]) for t in told if t["language"] == language) for language in {t["language"] for t in told}}
    return frozenset(t["id"] for t in told if len(t["parts"]) == most[t["language"]])


def unseen(path: Path) -> dict[str, dict[tuple[int, int], Any]]:
    """What heads that had not seen a document say of its sentences: id -> (start, end) -> scores."""
    out = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        out[told["id"]] = {(s["start"], s["end"]): scores(s) for s in told["sentences"]}
    return out


def scores(told: dict[str, Any]) -> SentenceScores:
    facets = {k: told[k] for k in Facets.__slots__}
    return SentenceScores(**facets, types=told["types"], given={k: Facets(**v) for k, v in told["given"].items()})


def examples(paths: Iterable[Path], annotators: dict[str, Any], heads: dict[str, dict[tuple[int, int], Any]]) -> list[Example]:
    out = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            if raw["id"] not in heads:
                continue
            document = reading.read(
                raw["title"], raw["text"], raw["lang"], datetime.fromisoformat(raw["published"]).date(), annotators[raw["lang"]].annotate
            )
            example = Example(raw, document, said=[heads[raw["id"]].get((r.sentence.start, r.sentence.end)) for r in document.reads])
            for event in raw["events"]:
                reads = sentences_of(document, event["evidence"])
                if reads:
                    example.groups.append((Group(event["type"], reads), event))
            out.append(example)
    return out


def labelled(options: list[Option], right: set[str]) -> Iterator[Row]:
    for option in options:
        yield option.features, int(option.value.casefold() in {r.casefold() for r in right})


def rows(example: Example, annotator: Reader) -> dict[str, list[Row]]:
    """Training rows of every slot and label from one document."""
    out: dict[str, list[Row]] = defaultdict(list)
    document = example.document
    for group, event in example.groups:
        said = extract.facets(example.said, group)
        places = slots.places(document, group, said)
        out["jurisdictions"] += labelled(places, set(event["jurisdictions"]))
        out["destinations"] += labelled(places, set(event["destinations"]))
        out["materials"] += labelled(slots.materials(document, group, said), set(event["materials"]))
        out["instrument"] += labelled(
            slots.instrument_options(document, group, tuple(event["jurisdictions"]), event["focus"]), {event["instrument"] or ""}
        )
        people = roles.options(document, group, tuple(event["jurisdictions"]), annotator.recognise)
        out["actors"] += labelled(people, set(event["actors"]))
        out["recipients"] += labelled(people, set(event["recipients"]))
        when = days.date_options(document, group, said)
        for name in ("date", "effective", "until"):
            out[name] += labelled(when, {event[name] or ""})
        told = modality.features(document, group, event["date"] or event["effective"], said)
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


def pairs(example: Example, decoder: Decoder) -> list[Row]:
    """Which single sentences of one type speak of one act, with fields as the decoder sees them."""
    document, out = example.document, []
    singles = [
        (compose.fill(document, Group(g.type, (i,)), decoder, extract.unnamed, lambda x: extract.facets(example.said, x)), k)
        for k, (g, _) in enumerate(example.groups)
        for i in g.reads
    ]
    for n, (a, k) in enumerate(singles):
        for b, m in singles[n + 1 :]:
            if a.group.type == b.group.type and a.group.reads != b.group.reads:
                out.append((compose.pair_features(document, a, b), int(k == m)))
    return out


def decode(example: Example, decoder: Decoder, annotator: Reader, joined: bool = True) -> list[dict[str, Any]]:
    """Events of a document from its gold sentences and types; `joined` also parts them as the gold does."""
    document = example.document

    def refill(group: Group) -> Filled:
        return compose.fill(document, group, decoder, annotator.recognise, lambda x: extract.facets(example.said, x))

    if joined:
        found = [refill(group) for group, _ in example.groups]
    else:
        singles = dict.fromkeys((g.type, i) for g, _ in example.groups for i in g.reads)
        found = compose.join(document, [Group(kind, (i,)) for kind, i in singles], decoder, refill)
    return [as_guide(document, f) for f in found]


def as_guide(document: reading.Document, f: Filled) -> dict[str, Any]:
    fields = {name: getattr(f, name) for name in ("instrument", "date", "effective", "until")}
    lists = {name: list(getattr(f, name)) for name in ("jurisdictions", "destinations", "materials", "actors", "recipients")}
    return {"type": f.group.type, **f.labels, **lists, **fields, "evidence": [document.reads[i].text for i in f.group.reads]}


def proposed(example: Example, decoder: Decoder) -> tuple[list[Filled], dict[tuple[int, str], float]]:
    """Candidates of a document from the heads and rules, joined, and the log-odds of each (sentence, type)."""
    document = example.document
    if not (document.materials or extract.entangled(document)):
        return [], {}
    typed = [t for read in document.reads for t in extract.types(read, example.said[read.index], lexicon.data("typing"))]
    return extract.candidates(document, typed, example.said, decoder), {(t.read, t.type): logit(t.score) for t in typed}


def judged(example: Example, found: list[Filled], heard: dict[tuple[int, str], float]) -> list[Row]:
    """Which candidates are events, as the scorer matches them."""
    guesses = [as_guide(example.document, f) for f in found]
    right = {id(p) for _, p in evaluate.match(example.raw["events"], guesses, example.document.whole)}
    return [(compose.event_features(example.document, f, found, heard), int(id(p) in right)) for f, p in zip(found, guesses, strict=True)]


@dataclass
class Fold:
    """Documents with candidates found by weights that had not seen them."""

    decoder: Decoder
    parts: list[tuple[Example, list[Filled], dict[tuple[int, str], float], list[Row]]]


def folds(data: list[Example], annotators: dict[str, Reader], count: int, full: frozenset[str]) -> list[Fold]:
    """Candidates of the documents in `full`, found by weights fitted on the other folds of all documents."""
    prepared = [(fold_of(e.raw.get("variant_of") or e.raw["id"], count), e, rows(e, annotators[e.raw["lang"]])) for e in data]
    out = []
    for k in range(count):
        decoder = fitted(r for f, _, r in prepared if f != k)
        same = [row for f, e, _ in prepared if f != k for row in pairs(e, decoder)]
        decoder.models["same"] = fit(same, STRENGTH["same"], THRESHOLDS["same"])
        parts = []
        for e in (e for f, e, _ in prepared if f == k and e.raw["id"] in full):
            found, heard = proposed(e, decoder)
            parts.append((e, found, heard, judged(e, found, heard)))
        out.append(Fold(decoder, parts))
        print(f"fold {k + 1} of {count}", file=sys.stderr, flush=True)
    return out


def measure(found: list[Fold], folder: Path, annotators: dict[str, Reader]) -> None:
    """Writes what each way of decoding gives: given and joined from gold sentences and types, found from heads and rules alone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "given.jsonl").open("w") as given, (folder / "joined.jsonl").open("w") as joined, (folder / "found.jsonl").open("w") as alone:
        for k, fold in enumerate(found):
            fold.decoder.models["event"] = fit(
                [r for j, f in enumerate(found) if j != k for p in f.parts for r in p[3]], STRENGTH["event"], THRESHOLDS["event"]
            )
            for e, candidates, heard, _ in fold.parts:
                annotator = annotators[e.raw["lang"]]
                put(given, e, decode(e, fold.decoder, annotator, True))
                put(joined, e, decode(e, fold.decoder, annotator, False))
                real = compose.real(e.document, candidates, heard, fold.decoder)
                done = [extract.finished(e.document, f, e.said, fold.decoder, annotator.recognise) for f in real]
                told = parting.parted(e.document, done, fold.decoder, partial(extract.facets, e.said))
                put(alone, e, [as_guide(e.document, f) | {"confidence": f.group.score} for f in told])


def put(handle: Any, example: Example, events: list[dict[str, Any]]) -> None:
    handle.write(json.dumps({"id": example.raw["id"], "events": events}, ensure_ascii=False) + "\n")


def written(decoder: Decoder) -> str:
    told = {
        name: {"bias": m.bias, "threshold": m.threshold, "weights": dict(sorted(m.weights.items()))} for name, m in sorted(decoder.models.items())
    }
    return json.dumps({"settings": decoder.settings, "models": told}, ensure_ascii=False, separators=(",", ":"), indent=None)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("documents", nargs="*", type=Path, default=sorted((FOLDER / "documents").glob("*.jsonl")))
    args.add_argument("--heads", type=Path, default=WORK / "oof.jsonl", help="scores of heads that had not seen the documents")
    args.add_argument("--folds", type=int, default=5)
    args.add_argument("--out", type=Path, default=FOLDER.parent / "lexicon" / "decoder.json")
    args.add_argument("--measure", type=Path, help="write predictions by cross-validation to this folder")
    told = args.parse_args()
    annotators = {language: Reader(lexicon.pipeline(language)) for language in ("en", "zh")}
    data = examples(told.documents, annotators, unseen(told.heads))
    found = folds(data, annotators, told.folds, fully(told.heads))
    (WORK / "events.json").write_text(json.dumps([r for f in found for p in f.parts for r in p[3]]), encoding="utf-8")
    if told.measure:
        measure(found, told.measure, annotators)
    decoder = fitted(rows(e, annotators[e.raw["lang"]]) for e in data)
    decoder.models["same"] = fit([row for e in data for row in pairs(e, decoder)], STRENGTH["same"], THRESHOLDS["same"])
    decoder.models["event"] = fit([r for f in found for p in f.parts for r in p[3]], STRENGTH["event"], THRESHOLDS["event"])
    told.out.write_text(written(decoder), encoding="utf-8")
    print(f"{told.out}: {len(decoder.models)} models, {sum(len(m.weights) for m in decoder.models.values())} weights", file=sys.stderr)


if __name__ == "__main__":
    main()
