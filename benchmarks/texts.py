"""How well real feeds and real pages are read: `python benchmarks/texts.py FOLDER`.

FOLDER holds `feeds.json` (a list of {file, title, entries}) and `pages.jsonl` (one {file, url, outlet, title, published, body} a line), and the
files they name; a name that ends in .gz is unpacked. Prints entry counts that differ, the mean token F1 of the texts, and how many dates are right.
"""

import gzip
import json
import logging
import re
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trafilatura

from monitor.articles import text
from monitor.documents import moment
from monitor.errors import ParseFailed
from monitor.model import Article, Fetched, Item, Source
from monitor.sources.kinds import feed

SOURCE = Source(name="benchmark", kind="feed", url="http://127.0.0.1/", every=timedelta(hours=1), outlet="", options=feed.Options())


def content(folder: Path, name: str) -> bytes:
    body = (folder / name).read_bytes()
    return gzip.decompress(body) if name.endswith(".gz") else body


def feeds(folder: Path) -> None:
    """Entries of each feed beside those expected."""
    expected = json.loads((folder / "feeds.json").read_text(encoding="utf-8"))
    different, total, undated = 0, 0, 0
    started = time.perf_counter()
    for told in expected:
        fetched = Fetched(url=f"http://127.0.0.1/{told['file']}", status=200, body=content(folder, told["file"]), content_type="application/xml")
        try:
            items = feed.items(fetched, SOURCE)
        except ParseFailed as error:
            different += 1
            print(f"  {told['file']} {told['title']}: {error}")
            continue
        total += len(items)
        undated += sum(item.published is None for item in items)
        if len(items) != told["entries"]:
            different += 1
            print(f"  {told['file']} {told['title']}: {len(items)} entries, expected {told['entries']}")
    seconds = time.perf_counter() - started
    print(f"feeds: {len(expected)}, entries {total}, undated {undated}, with another count than expected {different}, {seconds:.1f} s")


def tokens(words: str) -> Counter[str]:
    return Counter(re.findall(r"[\u3400-\u9fff]|[^\W_]+", words.lower()))


def f1(found: str, expected: str) -> float:
    a, b = tokens(found), tokens(expected)
    return 2 * (a & b).total() / ((a.total() + b.total()) or 1)


def read(page: dict[str, Any], body: bytes) -> Article | None:
    item = Item(id="x", source=SOURCE.name, key=page["url"], url=page["url"], title="")
    fetched = Fetched(url=page["url"], status=200, body=body, content_type="text/html; charset=utf-8")
    try:
        return text.from_page(item, SOURCE, fetched, datetime.now(UTC))
    except ParseFailed as error:
        print(f"  {page['file']}: {error}")
        return None


def reference(page: dict[str, Any], body: bytes) -> str:
    """What trafilatura alone finds."""
    return trafilatura.extract(body.decode("utf-8", "replace"), url=page["url"], include_comments=False) or ""


def date_right(article: Article | None, page: dict[str, Any]) -> bool | None:
    """Whether the instant is the expected one or within a day where either names only the day; None where none is expected."""
    expected, zone = moment(page["published"] or "")
    if expected is None:
        return None
    if article is None or article.published is None:
        return False
    local = expected + timedelta(minutes=zone or 0)
    return article.published == expected or local.date() in (article.local_date, article.published.date())


def pages(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    scores: list[tuple[float, float, bool, dict[str, Any], Article | None]] = []
    seconds = 0.0
    for page in lines:
        body = content(folder, page["file"])
        started = time.perf_counter()
        article = read(page, body)
        seconds += time.perf_counter() - started
        found = f"{article.text}" if article else ""
        scores.append((f1(found, page["body"]), f1(reference(page, body), page["body"]), text.language(page["body"]) == "en", page, article))
    report(scores, seconds)


def report(scores: list[tuple[float, float, bool, dict[str, Any], Article | None]], seconds: float) -> None:
    for name, chosen in (("all", scores), ("English", [s for s in scores if s[2]])):
        ours, theirs = (sum(s[i] for s in chosen) / len(chosen) for i in (0, 1))
        print(f"pages, {name}: {len(chosen)}, mean token F1 {ours:.4f} (trafilatura alone {theirs:.4f})")
    for ours, theirs, _, page, _ in sorted(scores, key=lambda s: s[0])[:8]:
        print(f"  {ours:.3f} (trafilatura {theirs:.3f}) {page['file']}")
    dates = [(date_right(article, page), page, article) for *_, page, article in scores]
    print(f"dates right: {sum(right is True for right, *_ in dates)} of {sum(right is not None for right, *_ in dates)}")
    for right, page, article in dates:
        if right is False:
            print(f"  {page['file']}: {article.published if article else None}, expected {page['published']}")
    titles = sum(f1(article.title, page["title"] or "") > 0.9 for *_, page, article in scores if article)
    print(f"titles nearly as expected: {titles}; {seconds * 1000 / len(scores):.0f} ms a page")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    feeds(Path(sys.argv[1]))
    pages(Path(sys.argv[1]))
