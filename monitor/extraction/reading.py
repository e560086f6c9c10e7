"""A document as read: its sentences with the names, dates and numbers in each. What every later step looks at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from spacy.tokens import Doc

from monitor.extraction import boilerplate, dates, lexicon, numbers, referring, sentences
from monitor.extraction.dates import Found
from monitor.extraction.lexicon import Hit
from monitor.extraction.numbers import Numbered
from monitor.extraction.sentences import Sentence

Annotate = Callable[[str], Doc]


@dataclass(slots=True)
class Read:
    """A sentence with what was found in it. `doc` is its tokens, kept for the recogniser of names."""

    index: int
    sentence: Sentence
    doc: Doc
    hits: tuple[Hit, ...]
    dates: tuple[Found, ...]
    numbers: tuple[Numbered, ...]

    @property
    def text(self) -> str:
        return self.sentence.text

    def of(self, kind: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == kind]


@dataclass(slots=True)
class Document:
    """All sentences that belong to the story, in order; `noise` are those that do not."""

    title: str
    whole: str
    language: str
    anchor: date | None
    reads: list[Read]
    noise: tuple[Sentence, ...]
    materials: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)


def codes_of(hit: Hit) -> list[tuple[str, str]]:
    """(government, how it is named) for whatever stands for a government: a place, a body or an office holder."""
    if hit.kind == "place":
        return [(code, hit.form) for code in hit.value.split("_")]
    if hit.kind == "person":
        code = lexicon.people()[hit.value].code
        return [(code, "person")] if code else []
    if hit.kind == "body" and hit.value:
        code = lexicon.bodies()[int(hit.value)].code
        return [(code, "body")] if code else []
    return []


def without(text: str, numbered: tuple[Numbered, ...]) -> str:
    """A sentence with the numbers of instruments struck out, so that "No. 1 of January" is no first of January; offsets stay."""
    for one in numbered:
        text = text[: one.start] + "§" * (one.end - one.start) + text[one.end :]
    return text


def read(title: str, text: str, language: str, anchor: date | None, annotate: Annotate) -> Document:
    """Reads a document; `annotate` tokenises a sentence and marks the names that the lists know."""
    language = "zh" if language == "zh" else "en"
    pieces = sentences.split(boilerplate.mark(title, text), language)
    year = anchor.year if anchor else None
    document = Document(title, f"{title}\n\n{text}", language, anchor, [], tuple(s for s in pieces if s.noise))
    last: str | None = None
    for sentence in pieces:
        if sentence.noise:
            continue
        doc = annotate(sentence.text)
        numbered = numbers.find(sentence.text, year, language)
        told = dates.find(without(sentence.text, numbered), anchor, language)
        told = referring.follow(sentence.text, told, last, language)
        last = told[-1].value if told else last
        one = Read(len(document.reads), sentence, doc, lexicon.hits(doc), told, numbered)
        document.reads.append(one)
        document.materials.update(hit.value for hit in one.of("material") if hit.form != "weak")
        document.places.update(code for hit in one.hits for code, _ in codes_of(hit))
    return document
