"""Trained heads: what each sentence of a document asserts, with calibrated probabilities.

Several models look at a sentence: a fine-tuned MiniLM and linear heads over words, which read English and Chinese in its word-by-word
gloss, and linear heads over Chinese characters. Their numbers are added with weights fitted on documents that none had seen, so that
0.9 means nine in ten. One thread, one window at a time: the same text always gives the same numbers.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from monitor.errors import ModelFailed
from monitor.extraction.gloss import Gloss
from monitor.extraction.linear import Kind, Linear
from monitor.extraction.packs import Pack, packs
from monitor.resources import models_folder

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Facets:
    """Probabilities of an event's facets; `status` and `direction` sum to 1, `jurisdictions` are independent of each other."""

    focus_background: float
    status: dict[str, float]
    certainty_reported: float
    direction: dict[str, float]
    jurisdictions: dict[str, float]


@dataclass(frozen=True, slots=True)
class SentenceScores(Facets):
    """`types`: how likely the sentence asserts an event of each type. The facets are those of its likeliest type; `given` has them by type."""

    types: dict[str, float] = field(default_factory=dict)
    given: Mapping[str, Facets] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as a part reads it; `wanted` are the sentences to score."""

    title: str
    sentences: tuple[str, ...]
    wanted: tuple[int, ...]


class Part(Protocol):
    """A model: raw numbers [wanted, outputs], and `by_type` [types, facets], which is added to the facets once the type is given.

    `native` parts read Chinese itself and not its gloss.
    """

    @property
    def native(self) -> bool: ...

    @property
    def by_type(self) -> Floats: ...

    def raw(self, reading: Reading) -> Floats: ...


@dataclass(frozen=True)
class LinearPart:
    model: Linear
    kind: Kind

    @property
    def native(self) -> bool:
        return self.kind == "characters"

    @property
    def by_type(self) -> Floats:
        return self.model.by_type

    def raw(self, reading: Reading) -> Floats:
        return np.stack([self.model.logits(reading.title, reading.sentences, index, self.kind) for index in reading.wanted])


@dataclass(frozen=True)
class EncoderPart:
    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer
    by_type: Floats

    native = False

    def raw(self, reading: Reading) -> Floats:
        known = {i for index in reading.wanted for i in (index - 1, index)}
        pieces = [self.pieces(text) if i in known else [] for i, text in enumerate(reading.sentences)]
        found: dict[int, Floats] = {}
        for pack in packs(self.pieces(reading.title), pieces, sorted(set(reading.wanted))):
            output = self.session.run(None, inputs(pack))[0][0]
            found |= {index: row for (index, _, _), row in zip(pack.targets, output, strict=True)}
        return np.stack([found[index] for index in reading.wanted])

    def pieces(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)


def inputs(pack: Pack) -> dict[str, npt.NDArray[Any]]:
    """A window as the graph's inputs: `pool` [1, targets, pieces] averages the pieces of each target, `ends` are their [SEP]s."""
    pool = np.zeros((1, len(pack.targets), len(pack.ids)), np.float32)
    for row, (_, start, end) in enumerate(pack.targets):
        pool[0, row, start:end] = 1 / (end - start)
    ids = np.array([pack.ids], np.int64)
    ends = np.array([[end for _, _, end in pack.targets]], np.int64)
    return {"ids": ids, "mask": np.ones_like(ids), "segments": np.array([pack.segments], np.int64), "pool": pool, "ends": ends}


@dataclass(frozen=True)
class Language:
    """The parts that score one language, the weight of each of their outputs, and one bias per output."""

    parts: tuple[Part, ...]
    weights: Floats
    bias: Floats

    def combined(self, native: Reading, gloss: Reading) -> Floats:
        shares = (part.raw(native if part.native else gloss) * weight for part, weight in zip(self.parts, self.weights, strict=True))
        return np.asarray(sum(shares) + self.bias)

    def by_type(self, types: int) -> Floats:
        shares = (part.by_type * weight[types:] for part, weight in zip(self.parts, self.weights, strict=True))
        return np.asarray(sum(shares))


@dataclass(frozen=True)
class Outputs:
    """Names of the outputs in order: types first, then the facets in the order of `Facets`."""

    types: tuple[str, ...]
    statuses: tuple[str, ...]
    directions: tuple[str, ...]
    codes: tuple[str, ...]

    def facets(self, numbers: Floats) -> Facets:
        focus, status, certainty, direction, codes = np.split(numbers, np.cumsum([1, len(self.statuses), 1, len(self.directions)]))
        return Facets(
            focus_background=float(sigmoid(focus)[0]),
            status=named(self.statuses, softmax(status)),
            certainty_reported=float(sigmoid(certainty)[0]),
            direction=named(self.directions, softmax(direction)),
            jurisdictions=named(self.codes, sigmoid(codes)),
        )


