# ruff: noqa: E501  patterns read better on one line
"""From articles to event mentions with evidence: gate, boilerplate, sentences, names, types, fields, one event per act.

Every part can be seen: `Extractor.explain` shows for each sentence what fired and why it became an event or none.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc

from monitor.errors import ModelFailed
from monitor.extraction import compose, decoder, gate, lexicon, modality, numbers, parting, reading, triggers
from monitor.extraction.compose import Filled
from monitor.extraction.decoder import Decoder, logit, sigmoid
from monitor.extraction.reading import Document, Read
from monitor.extraction.roles import Recognise
from monitor.extraction.slots import Group
from monitor.model import Article, Mention, Span, digest

VERSION = "1"
GUIDE_FIELDS = (
    "type",
    "direction",
    "focus",
    "status",
    "certainty",
    "jurisdictions",
    "actors",
    "recipients",
    "destinations",
    "materials",
    "instrument",
    "date",
    "effective",
    "until",
)


class Facets(Protocol):
    """How trained heads take a sentence, as calibrated probabilities."""

    @property
    def focus_background(self) -> float: ...
    @property
    def status(self) -> Mapping[str, float]: ...
    @property
    def certainty_reported(self) -> float: ...
    @property
    def direction(self) -> Mapping[str, float]: ...
    @property
    def jurisdictions(self) -> Mapping[str, float]: ...


class Scores(Facets, Protocol):
    """What trained heads say of one sentence: its types, and the facets given a type."""

    @property
    def types(self) -> Mapping[str, float]: ...
    @property
    def given(self) -> Mapping[str, Facets]: ...


class Heads(Protocol):
    """Trained heads over the sentences of a document."""

    def sentences(self, title: str, sentences: Sequence[str], language: str) -> Sequence[Scores]: ...


@dataclass(frozen=True, slots=True)
class Typed:
    """A sentence that may assert an event of a type: its score, and the rule or head behind it."""

    read: int
    type: str
    score: float
    taken: bool
    why: str


@dataclass(slots=True)
class Reader:
    """Marks names in sentences of one language: closed lists at once, the recogniser of names on demand."""

    nlp: Language

    def annotate(self, text: str) -> Doc:
        doc: Doc = self.nlp.get_pipe("monitor_lexicon")(self.nlp.make_doc(text))
        return doc

    def recognise(self, read: Read) -> None:
        if "ner" in self.nlp.pipe_names and not read.doc.user_data.get("named"):
            self.nlp.get_pipe("ner")(read.doc)
            read.doc.user_data["named"] = True


@dataclass(slots=True)
class Extractor:
    """Finds the policy events that articles assert. `heads` is None where no trained heads are installed: then rules alone decide."""

    name: str
    decoder: Decoder
    heads: Heads | None
    settings: dict[str, Any]
    readers: dict[str, Reader] = field(default_factory=dict)

    def mentions(self, articles: Iterable[Article]) -> Iterator[tuple[Article, tuple[Mention, ...]]]:
        """Each article with its mentions, in the order given; nothing for an article that the gate turns away."""
        for article in articles:
            yield article, self.events(article)

    def events(self, article: Article) -> tuple[Mention, ...]:
        if not gate.relevant(article.whole):
            return ()
        document = self.read(article)
        _, filled = self.found(document)
        return tuple(mention(article, document, f, self.name) for f in filled)

    def read(self, article: Article) -> Document:
        return reading.read(article.title, article.text, article.language, article.local_date, self.reader(article.language).annotate)

    def reader(self, language: str) -> Reader:
        known = "zh" if language == "zh" else "en"
        if known not in self.readers:
            self.readers[known] = Reader(lexicon.pipeline(known))
        return self.readers[known]

    def found(self, document: Document) -> tuple[list[Typed], list[Filled]]:
        """What was considered, and the events."""
        if not (document.materials or entangled(document)):
            return [], []
        said = self.said(document)
        typed = [t for read in document.reads for t in types(read, said[read.index], self.settings)]
        found = candidates(document, typed, said, self.decoder)
        if self.heads is not None:
            found = compose.real(document, found, {(t.read, t.type): logit(t.score) for t in typed}, self.decoder)
        events = [finished(document, f, said, self.decoder, self.reader(document.language).recognise) for f in found]
        return typed, parting.parted(document, events, self.decoder, lambda g: facets(said, g))

    def said(self, document: Document) -> list[Scores | None]:
        """What the heads say of each sentence; None for all without heads."""
        if self.heads is None:
            return [None] * len(document.reads)
        return list(self.heads.sentences(document.title, [read.text for read in document.reads], document.language))

    def explain(self, article: Article) -> dict[str, Any]:
        """For each event which sentences, rule or head and score; for each sentence that looks like one why it is none."""
        if not gate.relevant(article.whole):
            return {"id": article.id, "gate": "names no subject of ours", "events": [], "sentences": []}
        document = self.read(article)
        typed, filled = self.found(document)
        events = [as_guide(m) | {"why": m.why, "confidence": m.confidence} for m in (mention(article, document, f, self.name) for f in filled)]
        told = [{"text": document.reads[t.read].text, "type": t.type, "score": round(t.score, 3), "taken": t.taken, "why": t.why} for t in typed]
        noise = [{"text": s.text, "taken": False, "why": s.noise} for s in document.noise]
        return {"id": article.id, "gate": "passed", "extractor": self.name, "events": events, "sentences": told + noise}


LISTS = re.compile(
    r"entit(?:y|ies)[- ]list|unreliable entit|export[- ]control|affiliates rule|general licen[cs]e|export (?:licen[cs]e|permit)|管控名单|管控名單|实体清单|實體清單|不可靠|出口管制|关注名单|許可|许可",
    re.IGNORECASE,
)


def entangled(document: Document) -> bool:
    """Whether a document that names no material speaks of export control all the same: of lists of entities, of licences, of a notice known by number."""
    return bool(LISTS.search(document.whole)) or compose.numbered(document.reads)


def unnamed(_: Read) -> None:
    """Recognises nothing: candidates make do with the names that lists know."""


def candidates(document: Document, typed: list[Typed], said: Sequence[Scores | None], decoder: Decoder) -> list[Filled]:
    """Groups of sentences that may assert one act each, with their fields as far as lists know the names."""

    def refill(group: Group) -> Filled:
        return compose.fill(document, group, decoder, unnamed, lambda g: facets(said, g))

    return compose.join(document, [Group(t.type, (t.read,), t.score, t.why) for t in typed if t.taken], decoder, refill)


def finished(document: Document, filled: Filled, said: Sequence[Scores | None], decoder: Decoder, recognise: Recognise) -> Filled:
    """An event with all names, those of the recogniser too."""
    return compose.fill(document, filled.group, decoder, recognise, lambda g: facets(said, g))


def bare(read: Read) -> bool:
    """Whether a sentence is little more than a date or a word: nothing is asserted by it."""
    rest = len(read.text) - sum(found.end - found.start for found in read.dates)
    return rest < (4 if read.text[:1] > "\u3000" else 12)


def types(read: Read, said: Scores | None, settings: Mapping[str, Any]) -> list[Typed]:
    """The types that a sentence may assert, likeliest first; taken where likely enough to be looked at further."""
    if bare(read):
        return []
    fired = triggers.find(read.text)
    strong = {t.type: t.text for t in fired if t.strong}
    if said is None:
        scores = {t.type: settings["rules_strong"] if t.strong else settings["rules_weak"] for t in sorted(fired, key=lambda t: t.strong)}
        why = {kind: f"rule: {strong[kind]}" if kind in strong else "weak rule" for kind in scores}
    else:
        scores = {kind: sigmoid(logit(p) + settings["rule_bonus"] * (kind in strong)) for kind, p in said.types.items()}
        why = {kind: f"head {said.types[kind]:.2f}" + (f", rule: {strong[kind]}" if kind in strong else "") for kind in scores}
    limit = settings["rules_threshold" if said is None else "threshold"]
    out = []
    for rank, (kind, score) in enumerate(sorted(scores.items(), key=lambda pair: -pair[1])):
        taken = score >= limit and rank < settings["most_types"]
        if taken or score >= 0.05:
            out.append(Typed(read.index, kind, score, taken, why[kind] if taken else f"{why[kind]}: {score:.2f} is below {limit:.2f}"))
    return out


BESIDE = 0.3  # a type so likely is taken for one that the sentence asserts too


def facets(said: Sequence[Scores | None], group: Group) -> dict[str, float]:
    """What the heads say of a group given its type, as log-odds averaged over its sentences."""
    told = [s for i in group.reads if (s := said[i]) is not None]
    out: dict[str, float] = {}
    for one in told:
        for name, value in facet_values(one.given.get(group.type, one)).items():
            out[name] = out.get(name, 0.0) + logit(value) / len(told)
        out |= {f"beside {kind}": 1.0 for kind, p in one.types.items() if p >= BESIDE and kind != group.type}
    return out


def facet_values(one: Facets) -> dict[str, float]:
    out = {"head background": one.focus_background, "head reported": one.certainty_reported}
    for name, values in (("status", one.status), ("direction", one.direction), ("jurisdiction", one.jurisdictions)):
        out |= {f"head {name} {k}": v for k, v in values.items()}
    return out


def mention(article: Article, document: Document, filled: Filled, extractor: str) -> Mention:
    """The noun that leaves the room."""
    evidence = tuple(span(document, i, 0, len(document.reads[i].text)) for i in sorted(filled.group.reads))
    return Mention(
        id=digest(article.id, article.revision, filled.group.type, *((s.start, s.end) for s in evidence), filled.date, filled.instrument),
        article=article.id, type=filled.group.type, evidence=evidence,  # type: ignore[arg-type]
        jurisdictions=filled.jurisdictions, destinations=filled.destinations, materials=filled.materials, actors=filled.actors, recipients=filled.recipients,
        instrument=filled.instrument, date=filled.date, effective=filled.effective, until=filled.until, **filled.labels,  # type: ignore[arg-type]
        surface=tuple((name, span(document, *place)) for name, places in filled.mentions.items() for place in places[:3]),
        claimant=claimant(document, filled), numbers=keys(document, filled), correction=corrected(document, filled),
        confidence=round(filled.group.score, 3), extractor=extractor, why=filled.group.why,
    )  # fmt: skip


def span(document: Document, read: int, start: int, end: int) -> Span:
    base = document.reads[read].sentence.start
    return Span(start=base + start, end=base + end, quote=document.whole[base + start : base + end])


def keys(document: Document, filled: Filled) -> tuple[str, ...]:
    """Keys of the instruments that the evidence numbers, the event's own first."""
    code = filled.jurisdictions[0] if filled.jurisdictions else "CN"
    year = document.anchor.year if document.anchor else None
    found = [n for i in filled.group.reads for n in document.reads[i].numbers]
    out = [numbers.key(n, code, numbers.known_year(n.number, year) if code == "CN" else None) for n in found]
    own = [k for n, k in zip(found, out, strict=True) if filled.instrument and f"No. {n.number} of" in filled.instrument]
    return tuple(dict.fromkeys(k for k in (*own, *out) if k))


