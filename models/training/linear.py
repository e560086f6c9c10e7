"""Train the linear heads: one logistic regression per output over the hashed n-grams of `monitor.extraction.linear`.

Types are learnt from the sentence alone: its title and neighbours only blur them here (they are the encoder's part).
Facets (focus, status, certainty, direction) and jurisdictions are learnt from pairs of sentence and event; the event's type is a
feature of theirs, so that one sentence can suspend today's measure and recall the one of October.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, Example
from monitor.extraction import linear
from monitor.extraction.linear import Kind

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a hundred rounds are near enough
Floats = npt.NDArray[np.floating]
STRENGTH: dict[Kind, float] = {"words": 30.0, "characters": 100.0}  # inverse regularisation, by cross-validation
FACET_STRENGTH = 20.0
BOOST = 5.0  # weight of a sentence that has the type against one that has not
FACETS: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
    ("focus background", lambda e: e["focus"] == "background"),
    *((f"status {v}", lambda e, v=v: e["status"] == v) for v in STATUSES),
    ("certainty reported", lambda e: e["certainty"] == "reported"),
    *((f"direction {v}", lambda e, v=v: e["direction"] == v) for v in DIRECTIONS),
    *((f"jurisdiction {v}", lambda e, v=v: v in e["jurisdictions"]) for v in CODES),
]
OUTPUTS = (*TYPES, *(name for name, _ in FACETS))
TYPE_WEIGHT = 1.0  # value of the type's own feature beside n-gram fields of length about one


@dataclass(frozen=True)
class Fitted:
    """`weights` [BUCKETS, outputs], `bias` [outputs], and `by_type` [types, facets], added once the type is given."""

    kind: Kind
    idf: Floats
    weights: Floats
    bias: Floats
    by_type: Floats


def matrix(examples: Sequence[Example], kind: Kind, idf: Floats | None) -> sparse.csr_matrix:
    rows = [linear.features(x.title, x.texts, i, kind, idf) for x in examples for i in range(len(x.sentences))]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    columns, values = np.concatenate([b for b, _ in rows]), np.concatenate([v for _, v in rows])
    found = sparse.csr_matrix((values, columns, ends), shape=(len(rows), linear.BUCKETS))
    found.sum_duplicates()
    return found


def inverse_frequency(examples: Sequence[Example], kind: Kind) -> Floats:
    """log(N / df), and nothing for what only one sentence has."""
    seen = np.asarray((matrix(examples, kind, None) > 0).sum(axis=0)).ravel()
    return np.where(seen > 1, np.log((seen.max() + 1) / np.maximum(seen, 1)) + 0.3, 0.0).astype(np.float32)


def one(features: sparse.csr_matrix, labels: npt.NDArray[np.bool_], strength: float, boost: float) -> tuple[Floats, float]:
    """Weights and bias of one output; an output never or always seen gets its prior alone."""
    if labels.sum() < 2 or labels.all():
        rate = (labels.sum() + 0.3) / (len(labels) + 1)
        return np.zeros(features.shape[1]), float(np.log(rate / (1 - rate)))
    weight = {True: boost, False: 1.0}
    model = LogisticRegression(C=strength, solver="liblinear", dual=True, tol=1e-3, intercept_scaling=3.0, class_weight=weight, random_state=7)
    model.fit(features, labels)
    return model.coef_[0], float(model.intercept_[0])


def fit(examples: Sequence[Example], kind: Kind) -> Fitted:
    """All outputs; for "words", Chinese examples are glossed before."""
    idf = inverse_frequency(examples, kind)
    features = matrix(examples, kind, idf)
    events = [found for x in examples for found in x.events]
    own = features[:, : linear.OWN]
    columns = [one(own, np.array([any(e["type"] == t for e in found) for found in events]), STRENGTH[kind], BOOST) for t in TYPES]
    pairs = [(row, event) for row, found in enumerate(events) for event in found]
    types = sparse.csr_matrix(
        (np.full(len(pairs), TYPE_WEIGHT), ([*range(len(pairs))], [TYPES.index(e["type"]) for _, e in pairs])), shape=(len(pairs), len(TYPES))
    )
    told = sparse.hstack([features[[row for row, _ in pairs]], types], format="csr")
    facets = [one(told, np.array([holds(e) for _, e in pairs]), FACET_STRENGTH, 1.0) for _, holds in FACETS]
    rest = np.zeros(linear.BUCKETS - linear.OWN)
    weights = np.stack([np.concatenate([w, rest]) for w, _ in columns] + [w[: linear.BUCKETS] for w, _ in facets], axis=1)
    by_type = np.stack([w[linear.BUCKETS :] if len(w) > linear.BUCKETS else np.zeros(len(TYPES)) for w, _ in facets], axis=1)
    return Fitted(kind, idf, weights, np.array([b for _, b in columns + facets]), by_type * TYPE_WEIGHT)


def scores(model: Fitted, examples: Sequence[Example]) -> Floats:
    """Logits [sentences, outputs], facets without their type's share."""
    result: Floats = np.asarray(matrix(examples, model.kind, model.idf) @ model.weights) + model.bias
    return result


def store(model: Fitted, path: Path) -> None:
    linear.write(path, model.idf, model.weights, model.bias, model.by_type)