@dataclass(frozen=True, eq=False)
class Given(Mapping[str, Facets]):
    """Facets by type, worked out when asked for."""

    outputs: Outputs
    facets: Floats
    by_type: Floats

    def __getitem__(self, name: str) -> Facets:
        try:
            kind = self.outputs.types.index(name)
        except ValueError:
            raise KeyError(name) from None
        return self.outputs.facets(self.facets + self.by_type[kind])

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs.types)

    def __len__(self) -> int:
        return len(self.outputs.types)


@dataclass(frozen=True)
class Heads:
    """All shipped heads. `version` names the training run and changes with every change of a file."""

    version: str
    outputs: Outputs
    languages: Mapping[str, Language]
    gloss: Gloss

    def sentences(self, title: str, sentences: Sequence[str], language: str, wanted: Sequence[int] | None = None) -> tuple[SentenceScores, ...]:
        """Scores of `sentences[i]` for each i of `wanted` (all when None), in that order.

        `sentences` are all of the document in order, the title's own first: neighbours are context even where they are not wanted.
        A language other than "zh" is read as English.
        """
        native = Reading(title, tuple(sentences), tuple(range(len(sentences)) if wanted is None else wanted))
        if not native.wanted:
            return ()
        heads = self.languages["zh" if language == "zh" else "en"]
        numbers = heads.combined(native, self.glossed(native) if language == "zh" else native)
        by_type = heads.by_type(len(self.outputs.types))
        return tuple(self.scores(row, by_type) for row in numbers)

    def glossed(self, native: Reading) -> Reading:
        """Every sentence that is wanted or next to one, word by word in English."""
        near = {i + step for i in native.wanted for step in (-1, 0, 1)}
        sentences = tuple(self.gloss.english(text) if i in near else "" for i, text in enumerate(native.sentences))
        return Reading(self.gloss.english(native.title), sentences, native.wanted)

    def scores(self, row: Floats, by_type: Floats) -> SentenceScores:
        types, facets = np.split(row, [len(self.outputs.types)])
        given = Given(self.outputs, facets, by_type)
        best = given[self.outputs.types[int(types.argmax())]]
        told = {name: getattr(best, name) for name in Facets.__slots__}
        return SentenceScores(**told, types=named(self.outputs.types, sigmoid(types)), given=given)


def named(names: Sequence[str], numbers: Floats) -> dict[str, float]:
    return dict(zip(names, numbers.tolist(), strict=True))


def sigmoid(numbers: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(numbers, -30, 30))))


def softmax(numbers: Floats) -> Floats:
    raised = np.exp(numbers - numbers.max())
    return np.asarray(raised / raised.sum())


def load(folder: Path | None = None) -> Heads:
    """The heads in `folder` (the shipped ones when None). Raises ModelFailed when a file is missing or is not the one that was trained."""
    folder = folder or models_folder() / "heads"
    told = manifest(folder)
    for name, expected in told["files"].items():
        check(folder / name, expected)
    parts: dict[str, Part] = {name: part(folder, name, options) for name, options in told["parts"].items()}
    languages = {
        name: Language(tuple(parts[p] for p in one["parts"]), np.array(one["weights"]), np.array(one["bias"]))
        for name, one in told["languages"].items()
    }
    outputs = Outputs(**{name: tuple(values) for name, values in told["outputs"].items()})
    return Heads(told["version"], outputs, languages, Gloss.read(folder / "gloss.tsv"))


def manifest(folder: Path) -> dict[str, Any]:
    path = folder / "heads.json"
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelFailed(f"{path}: the list of trained heads cannot be read ({error}): install the package again") from error
    return told


def check(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelFailed(f"{path}: this model file is missing: install the package again")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ModelFailed(f"{path}: this model file was altered (sha256 {found[:12]}..., expected {expected[:12]}...): install the package again")


def part(folder: Path, name: str, options: dict[str, Any]) -> Part:
    if options["kind"] == "linear":
        return LinearPart(Linear.read(folder / name), options["reads"])
    how = onnxruntime.SessionOptions()
    how.intra_op_num_threads = how.inter_op_num_threads = 1
    how.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(folder / name, how, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / options["tokenizer"]))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return EncoderPart(session, tokenizer, np.array(options["by_type"]))
