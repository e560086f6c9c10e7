"""Documents from files through the extractor, without a database: what `monitor extract` and `monitor evaluate` do."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.articles import text
from monitor.errors import BadInput
from monitor.extraction import extract
from monitor.history import merge, register
from monitor.model import Article, Event, Fetched, Item, Mention, Source, Witness, digest

HTML = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")
CHUNK = 64


def articles(files: Iterable[str]) -> Iterator[Article]:
    """The articles in files; "-" is standard input. Raises BadInput with file and line for what is no document."""
    for name in files:
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise BadInput(f"{name}: cannot be read: {error.strerror}") from error
        yield from inside(name, content)


def inside(name: str, content: bytes) -> Iterator[Article]:
    start = content.lstrip()[:200].lower()
    if start.startswith(b"{"):
        yield from json_lines(name, content)
    elif start.startswith(HTML) or name.lower().endswith((".html", ".htm")):
        yield from_html(name, content)
    else:
        yield from_text(name, text.decode(content, "text/plain"))


def json_lines(name: str, content: bytes) -> Iterator[Article]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{name}: line {number} is not JSON: {error}") from error
        yield from_document(document, f"{name}: line {number}")


def from_document(document: Any, where: str) -> Article:
    """The article that a document of the guide's format describes."""
    if not isinstance(document, dict) or not isinstance(document.get("text"), str):
        raise BadInput(
            f'{where}: is no document. Allowed: {{"id", "title", "text", "published", "lang", "outlet", "url"}}, of which "text" is needed'
        )
    told = {key: document.get(key) for key in ("id", "title", "outlet", "lang", "url", "published")}
    for key, value in told.items():
        if value is not None and not isinstance(value, str):
            raise BadInput(f'{where}: "{key}" must be text')
    published, zone = moment(told["published"], where)
    return Article(
        id=told["id"] or digest("document", document["text"]),
        source="file",
        url=told["url"] or "",
        outlet=told["outlet"] or "",
        title=told["title"] or "",
        text=document["text"],
        language=told["lang"] or text.language(document["text"]),
        fetched=published or datetime.now(UTC),
        published=published,
        zone=zone,
        official=bool(document.get("official", False)),
        text_from="file",
    )


def moment(value: str | None, where: str) -> tuple[datetime | None, int | None]:
    """(UTC, offset in minutes) of an ISO moment; a day alone is taken as its noon in UTC."""
    if not value:
        return None, None
    try:
        read = datetime.fromisoformat(value if "T" in value or " " in value else f"{value}T12:00:00+00:00")
    except ValueError as error:
        raise BadInput(f'{where}: "published" is no ISO 8601 moment: {error}') from error
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    offset = read.utcoffset()
    return read.astimezone(UTC), int(offset.total_seconds() // 60) if offset else 0


def from_html(name: str, content: bytes) -> Article:
    now = datetime.now(UTC)
    source = Source(name="file", kind="file", url="", every=now - now, outlet="")
    item = Item(id=digest("file", name), source="file", key=name, url="", title="")
    made = text.from_page(item, source, Fetched(url="", status=200, body=content, content_type="text/html"), now)
    return Article(**{**{f: getattr(made, f) for f in made.__dataclass_fields__}, "id": name, "text_from": "file"})


def from_text(name: str, content: str) -> Article:
    """A text file: a short first line, parted from the rest by a blank one, is its title."""
    first, _, rest = content.strip().partition("\n\n")
    titled = bool(rest) and len(first) < 300 and "\n" not in first
    body = rest if titled else content.strip()
    now, language = datetime.now(UTC), text.language(body)
    return Article(
        id=name, source="file", url="", outlet="", title=first if titled else "", text=body, language=language, fetched=now, text_from="file"
    )


def extracted(files: Iterable[str]) -> Iterator[dict[str, Any]]:
    """{"id", "events"} for each document; `cluster` is the event of the shipped register that an event is, or an id of its own."""
    known = Known()
    for article, mentions in extract.load().mentions(articles(files)):
        yield {
            "id": article.id,
            "events": [{**extract.as_guide(m), "confidence": round(m.confidence, 3), "cluster": known.cluster(article, m)} for m in mentions],
        }


def explained(files: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What the extractor saw in each sentence of each document."""
    extractor = extract.load()
    for article in articles(files):
        yield {"id": article.id, **extractor.explain(article)}


class Known:
    """The shipped register, asked for the event that a mention is."""

    def __init__(self) -> None:
        self.by_key: dict[str, list[Event]] = {}
        for event in register.baseline():
            for key in merge.keys(event):
                self.by_key.setdefault(key, []).append(event)

    def cluster(self, article: Article, mention: Mention) -> str:
        candidates = {event.id: event for key in merge.keys(mention) for event in self.by_key.get(key, ())}
        witness = Witness(
            mention=mention, outlet=article.outlet, url=article.url, official=article.official, published=article.published, seen=article.fetched
        )
        return merge.judge(witness, candidates.values(), article.fetched).event
