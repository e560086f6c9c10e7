"""When a page says that it was published, and at which offset from UTC. Pure.

The surest sayings come first: structured data, metadata, a marked time, then what htmldate finds. A date ahead of `now` is not believed.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from htmldate import find_date
from lxml.html import HtmlElement

from monitor.documents import Moment, moment, zone_of
from monitor.model import Item

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
SLACK = timedelta(minutes=10)
WORLD = timedelta(hours=14)
ARTICLES = ("Article", "Posting", "Report", "WebPage", "Notice")
META = tuple(
    """article:published_time og:published_time og:article:published_time datepublished pubdate publishdate publish-date publish_date
    publication_date parsely-pub-date sailthru.date article.published cxenseparse:recs:publishtime dc.date.issued dcterms.issued dc.date
    dcterms.created dc.date.created date originalpublicationdate created rnews:datepublished""".split()
)


def candidates(tree: HtmlElement, language: str | None) -> list[tuple[str, Moment]]:
    """Each date that the page names for itself, as written and as read, the surest first."""
    minutes = zone_of(language)
    zone = timezone(timedelta(minutes=minutes or 0))
    found = [(text, moment(text, zone, assumed=minutes)) for text in written(tree)]
    sensible = [(text, read) for text, read in found if read[0] is not None and read[0] > EARLIEST]
    guess = None if sensible else find_date(tree, original_date=True, extensive_search=True, outputformat="%Y-%m-%d")
    return [(guess, moment(guess, zone, assumed=minutes))] if guess else sensible


def written(tree: HtmlElement) -> Iterator[str]:
    yield from (entry["datePublished"] for entry in structured(tree) if isinstance(entry.get("datePublished"), str))
    metas = {
        str(m.get("property") or m.get("name") or m.get("itemprop") or "").lower(): str(m.get("content") or "")
        for m in reversed(tree.xpath("//meta[@content]"))
    }
    yield from (metas[name] for name in META if name in metas)
    marked = tree.xpath("//*[@itemprop='datePublished']")
    yield from (str(m.get("datetime") or m.get("content") or m.text_content()) for m in marked)
    times = tree.xpath("//article//time[@datetime] | //main//time[@datetime]") or tree.xpath("//time[@datetime]")
    yield from (str(t.get("datetime")) for t in times[:1])


def structured(tree: HtmlElement) -> list[dict[str, Any]]:
    """The objects of the page's JSON-LD, articles first."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found.extend(objects(json.loads(script.text_content(), strict=False)))
        except (json.JSONDecodeError, RecursionError):
            continue
    return sorted(found, key=lambda entry: not is_article(entry))


def objects(value: Any, depth: int = 4) -> Iterator[dict[str, Any]]:
    """The objects in a JSON-LD value and in its lists and graph."""
    if isinstance(value, list) and depth:
        for one in value:
            yield from objects(one, depth - 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if name in value and depth:
                yield from objects(value[name], depth - 1)


def is_article(entry: dict[str, Any]) -> bool:
    kinds = entry.get("@type")
    return any(isinstance(kind, str) and kind.endswith(ARTICLES) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def json_text(tree: HtmlElement) -> str:
    """The article's text as the page's JSON-LD repeats it, or ""."""
    bodies = [entry["articleBody"] for entry in structured(tree) if isinstance(entry.get("articleBody"), str)]
    return max(bodies, key=len, default="")


def best(found: list[tuple[str, Moment]], item: Item, now: datetime) -> Moment:
    """The first believable date of the page; of the same day, the first that also says the hour and the offset. Else the item's."""
    believed = [(text, read) for text, read in [*found, (as_written(item), (item.published, item.zone))] if believable(text, read, now)]
    if not believed:
        return None, None
    first = believed[0][1]
    same_day = [(text, read) for text, read in believed if close(read[0], first[0])]
    return max(same_day, key=lambda pair: (has_clock(pair[0]), pair[1][1] is not None))[1]


def as_written(item: Item) -> str:
    return item.published.isoformat() if item.published and item.published.time() != datetime.min.time() else "2000-01-01"


def close(a: datetime | None, b: datetime | None) -> bool:
    return a is not None and b is not None and abs(a - b) < timedelta(hours=24)


def has_clock(text: str) -> bool:
    return ":" in text


def believable(text: str, read: Moment, now: datetime) -> bool:
    """Whether a date is not in the future; a mere day may have begun somewhere on earth before it began in UTC."""
    when = read[0]
    return when is not None and when <= now + (SLACK if has_clock(text) else WORLD)
