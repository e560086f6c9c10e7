"""Linear decisions over named features, their weights in a data file: whatever the fields of an event are chosen by.

A slot (jurisdictions, materials, date…) has options; each option is scored from its features by logistic regression and taken above the
slot's threshold. A label (focus, status…) has classes. Every weight has a readable name, so a choice can be explained by its features.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from monitor.errors import ModelFailed
from monitor.resources import models_folder

Features = Mapping[str, float]


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))


def logit(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


@dataclass(frozen=True, slots=True)
class Model:
    """One logistic regression: probability that an option with these features is right."""

    bias: float
    weights: dict[str, float]
    threshold: float = 0.5

    def probability(self, features: Features) -> float:
        weights = self.weights
        return sigmoid(self.bias + sum(weights[name] * value for name, value in features.items() if name in weights))

    def reasons(self, features: Features, count: int = 3) -> list[str]:
        """The features that spoke most loudly for an option."""
        told = sorted(((self.weights.get(name, 0.0) * value, name) for name, value in features.items()), reverse=True)
        return [name for weight, name in told[:count] if weight > 0]


@dataclass(frozen=True, slots=True)
class Decoder:
    """All models by name, and the numbers that steer typing and merging."""

    models: dict[str, Model]
    settings: dict[str, Any] = field(default_factory=dict)

    def probability(self, name: str, features: Features) -> float:
        return self.models[name].probability(features)

    def threshold(self, name: str) -> float:
        return self.models[name].threshold

    def best(self, name: str, classes: Iterable[str], features: Features) -> tuple[str, float]:
        """The likeliest class of a label, and its share of the probability."""
        scores = {c: self.models[f"{name} {c}"].probability(features) for c in classes}
        top = max(scores, key=lambda c: scores[c])
        return top, scores[top] / (sum(scores.values()) or 1.0)


@cache
def load(name: str = "decoder.json") -> Decoder:
    """The shipped weights. Raises ModelFailed when the file is missing or is none of ours."""
    path = models_folder() / "lexicon" / name
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Decoder({k: Model(m["bias"], m["weights"], m["threshold"]) for k, m in told["models"].items()}, told["settings"])
    except FileNotFoundError:
        raise ModelFailed(f"{path} is missing: install the package again, or train it") from None
    except (KeyError, json.JSONDecodeError) as error:
        raise ModelFailed(f"{path} is no file of weights: {error}") from error
