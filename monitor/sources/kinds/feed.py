"""A feed: RSS 0.9x, 1.0 (RDF) and 2.0, Atom, JSON Feed.

What can be read of a broken feed is read; only a document that is no feed at all is a ParseFailed. The order of entries does not matter.
"""

import io
import json
import re
from calendar import timegm
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from monitor.documents import Moment, decode, plain
from monitor.errors import ParseFailed
from monitor.model import Fetched, Item, Source, digest
from monitor.options import option
from monitor.sources.links import TIMEZONE, address, dated, known_zone

SUMMARY = 2000
DATES = ("published", "created", "updated", "expired")
FULL_TEXT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    timezone: str | None = option(TIMEZONE, default=None, check=known_zone)


def items(fetched: Fetched, source: Source) -> tuple[Item, ...]:
    """The entries of a feed. Raises ParseFailed when the document is no feed."""
    is_json = fetched.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    return told_apart(json_items(fetched, source) if is_json else xml_items(fetched, source))


def xml_items(fetched: Fetched, source: Source) -> list[Item]:
    headers = {"content-type": fetched.content_type or "application/xml"}
    parsed = feedparser.parse(io.BytesIO(fetched.body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    if not parsed.get("version") and not parsed.entries:
        raise ParseFailed(f"{fetched.url} is no feed: {nature(fetched)}")
    language = two_letters(source.language or parsed.feed.get("language"))
    base = address(fetched.url, "" if parsed.get("version", "").startswith("atom") else parsed.feed.get("link") or "") or fetched.url
    return [xml_item(entry, base, source, language) for entry in parsed.entries]


def nature(fetched: Fetched) -> str:
    """What a document that is no feed seems to be, for the reader of the log."""
    start = fetched.body[:2000].lstrip().lower()
    if not start:
        return "it is empty"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return "it is a web page"
    return f'it begins with "{plain(decode(fetched.body[:200]))[:60]}"'


def xml_item(entry: Any, base: str, source: Source, language: str | None) -> Item:
    """`base` is what relative links count from: in RSS the channel's own page, since feeds are often served from elsewhere."""
    url = address(base, entry.get("feedburner_origlink") or entry.get("link") or as_link(entry.get("id")))
    content = max((part.get("value") or "" for part in entry.get("content", [])), key=len, default="")
    described = entry.get("summary") or ""
    published, zone = xml_date(entry, source)
    return item(
        source,
        key=entry.get("id") or url,
        url=url,
        title=plain(entry.get("title") or ""),
        described=described,
        content=content,
        published=published,
        zone=zone,
        language=language,
    )


def item(
    source: Source,
    *,
    key: str,
    url: str,
    title: str,
    described: str,
    content: str,
    published: datetime | None,
    zone: int | None,
    language: str | None,
) -> Item:
    """An item whose id depends on its address, or, without one, on its key within the source."""
    summary = plain(described or content)[:SUMMARY]
    key = key or digest(title, summary)
    return Item(
        id=digest("item", url) if url else digest("item", source.name, key),
        source=source.name,
        key=key,
        url=url,
        title=title or summary[:120],
        summary=summary,
        content=content or (described if len(described) >= FULL_TEXT else ""),
        published=published,
        zone=zone,
        language=language,
    )


def told_apart(found: list[Item]) -> tuple[Item, ...]:
    """Entries that share an address but not their key become items of their own; exact repeats become one."""
    keys: dict[str, set[str]] = {}
    for one in found:
        keys.setdefault(one.id, set()).add(one.key)
    apart = (replace(one, id=digest("item", one.url, one.key)) if len(keys[one.id]) > 1 else one for one in found)
    return tuple({one.id: one for one in apart}.values())


def xml_date(entry: Any, source: Source) -> Moment:
    """The entry's date; where it is misspelt, what feedparser makes of it (in UTC, so its offset is unknown)."""
    for name in DATES[:3]:
        if written := entry.get(name):
            found = dated(written, source.language, zone_named(source))
            if found[0] is not None:
                return found
            if parsed := entry.get(f"{name}_parsed"):
                return datetime.fromtimestamp(timegm(parsed), UTC), None
    return None, None


def zone_named(source: Source) -> str | None:
    return source.options.timezone if isinstance(source.options, Options) else None


def as_link(key: str | None) -> str:
    """A key of an entry that serves as its address too."""
    return key if key and key.strip().startswith(("http://", "https://")) else ""


def json_items(fetched: Fetched, source: Source) -> list[Item]:
    """The entries of a JSON Feed, version 1 or 1.1."""
    try:
        feed = json.loads(decode(fetched.body, fetched.content_type))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ParseFailed(f"{fetched.url} is no feed: its JSON cannot be read: {error}") from error
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        raise ParseFailed(f'{fetched.url} is no feed: its JSON has no list "items"')
    language = two_letters(source.language or text(feed, "language"))
    return [json_item(entry, fetched, source, language) for entry in entries if isinstance(entry, dict)]


def json_item(entry: dict[str, Any], fetched: Fetched, source: Source, language: str | None) -> Item:
    key = str(entry.get("id") or "")
    url = address(fetched.url, text(entry, "url") or text(entry, "external_url") or as_link(key))
    published, zone = dated(text(entry, "date_published") or text(entry, "date_modified"), source.language, zone_named(source))
    content = text(entry, "content_html") or text(entry, "content_text")
    return item(
        source,
        key=key or url,
        url=url,
        title=plain(text(entry, "title")),
        described=text(entry, "summary"),
        content=content,
        published=published,
        zone=zone,
        language=two_letters(source.language or text(entry, "language")) or language,
    )


def text(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) else ""


def two_letters(language: str | None) -> str | None:
    found = re.match(r"[a-z]{2}(?![a-z])", (language or "").strip().lower())
    return found[0] if found else None
