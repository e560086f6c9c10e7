"""One source asked once: what it showed, what is new, and what comes next. Always ends in a `Poll`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from monitor import registry
from monitor.articles import text
from monitor.errors import FetchFailed, ParseFailed
from monitor.extraction import gate
from monitor.model import Article, Fetched, Item, Source, SourceState
from monitor.run.children import Children
from monitor.sources import kinds, schedule
from monitor.sources.fetch import Hosts, fetch

FULL_TEXT = 1_200  # characters from which a feed's own content is taken for the whole article
TELLS_NOTHING = 80  # characters below which title and summary cannot rule an item out
EARLY = timedelta(hours=1)  # clocks differ; later than this ahead, a date is not believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one check of a source gave: its next state, the items it showed, and the outcome in words."""

    state: SourceState
    outcome: str
    detail: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What fetching needs: the client, the hosts' turns, the child processes, and the limits."""

    client: httpx.AsyncClient
    hosts: Hosts
    children: Children
    max_bytes: int
    timeout: float


async def poll(source: Source, state: SourceState, means: Means, now: datetime) -> Poll:
    """Ask a source. A failure is an outcome like any other and never leaves here as an exception."""
    try:
        async with means.hosts.turn(state.moved_to or source.url):
            fetched = await fetch(means.client, state.moved_to or source.url, state=state, max_bytes=means.max_bytes, timeout=means.timeout)
        if fetched.unchanged:
            return Poll(state=schedule.after_success(source, state, fetched, (), now), outcome="unchanged")
        items: tuple[Item, ...] = await means.children.call(registry.load(kinds, source.kind).items, fetched, source)
    except (FetchFailed, ParseFailed) as error:
        return Poll(state=schedule.after_failure(source, state, error, now), outcome="failed", detail=str(error))
    believed = tuple(believable(item, now) for item in unique(items))
    return Poll(state=schedule.after_success(source, state, fetched, believed, now), outcome="changed", items=believed)


def unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """One item for each id; a feed that repeats an entry is read as showing it once."""
    return tuple({item.id: item for item in reversed(items)}.values())[::-1]


def believable(item: Item, now: datetime) -> Item:
    """A date in the future is not believed: it becomes unknown."""
    return replace(item, published=None, zone=None) if item.published and item.published > now + EARLY else item


def wants_page(source: Source, item: Item) -> bool:
    """Whether the page behind an item is worth fetching: it may concern us, and the feed itself does not hold the whole text."""
    if source.follow == "never" or not item.url:
        return False
    if source.follow == "always":
        return True
    told = f"{item.title}\n{item.summary}\n{item.content}"
    if len(item.content) >= FULL_TEXT:
        return False
    return gate.relevant(told) or len(item.summary) + len(item.content) < TELLS_NOTHING


async def read(source: Source, item: Item, means: Means, now: datetime) -> Article | None:
    """The article behind an item, from its page or from the feed's own words; None when there is no text at all.

    Raises FetchFailed or ParseFailed when the page could not be had and the feed's words do not stand in for it.
    """
    if not wants_page(source, item):
        return await told_by_feed(source, item, means, now)
    try:
        async with means.hosts.turn(item.url):
            page: Fetched = await fetch(means.client, item.url, state=None, max_bytes=means.max_bytes, timeout=means.timeout)
        article: Article = await means.children.call(text.from_page, item, source, page, now)
    except FetchFailed as error:
        if error.retry:
            raise
        return await instead(source, item, means, now, error)
    except ParseFailed as error:
        return await instead(source, item, means, now, error)
    return article


async def told_by_feed(source: Source, item: Item, means: Means, now: datetime) -> Article | None:
    """The feed's own words, read by a child like any other page; None where they are too few."""
    article: Article | None = await means.children.call(text.from_feed, item, source, now)
    return article


async def instead(source: Source, item: Item, means: Means, now: datetime, error: FetchFailed | ParseFailed) -> Article:
    """The feed's own words where the page will never be had. Raises `error` where they are too few."""
    article = await told_by_feed(source, item, means, now)
    if article is None:
        raise error
    return article
