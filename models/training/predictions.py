"""Numbers for documents that the model had not seen, kept in work/ so that a run can go on where it stopped.

`oof.jsonl` is what others fit thresholds and decoding on: one line a document, with the calibrated scores of each of its sentences.
"""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.training import calibrate, linear
from models.training.calibrate import Predictions
from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, WORK, Example, fold_of
from monitor.extraction.encoder import Heads, Language, Outputs
from monitor.extraction.gloss import Gloss
from monitor.extraction.linear import Kind

FOLDS = 3
LEAST = 0.03  # facets given a type are written for types at least this likely
OUTPUTS = Outputs(tuple(TYPES), STATUSES, DIRECTIONS, tuple(CODES))


def key(examples: Sequence[Example], *settings: object) -> str:
    """Changes with the documents, their order, their labels and the settings."""
    told = [[x.id, x.title, x.texts, x.events] for x in examples]
    return hashlib.sha256(json.dumps([told, settings], sort_keys=True, default=str).encode()).hexdigest()[:12]


def assemble(examples: Sequence[Example], raw: dict[int, npt.NDArray[Any]], by_type: dict[int, npt.NDArray[Any]], folds: int) -> Predictions:
    """Rows of each document, by its place in `examples`, and its fold's table become one array in the order of the documents."""
    tables = [by_type[fold_of(x, folds)] for x in examples for _ in x.sentences]
    return Predictions(np.concatenate([raw[i] for i in range(len(examples))]), np.stack(tables))


def linear_predictions(examples: Sequence[Example], kind: Kind) -> Predictions:
    """Every document scored by linear heads that were fitted without its fold."""
    path = WORK / f"{kind}-{key(examples, FOLDS, linear.STRENGTH, linear.BOOST, linear.FACET_STRENGTH)}.npz"
    if path.exists():
        with np.load(path) as stored:
            return Predictions(stored["raw"], stored["by_type"])
    raw, tables = {}, {}
    for fold in range(FOLDS):
        model = linear.fit([x for x in examples if fold_of(x, FOLDS) != fold], kind)
        tables[fold] = model.by_type
        raw |= {i: linear.scores(model, [x]) for i, x in enumerate(examples) if fold_of(x, FOLDS) == fold}
    found = assemble(examples, raw, tables, FOLDS)
    np.savez(path, raw=found.raw, by_type=found.by_type)
    return found


def some(part: Predictions, examples: Sequence[Example], chosen: Sequence[bool]) -> Predictions:
    """The rows of the chosen documents."""
    keep = np.array([yes for x, yes in zip(examples, chosen, strict=True) for _ in x.sentences])
    return Predictions(part.raw[keep], part.by_type[keep])


def calibrated(examples: Sequence[Example], parts: Sequence[Predictions]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Combined logits [sentences, outputs] and tables [sentences, types, facets]; each half is weighed by what the other half says."""
    half = np.array([fold_of(x, 2) for x in examples for _ in x.sentences])
    numbers, tables = np.zeros_like(parts[0].raw), np.zeros_like(parts[0].by_type)
    for side in (0, 1):
        others = [x for x in examples if fold_of(x, 2) != side]
        weights, bias = calibrate.fit(others, [Predictions(p.raw[half != side], p.by_type[half != side]) for p in parts])
        numbers[half == side] = sum(p.raw[half == side] * w for p, w in zip(parts, weights, strict=True)) + bias
        tables[half == side] = sum(p.by_type[half == side] * w[len(TYPES) :] for p, w in zip(parts, weights, strict=True))
    return numbers, tables


def rows(examples: Sequence[Example], numbers: npt.NDArray[Any], tables: npt.NDArray[Any], parts: Sequence[str]) -> list[dict[str, Any]]:
    """Lines of oof.jsonl; `parts` are the models that scored them."""
    heads = Heads("out of fold", OUTPUTS, {"en": Language((), np.zeros(0), np.zeros(0))}, Gloss({}, 0))
    out, at = [], 0
    for x in examples:
        scored = []
        for sentence in x.sentences:
            found = heads.scores(numbers[at], tables[at])
            given = {name: dataclasses.asdict(found.given[name]) for name, chance in found.types.items() if chance >= LEAST}
            scores = dataclasses.asdict(dataclasses.replace(found, given={})) | {"given": given}
            scored.append({"start": sentence.start, "end": sentence.end, **scores})
            at += 1
        out.append({"id": x.id, "language": x.language, "parts": list(parts), "sentences": scored})
    return out


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def write(lines: list[dict[str, Any]], path: Path = WORK / "oof.jsonl") -> None:
    path.write_text("".join(json.dumps(rounded(line), ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
