"""Figures of out-of-fold scores: sentence F1 per type, facets, calibration. Printed, and kept in work/figures.json for the model card."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from models.training.calibrate import facet_labels, type_labels
from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, WORK, Example

Array = npt.NDArray[Any]
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
THRESHOLD = 0.4


def sigmoid(numbers: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-numbers)))


def f1(labels: Array, guessed: Array) -> float:
    hit, total = (labels & guessed).sum(), labels.sum() + guessed.sum()
    return round(float(2 * hit / total), 4) if total else 0.0


def types(examples: Sequence[Example], numbers: Array) -> dict[str, Any]:
    """Micro F1 at the best common threshold, mean average precision, and F1 of each type at that threshold."""
    labels, chance = type_labels(examples) > 0, sigmoid(numbers[:, : len(TYPES)])
    cut = max(np.arange(0.1, 0.75, 0.05), key=lambda limit: f1(labels, chance >= limit))
    precise = [average_precision_score(labels[:, k], chance[:, k]) for k in range(len(TYPES)) if labels[:, k].any()]
    each = {t: f1(labels[:, k], chance[:, k] >= cut) for k, t in enumerate(TYPES)}
    return {
        "sentences": len(labels),
        "micro F1": f1(labels, chance >= cut),
        "threshold": round(float(cut), 2),
        "mean average precision": round(float(np.mean(precise)), 4),
        "any event F1": f1(labels.any(axis=1), (chance >= cut).any(axis=1)),
        "F1 by type": each,
        "reliability": reliability(labels, chance),
    }


def reliability(labels: Array, chance: Array) -> list[list[float]]:
    """[from, to, mean score, share that is right, number] of the scores of all types in each band."""
    out = []
    for low, high in pairwise(EDGES):
        band = (chance >= low) & ((chance < high) | (high == 1.0))
        if band.any():
            out.append([low, high, round(float(chance[band].mean()), 3), round(float(labels[band].mean()), 3), int(band.sum())])
    return out


def facets(examples: Sequence[Example], numbers: Array, tables: Array) -> dict[str, float]:
    """Share right of each facet of an event, its type given; for jurisdictions F1 over the codes that have a head."""
    pairs, labels = facet_labels(examples)
    told = np.stack([numbers[row, len(TYPES) :] + tables[row, kind] for row, kind in pairs])
    sizes = [1, len(STATUSES), 1, len(DIRECTIONS), len(CODES)]
    out: dict[str, float] = {}
    for (name, wanted), found in zip(labels.items(), np.split(told, np.cumsum(sizes)[:-1], axis=1), strict=True):
        if name in ("status", "direction"):
            out[name] = round(float((found.argmax(axis=1) == wanted.argmax(axis=1)).mean()), 4)
        elif name == "jurisdictions":
            out[name] = f1(wanted > 0, sigmoid(found) >= THRESHOLD)
        else:
            out[name] = round(float(((found > 0) == (wanted > 0)).mean()), 4)
    return out


def show(examples: Sequence[Example], numbers: Array, tables: Array, parts: Iterable[str]) -> None:
    found = {"documents": len(examples), **types(examples, numbers), "facets": facets(examples, numbers, tables)}
    name = f"{examples[0].language}: {' + '.join(parts)}"
    told = {key: value for key, value in found.items() if key not in ("F1 by type", "reliability")}
    print(name, json.dumps(told), flush=True)
    path = WORK / "figures.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**kept, name: found}, indent=1) + "\n", encoding="utf-8")
