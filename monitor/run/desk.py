"""Where articles are read and learnt from: pages are fetched side by side, and taken in by the order of their publication."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.articles import urls
from monitor.config import Config
from monitor.errors import ExtractionFailed, FetchFailed, ParseFailed
from monitor.extraction import gate
from monitor.model import Article, Item, Source
from monitor.run import knowing, polling
from monitor.run.polling import Means
from monitor.run.reader import Reading
from monitor.run.watch import resolved
from monitor.store import Database

log = logging.getLogger("monitor")
PAGES_AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
PATIENCE = 5.0  # seconds that a slow page may hold up those published after it
BATCH = 500
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item whose article is still to be read."""

    source: Source
    item: Item
    attempt: int = 0

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """What was published first comes first, an official source before others: the first report is to be the first report."""
        return self.item.published or LAST, not self.source.official, self.item.id


@dataclass(slots=True)
class Counts:
    """What a round did, for the account at its end."""

    sources: dict[str, int] = field(default_factory=lambda: {"changed": 0, "unchanged": 0, "failed": 0})
    items: int = 0
    articles: int = 0
    mentions: int = 0
    changes: int = 0
    alerts: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Desk:
    """Reads items' articles and learns from them; every way out is recorded with the item."""

    config: Config
    database: Database
    means: Means
    reading: Reading
    clock: Callable[[], datetime]
    counts: Counts = field(default_factory=Counts)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def rules(self) -> knowing.Rules:
        return knowing.Rules(rules=resolved(self.config.rules, self.config.watch), base_url=self.config.web.base_url)

    def left_over(self, but: set[str]) -> list[Waiting]:
        """Items whose page is still wanted: left over from a stop, or put off after a failure. `but` are ids that wait already."""
        configured = {source.name: source for source in self.config.sources}
        pending = self.database.articles.pending(self.clock(), BATCH)
        return [Waiting(configured[item.source], item, attempt) for item, attempt in pending if item.source in configured and item.id not in but]

    async def read_all(self, waiting: list[Waiting], patience: float = PATIENCE) -> None:
        """Read what waits. Pages that take longer than `patience` seconds are learnt from when they come."""
        ordered = sorted(waiting, key=lambda one: one.order)
        tasks = [asyncio.create_task(self.article_of(one)) for one in ordered]
        deadline = asyncio.get_running_loop().time() + patience
        late = []
        for one, task in zip(ordered, tasks, strict=True):
            left = max(0.0, deadline - asyncio.get_running_loop().time())
            done, _ = await asyncio.wait({task}, timeout=left)
            if done:
                await self.learn_from(one, task.result())
            else:
                late.append((one, task))
        for one, task in late:
            await self.learn_from(one, await task)

    async def article_of(self, one: Waiting) -> Article | None:
        """The article behind an item; None when it was known, could not be had or holds nothing, which is then recorded."""
        if self.stopping.is_set():
            return None
        if self.read_before(one.item):
            await self.settle(one.item, "known")
            return None
        try:
            article = await polling.read(one.source, one.item, self.means, self.clock())
        except (FetchFailed, ParseFailed) as error:
            again = getattr(error, "retry", False) and one.attempt < len(PAGES_AGAIN)
            await self.settle(one.item, f"failed: {error}", PAGES_AGAIN[one.attempt] if again else None)
            return None
        if article is None:
            await self.settle(one.item, "nothing to read")
        return article

    def read_before(self, item: Item) -> bool:
        """Whether the page was read under another key and is announced as it was: a feed that repeats itself costs its host nothing."""
        known = self.database.articles.by_url(urls.canonical(item.url)) if item.url else None
        return known is not None and known.title == item.title and item.published in (None, known.published)

    async def settle(self, item: Item, outcome: str, again: timedelta | None = None) -> None:
        now = self.clock()
        async with self.writing:
            with self.database.transaction():
                self.database.articles.item_outcome(item.id, outcome, now, now + again if again else None)

    async def learn_from(self, one: Waiting, article: Article | None) -> None:
        if article is None or self.stopping.is_set():
            return
        try:
            await self.learn(one.item, article)
        except ExtractionFailed as error:
            log.exception("extraction failed", extra={"source": one.source.name, "item": one.item.id, "url": article.url})
            await self.settle(one.item, f"failed: {error}")

    async def learn(self, item: Item, article: Article) -> None:
        """Extract outside of the transaction, then save article, mentions, events, changes, alerts and outbox rows in one."""
        known = self.database.articles.get(article.id)
        unchanged = known is not None and knowing.same_text(known, article)
        mentions = await self.reading.mentions(article) if not unchanged and gate.relevant(article.whole) else ()
        async with self.writing:
            with self.database.transaction():
                learnt = knowing.learn(self.database, article, mentions, self.rules, self.config, self.clock())
                self.database.articles.item_outcome(item.id, learnt.outcome, self.clock(), None, article.id)
        self.counts.articles += learnt.outcome != "unchanged"
        self.counts.mentions += len(mentions)
        self.counts.changes += learnt.changes
        self.counts.alerts += learnt.alerts
        if mentions or learnt.changes:
            log.info(
                "read",
                extra={
                    "source": item.source,
                    "item": item.id,
                    "article": article.id,
                    "mentions": len(mentions),
                    "changes": learnt.changes,
                    "alerts": learnt.alerts,
                },
            )