def claimant(document: Document, filled: Filled) -> str | None:
    """Who asserts another government's act ("the White House says China will suspend…"), if the sentences say so."""
    if not dict(modality.cues())["claim"].search(" ".join(document.reads[i].text for i in filled.group.reads)):
        return None
    for i in filled.group.reads:
        for hit in document.reads[i].of("body"):
            if hit.value and lexicon.bodies()[int(hit.value)].code not in (*filled.jurisdictions, ""):
                return lexicon.bodies()[int(hit.value)].name
    return None


def corrected(document: Document, filled: Filled) -> bool:
    pattern = dict(modality.cues())["correction"]
    return any(pattern.search(document.reads[i].text) for i in (0, *filled.group.reads) if i < len(document.reads))


def as_guide(mention: Mention) -> dict[str, Any]:
    """The guide's fields of a mention as JSON has them; evidence as strings."""
    out: dict[str, Any] = {name: list(value) if isinstance(value := getattr(mention, name), tuple) else value for name in GUIDE_FIELDS}
    surface: dict[str, list[str]] = {}
    for name, place in mention.surface:
        surface.setdefault(name, []).append(place.quote)
    return out | {"evidence": [s.quote for s in mention.evidence], "surface": surface}


def fingerprint(heads: Heads | None) -> str:
    """Eight hex digits that change with any data or weights that decide."""
    found = hashlib.sha256()
    for path in sorted(lexicon.folder().iterdir()):
        found.update(path.read_bytes())
    found.update(str(getattr(heads, "version", "rules")).encode())
    return found.hexdigest()[:8]


def trained() -> Heads | None:
    """The trained heads, or None where this installation has none."""
    try:
        from monitor.extraction import encoder
    except ImportError:
        return None
    try:
        heads: Heads = encoder.load()
    except ModelFailed:
        return None
    return heads


@cache
def load(rules_only: bool = False) -> Extractor:
    """The shipped extractor. Raises ModelFailed when the pretrained pipeline or the lexicons are missing."""
    heads = None if rules_only else trained()
    return Extractor(f"monitor-{VERSION}+{fingerprint(heads)}", decoder.load(), heads, lexicon.data("typing"))
