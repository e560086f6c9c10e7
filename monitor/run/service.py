"""The conductor: asks what is due, lets the rooms compute, and saves each result in one short transaction."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx

from monitor.articles import urls
from monitor.config import Config
from monitor.errors import ExtractionFailed, FetchFailed, ParseFailed
from monitor.extraction import gate
from monitor.model import Article, Item, Source, SourceState
from monitor.run import delivering, digesting, knowing, polling
from monitor.run.children import Children
from monitor.run.polling import Means
from monitor.run.reader import Reading
from monitor.run.watch import resolved
from monitor.sources import guard, schedule
from monitor.sources.fetch import Hosts
from monitor.store import Database

log = logging.getLogger("monitor")
TICK = 0.5  # seconds between two looks at what is due
PAGES_AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
BATCH = 500
REMIND = timedelta(minutes=10)


def utc_now() -> datetime:
    return datetime.now(UTC)


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
class Service:
    """One running service over one database. `clock` says what time it is, so that a rehearsal can say it is another day."""

    config: Config
    database: Database
    means: Means
    reading: Reading
    out: httpx.AsyncClient
    clock: Callable[[], datetime] = utc_now
    counts: Counts = field(default_factory=Counts)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    in_flight: set[str] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    reminded: tuple[datetime, int, date] | None = None

    async def round(self) -> Counts:
        """One round of everything due: sources, pages to be tried again, deadlines, deliveries, the digest."""
        self.counts = Counts()
        self.database.sources.sync(self.config.sources, self.clock())
        await asyncio.gather(*(self.check(source) for source in self.due()), self.again())
        await self.afterwards()
        return self.counts

    async def afterwards(self) -> None:
        """What does not wait for a source: deadlines, quiet sources, the digest, and the outbox until nothing is due."""
        async with self.writing:
            self.remind()
            digesting.enqueue_due(self.database, self.config, self.clock())
        while any((sent := await delivering.deliver(self.database, self.config.channels, self.out, self.clock)).values()):
            for word, number in sent.items():
                self.counts.deliveries[word] = self.counts.deliveries.get(word, 0) + number

    def remind(self) -> None:
        """Look for deadlines now and then, and whenever something changed."""
        now, seen = self.clock(), (self.counts.changes, self.clock().date())
        if self.reminded is None or self.reminded[1:] != seen or now - self.reminded[0] > REMIND:
            self.counts.alerts += knowing.remind(self.database, self.config, self.rules, now)
            self.reminded = (now, *seen)

    async def forever(self) -> None:
        """Run until told to stop; each source is asked when it is due, and deliveries do not wait for sources."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stopping.set)
        self.database.sources.sync(self.config.sources, self.clock())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.delivering_loop())
            while not self.stopping.is_set():
                for source in self.due():
                    tasks.create_task(self.check(source))
                if "pages" not in self.in_flight:
                    tasks.create_task(self.again())
                await self.pause()

    async def delivering_loop(self) -> None:
        while not self.stopping.is_set():
            await self.afterwards()
            await self.pause()

    async def pause(self) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), TICK)
        except TimeoutError:
            return

    @property
    def rules(self) -> knowing.Rules:
        return knowing.Rules(rules=resolved(self.config.rules, self.config.watch), base_url=self.config.web.base_url)

    def due(self) -> list[Source]:
        """The sources whose time has come and that are not being asked already."""
        configured = {source.name: source for source in self.config.sources}
        names = [state.name for state in self.database.sources.due(self.clock())]
        found = [configured[name] for name in names if name in configured and name not in self.in_flight]
        return sorted(found, key=lambda source: not source.official)

    async def check(self, source: Source) -> None:
        """Ask one source, save what came of it, then read what is new in it."""
        self.in_flight.add(source.name)
        try:
            state = self.database.sources.state(source.name) or SourceState(name=source.name)
            asked = await polling.poll(source, state, self.means, self.clock())
            async with self.writing:
                new = self.save_poll(source, asked)
            await self.read_all([(source, item, 0) for item in new])
        finally:
            self.in_flight.discard(source.name)

    def save_poll(self, source: Source, asked: polling.Poll) -> list[Item]:
        """The transaction of a poll: the items, the outcome, the next due time."""
        now = self.clock()
        with self.database.transaction():
            new = self.database.articles.new_items(source.name, asked.items)
            self.database.articles.save_items(new, now)
            before = self.database.sources.state(source.name)
            state = schedule.health(source, asked.state, now)
            self.database.sources.save(state)
            counts = {"items": len(asked.items), "new": len(new)}
            self.database.sources.record(source.name, asked.outcome, asked.detail, counts, now)
            knowing.health_changed(self.database, self.config, source, before, state, now)
        self.counts.sources[asked.outcome] += 1
        self.counts.items += len(new)
        log.info("checked", extra={"source": source.name, "outcome": asked.outcome, "detail": asked.detail, **counts})
        return new

    async def again(self) -> None:
        """Items whose page is still wanted: left over from a stop, or put off after a failure."""
        self.in_flight.add("pages")
        try:
            configured = {source.name: source for source in self.config.sources}
            waiting = [
                (configured[item.source], item, attempt)
                for item, attempt in self.database.articles.pending(self.clock(), BATCH)
                if item.source in configured and item.source not in self.in_flight
            ]
            await self.read_all(waiting)
        finally:
            self.in_flight.discard("pages")

    async def read_all(self, waiting: list[tuple[Source, Item, int]]) -> None:
        await asyncio.gather(*(self.read(*one) for one in waiting))

    async def read(self, source: Source, item: Item, attempt: int) -> None:
        """Read one item's article and learn from it; every way out is recorded with the item."""
        if self.stopping.is_set():
            return
        if self.read_before(item):
            await self.settle(item, "known")
            return
        try:
            article = await polling.read(source, item, self.means, self.clock())
        except (FetchFailed, ParseFailed) as error:
            await self.put_off(item, attempt, error)
            return
        if article is None:
            await self.settle(item, "nothing to read")
            return
        try:
            await self.learn(item, article)
        except ExtractionFailed as error:
            log.exception("extraction failed", extra={"source": source.name, "item": item.id, "url": article.url})
            await self.settle(item, f"failed: {error}")

    def read_before(self, item: Item) -> bool:
        """Whether the page was read under another key and is announced as it was: a feed that repeats itself costs its host nothing."""
        known = self.database.articles.by_url(urls.canonical(item.url)) if item.url else None
        return known is not None and known.title == item.title and item.published in (None, known.published)

    async def settle(self, item: Item, outcome: str) -> None:
        async with self.writing:
            with self.database.transaction():
                self.database.articles.item_outcome(item.id, outcome, self.clock(), None)

    async def put_off(self, item: Item, attempt: int, error: FetchFailed | ParseFailed) -> None:
        again = getattr(error, "retry", False) and attempt < len(PAGES_AGAIN)
        now = self.clock()
        async with self.writing:
            with self.database.transaction():
                self.database.articles.item_outcome(item.id, f"failed: {error}", now, now + PAGES_AGAIN[attempt] if again else None)

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


