"""Fit how the parts are added up: weights and biases that make out-of-fold numbers into probabilities.

One weight per part for all types together (each type has too few sentences for its own) and a bias per type, drawn towards the
common one; likewise for each facet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, Example

Floats = npt.NDArray[np.floating]
BIAS_PULL, WEIGHT_PULL = 0.5, 2.0


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold numbers of one part for the sentences of `examples` in order: `raw` [sentences, outputs], `by_type` [sentences, types, facets]."""

    raw: Floats
    by_type: Floats


def sigmoid_loss(numbers: Floats, labels: Floats) -> float:
    return float((np.logaddexp(0, numbers) - labels * numbers).sum())


def softmax_loss(numbers: Floats, labels: Floats) -> float:
    top = numbers.max(axis=1, keepdims=True)
    return float((np.log(np.exp(numbers - top).sum(axis=1)) + top[:, 0] - (numbers * labels).sum(axis=1)).sum())


def group_fit(parts: list[Floats], labels: Floats, exclusive: bool) -> tuple[Floats, Floats]:
    """Weights [parts] and bias [outputs] of one group of outputs, at least zero weight each."""
    loss = softmax_loss if exclusive else sigmoid_loss
    outputs = labels.shape[1]

    def cost(theta: Floats) -> float:
        weights, common, own = theta[: len(parts)], theta[len(parts)], theta[len(parts) + 1 :]
        numbers = sum(w * p for w, p in zip(weights, parts, strict=True)) + common + own
        return (
            loss(np.asarray(numbers), labels)
            + BIAS_PULL * float((own**2).sum())
            + WEIGHT_PULL * float((weights - 1 / len(parts)) ** 2 @ np.ones(len(parts)))
        )

    start = np.array([1 / len(parts)] * len(parts) + [0.0] * (outputs + 1))
    bounds = [(0.0, None)] * len(parts) + [(None, None)] * (outputs + 1)
    found = minimize(cost, start, method="L-BFGS-B", bounds=bounds).x
    return found[: len(parts)], found[len(parts)] + found[len(parts) + 1 :]


def facet_labels(examples: Sequence[Example]) -> tuple[list[tuple[int, int]], dict[str, Floats]]:
    """(sentence, type) of every pair of sentence and event, and each facet's labels [pairs, outputs]."""
    rows = [found for x in examples for found in x.events]
    pairs = [(row, event) for row, found in enumerate(rows) for event in found]
    labels = {
        "focus": [[e["focus"] == "background"] for _, e in pairs],
        "status": [[e["status"] == v for v in STATUSES] for _, e in pairs],
        "certainty": [[e["certainty"] == "reported"] for _, e in pairs],
        "direction": [[e["direction"] == v for v in DIRECTIONS] for _, e in pairs],
        "jurisdictions": [[c in e["jurisdictions"] for c in CODES] for _, e in pairs],
    }
    return [(row, TYPES.index(e["type"])) for row, e in pairs], {name: np.array(v, float) for name, v in labels.items()}


def type_labels(examples: Sequence[Example]) -> Floats:
    return np.array([[any(e["type"] == t for e in found) for t in TYPES] for x in examples for found in x.events], float)


def told_type(part: Predictions, pairs: list[tuple[int, int]]) -> Floats:
    return np.stack([part.raw[row, len(TYPES) :] + part.by_type[row, kind] for row, kind in pairs])


def fit(examples: Sequence[Example], parts: Sequence[Predictions]) -> tuple[Floats, Floats]:
    """Weights [parts, outputs] and bias [outputs]."""
    weights, bias = group_fit([p.raw[:, : len(TYPES)] for p in parts], type_labels(examples), exclusive=False)
    columns, biases = [np.repeat(weights[:, None], len(TYPES), axis=1)], [bias]
    pairs, labels = facet_labels(examples)
    told, start = [told_type(p, pairs) for p in parts], 0
    for name, wanted in labels.items():
        size = wanted.shape[1]
        weights, bias = group_fit([t[:, start : start + size] for t in told], wanted, exclusive=name in ("status", "direction"))
        columns.append(np.repeat(weights[:, None], size, axis=1))
        biases.append(bias)
        start += size
    return np.concatenate(columns, axis=1), np.concatenate(biases)
