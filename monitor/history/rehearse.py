"""A rehearsal: a stream of documents through the same judge, fold and change as the service, in memory, with a rule that raises everything."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from monitor.history import register
from monitor.history.memory import History, Memory, Step
from monitor.model import Article, Fields, Mention, Span, Witness, digest

FIELDS = tuple(Fields.__dataclass_fields__)
CORRECTION = re.compile(r"\bcorrect(?:ion|ed|s|ing)\b|\bcorrigendum\b|\berratum\b|\bclarification\b|更正|勘误|订正", re.IGNORECASE)


def rehearse(documents: Iterable[tuple[Article, Sequence[Mention]]], known_before: date | None = None) -> Iterator[dict[str, Any]]:
    """One line a document: {"id", "events": [guide's fields, evidence, "cluster"], "alerts": [{"cluster", "change", "severity"}]}."""
    history = History(Memory(register.baseline(known_before)))
    for article, mentions in documents:
        witnesses = tuple(witness(article, mention) for mention in mentions)
        yield line(article, history.add_document(witnesses, article.published or article.fetched))


def line(article: Article, steps: Sequence[Step]) -> dict[str, Any]:
    """The answer for one document."""
    return {
        "id": article.id,
        "events": [{**as_guide(step.witness.mention), "cluster": step.judgement.event} for step in steps],
        "alerts": [{"cluster": c.event, "change": c.field, "severity": c.severity, "reason": c.reason} for step in steps for c in step.changes],
    }


def witness(article: Article, mention: Mention) -> Witness:
    """A mention with what the history needs to know of its article."""
    return Witness(
        mention=mention, outlet=article.outlet, url=article.url, official=article.official, published=article.published, seen=article.fetched
    )  # fmt: skip


def as_guide(mention: Mention) -> dict[str, Any]:
    """The annotation guide's fields, with evidence as exact substrings."""
    told = {name: list(value) if isinstance(value := getattr(mention, name), tuple) else value for name in FIELDS}
    return {**told, "evidence": [span.quote for span in mention.evidence]}


def gold(article: Article, events: Iterable[Mapping[str, Any]]) -> tuple[Mention, ...]:
    """Mentions from a document's own annotation: what a perfect extractor would have found."""
    corrects = bool(CORRECTION.search(article.title) or CORRECTION.search(article.text[:400]))
    return tuple(from_guide(article, event, at, corrects) for at, event in enumerate(events))


def from_guide(article: Article, event: Mapping[str, Any], at: int, corrects: bool) -> Mention:
    """One annotated event as a mention; evidence that is not in the text keeps its words and stands at 0."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value := event.get(name), list) else value for name in FIELDS if event.get(name) is not None
    }
    spans = tuple(span(article.whole, str(quote)) for quote in event.get("evidence") or ())
    news = told.get("focus", "news") == "news"
    return Mention(id=digest("gold", article.id, at), article=article.id, evidence=spans, correction=corrects and news, extractor="gold", **told)


def span(text: str, quote: str) -> Span:
    start = max(0, text.find(quote))
    return Span(start=start, end=start + len(quote), quote=quote)
