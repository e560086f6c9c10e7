"""The annotated documents as sentences with labels.

A sentence carries an event when a piece of the event's evidence overlaps it. Every other sentence is a negative, and so is
every sentence of a document without events.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor.extraction import boilerplate
from monitor.extraction import sentences as splitter
from monitor.extraction.gloss import Gloss

FOLDER = Path(__file__).resolve().parent
WORK = FOLDER / "work"
TYPES = (
    "control_introduced control_eased control_suspended control_reinstated export_banned licence_granted licence_refused licence_delayed "
    "licence_rules_changed quota_set tariff_changed entity_listed entity_delisted investigation_opened enforcement_action agreement_reached "
    "talks_held position_stated supply_disrupted supply_supported"
).split()
STATUSES = ("in_force", "announced", "planned", "denied")
DIRECTIONS = ("tightening", "easing", "neutral")
CODES = "CN US EU CD JP IN MY ID KR VN GB AU ZW TH CA KZ".split()
LEAST = 8  # characters of evidence that must lie in a sentence; in Chinese a third of that


@dataclass(frozen=True)
class Sentence:
    """Characters `start` to `end` of title + blank line + text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Example:
    """A document cut into sentences; `events[i]` are the annotated events that sentence i asserts."""

    id: str
    language: str
    title: str
    sentences: tuple[Sentence, ...]
    events: tuple[tuple[dict[str, Any], ...], ...]
    group: str

    @property
    def texts(self) -> list[str]:
        return [sentence.text for sentence in self.sentences]


def documents(folder: Path = FOLDER / "documents") -> list[dict[str, Any]]:
    """Every document of every *.jsonl in the folder, files in order of name."""
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def split(document: dict[str, Any]) -> list[Sentence]:
    """The sentences that the extractor will see, page furniture left out."""
    lines = boilerplate.mark(document["title"], document["text"])
    return [Sentence(s.start, s.end, s.text) for s in splitter.split(lines, document["lang"]) if not s.noise]


def example(document: dict[str, Any]) -> Example:
    whole = document["title"] + "\n\n" + document["text"]
    sentences = tuple(split(document))
    events = tuple(tuple(e for e in document["events"] if asserts(e, s, whole, document["lang"])) for s in sentences)
    return Example(document["id"], document["lang"], document["title"], sentences, events, group(document))


def asserts(event: dict[str, Any], sentence: Sentence, whole: str, language: str) -> bool:
    least = LEAST if language != "zh" else LEAST // 3
    for piece in event["evidence"]:
        start = whole.find(piece)
        shared = min(start + len(piece), sentence.end) - max(start, sentence.start)
        if start >= 0 and shared >= min(least, len(piece), len(sentence.text)):
            return True
    return False


def group(document: dict[str, Any]) -> str:
    """Documents of one group never fall on both sides of a split: variants of one document carry `variant_of`."""
    return str(document.get("variant_of") or document["id"])


def fold_of(example: Example, folds: int) -> int:
    return int(hashlib.sha256(example.group.encode()).hexdigest(), 16) % folds


def glossed(example: Example, gloss: Gloss) -> Example:
    """A Chinese example with its words in English, as the encoder reads it; an English one as it is."""
    if example.language != "zh":
        return example
    sentences = tuple(replace(s, text=gloss.english(s.text)) for s in example.sentences)
    return replace(example, title=gloss.english(example.title), sentences=sentences)


def examples() -> list[Example]:
    return [example(document) for document in documents()]
