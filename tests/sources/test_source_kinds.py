"""Feeds and listing pages as cases: a document and beside it what is read from it."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseFailed
from monitor.model import Fetched, Item, Source
from monitor.options import Reader
from monitor.sources.kinds import feed, page

CASES = Path(__file__).parents[1] / "cases"
FEEDS = sorted(path for path in (CASES / "feeds").iterdir() if path.suffix in (".xml", ".feed"))
LISTINGS = sorted((CASES / "listings").glob("*.html"))


def source(kind: str, options: object, language: str | None = None) -> Source:
    return Source(name="case", kind=kind, url="https://source.example/", every=timedelta(hours=1), outlet="Case", options=options, language=language)


def fetched(body: bytes, content_type: str = "") -> Fetched:
    return Fetched(url="https://source.example/zcfb/index.html", status=200, body=body, content_type=content_type)


def told(item: Item, names: list[str]) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_feed(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    items = feed.items(fetched(path.read_bytes()), source("feed", feed.Options()))
    assert [told(item, list(want)) for item, want in zip(items, expected, strict=True)] == expected
    assert len({item.id for item in items}) == len(items)


@pytest.mark.parametrize("path", LISTINGS, ids=lambda path: path.name)
def test_listing(path: Path) -> None:
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    reader = Reader(file="case")
    options = reader.table(case.get("options", {}), page.Options, "sources.case")
    assert reader.faults == []
    asked = source("page", options, case["language"])
    if "error" in case:
        with pytest.raises(ParseFailed) as caught:
            page.items(fetched(path.read_bytes()), asked)
        assert str(caught.value) == case["error"]
        return
    items = page.items(fetched(path.read_bytes()), asked)
    assert [told(item, list(want)) for item, want in zip(items, case["items"], strict=True)] == case["items"]


def test_what_a_listing_without_the_sought_links_says() -> None:
    with pytest.raises(ParseFailed, match='has no links to items for links = "#acts a" and match = "x"'):
        page.items(fetched(b"<p>no</p>"), source("page", page.Options(links="#acts a", match="x")))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is empty"),
        (b"<!doctype html><html><body>Moved</body></html>", "it is a web page"),
        (b"Service unavailable", 'it begins with "Service unavailable"'),
        (b'{"error": "no"}', 'its JSON has no list "items"'),
        (b'{"items": [', "its JSON cannot be read"),
        (b"[" * 100_000, "it begins with"),
        (b'{"items":' + b"[" * 100_000, "its JSON cannot be read"),
    ],
)
def test_no_feed(body: bytes, words: str) -> None:
    with pytest.raises(ParseFailed, match="is no feed: .*" + words.replace("[", r"\[")):
        feed.items(fetched(body), source("feed", feed.Options()))


def test_the_order_of_entries_does_not_matter() -> None:
    entries = [f"<item><title>{n}</title><link>https://a.example/{n % 7}</link><guid>{n % 9}</guid></item>" for n in range(20)]
    shuffled = random.Random(1).sample(entries, len(entries))
    ids = [
        sorted(
            i.id for i in feed.items(fetched(f"<rss version='2.0'><channel>{''.join(e)}</channel></rss>".encode()), source("feed", feed.Options()))
        )
        for e in (entries, shuffled)
    ]
    assert ids[0] == ids[1]


def test_an_id_depends_on_the_address_and_not_on_the_source() -> None:
    body = b"<rss version='2.0'><channel><item><title>x</title><link>https://a.example/1</link></item></channel></rss>"
    one, other = (feed.items(fetched(body), Source(name=name, kind="feed", url="", every=timedelta(1), outlet="")) for name in ("a", "b"))
    assert one[0].id == other[0].id


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"links": "li >> a"}, "is no CSS selector"),
        ({"match": "("}, "is no regular expression"),
        ({"pattern": r"\d+"}, "lacks groups"),
        ({"timezone": "Mars/Base"}, "is no time zone"),
    ],
)
def test_wrong_options_are_named(table: dict[str, str], message: str) -> None:
    reader = Reader(file="config.toml")
    assert reader.table(table, page.Options, "sources.x") is None
    assert message in str(reader.faults[0])