@asynccontextmanager
async def means_of(config: Config) -> AsyncIterator[Means]:
    """The client behind the guard, the hosts' turns and the child processes, closed at the end."""
    fetch = config.fetch
    limits = httpx.Limits(max_connections=fetch.connections, max_keepalive_connections=fetch.connections)
    guarded = guard.transport(frozenset(fetch.allow_private), limits=limits)
    children = Children()
    try:
        async with httpx.AsyncClient(transport=guarded, headers={"User-Agent": config.monitor.user_agent}) as client:
            yield Means(
                client=client,
                hosts=Hosts(delay=fetch.per_host_delay.total_seconds()),
                children=children,
                max_bytes=fetch.max_bytes,
                timeout=fetch.timeout.total_seconds(),
            )
    finally:
        children.close()


@asynccontextmanager
async def service(config: Config, database: Database, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[Service]:
    """A service with its clients, child processes and extractor, all closed at the end.

    Receivers are named by the operator, so they may be private: `out` is not guarded, unlike what feeds and pages link to.
    """
    reading = Reading()
    try:
        async with means_of(config) as means, httpx.AsyncClient(headers={"User-Agent": config.monitor.user_agent}) as out:
            yield Service(config=config, database=database, means=means, reading=reading, out=out, clock=clock)
    finally:
        reading.close()
