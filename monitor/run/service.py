"""The conductor: asks what is due, lets the rooms compute, and saves each result in one short transaction."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx

from monitor.config import Config
from monitor.model import Item, Source, SourceState
from monitor.run import delivering, digesting, knowing, polling
from monitor.run.children import Children
from monitor.run.desk import PATIENCE, Counts, Desk, Waiting
from monitor.run.polling import Means
from monitor.run.reader import Reading
from monitor.sources import guard, schedule
from monitor.sources.fetch import Hosts
from monitor.store import Database

log = logging.getLogger("monitor")
TICK = 0.25  # seconds between two looks at what is due
SETTLE = 2.0  # seconds that what arrives together may wait for each other, so that it is read in order
SETTLE_AT_START = 15.0  # after a stop there is more to put in order, and the parsers are still being loaded
REMIND = timedelta(minutes=10)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Service:
    """One running service over one database. The desk's clock says what time it is, so that a rehearsal can say it is another day."""

    desk: Desk
    out: httpx.AsyncClient
    in_flight: set[str] = field(default_factory=set)
    waiting: list[Waiting] = field(default_factory=list)
    reminded: tuple[datetime, int, date] | None = None
    caught_up: bool = False

    @property
    def config(self) -> Config:
        return self.desk.config

    @property
    def database(self) -> Database:
        return self.desk.database

    @property
    def counts(self) -> Counts:
        return self.desk.counts

    def now(self) -> datetime:
        return self.desk.clock()

    async def round(self) -> Counts:
        """One round of everything due: sources, pages to be tried again, deadlines, deliveries, the digest."""
        self.desk.counts = Counts()
        self.database.sources.sync(self.config.sources, self.now())
        await asyncio.gather(*(self.check(source) for source in self.due()))
        await self.read_waiting()
        await self.afterwards()
        return self.counts

    async def forever(self) -> None:
        """Run until told to stop; each source is asked when it is due, and deliveries wait for neither sources nor pages."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.desk.stopping.set)
        self.database.sources.sync(self.config.sources, self.now())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.repeat(self.afterwards))
            tasks.create_task(self.repeat(self.read_in_order))
            while not self.desk.stopping.is_set():
                for source in self.due():
                    self.in_flight.add(source.name)
                    tasks.create_task(self.check(source))
                await self.pause()

    async def repeat(self, work: Callable[[], Awaitable[None]]) -> None:
        while not self.desk.stopping.is_set():
            await work()
            await self.pause()

    async def pause(self, seconds: float = TICK) -> None:
        try:
            await asyncio.wait_for(self.desk.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def read_in_order(self) -> None:
        """Read what waits as soon as no source is being asked, or after a short while: what arrives together is read in order."""
        loop = asyncio.get_running_loop()
        settled = loop.time() + (SETTLE if self.caught_up else SETTLE_AT_START)
        while self.in_flight and loop.time() < settled and not self.desk.stopping.is_set():
            await self.pause(0.02)
        await self.read_waiting()

    async def read_waiting(self) -> None:
        taken, self.waiting = self.waiting, []
        patience = PATIENCE if self.caught_up else SETTLE_AT_START * 2
        await self.desk.read_all(taken + self.desk.left_over({one.item.id for one in taken}), patience)
        self.caught_up = True

    def due(self) -> list[Source]:
        """The sources whose time has come and that are not being asked already."""
        configured = {source.name: source for source in self.config.sources}
        names = [state.name for state in self.database.sources.due(self.now())]
        return [configured[name] for name in names if name in configured and name not in self.in_flight]

    async def check(self, source: Source) -> None:
        """Ask one source and save what came of it; what is new in it then waits to be read."""
        self.in_flight.add(source.name)
        try:
            state = self.database.sources.state(source.name) or SourceState(name=source.name)
            asked = await polling.poll(source, state, self.desk.means, self.now())
            async with self.desk.writing:
                new = self.save_poll(source, asked)
            self.waiting += [Waiting(source, item) for item in new]
        finally:
            self.in_flight.discard(source.name)

    def save_poll(self, source: Source, asked: polling.Poll) -> list[Item]:
        """The transaction of a poll: the items, the outcome, the next due time."""
        now = self.now()
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

    async def afterwards(self) -> None:
        """What does not wait for a source: deadlines, the digest, and the outbox until nothing is due."""
        async with self.desk.writing:
            if self.caught_up:  # what was published while the service was down may have overtaken a deadline
                self.remind()
            digesting.enqueue_due(self.database, self.config, self.now())
        while any((sent := await delivering.deliver(self.database, self.config.channels, self.out, self.desk.clock)).values()):
            for word, number in sent.items():
                self.counts.deliveries[word] = self.counts.deliveries.get(word, 0) + number

    def remind(self) -> None:
        """Look for deadlines now and then, and whenever something changed."""
        now, seen = self.now(), (self.counts.changes, self.now().date())
        if self.reminded is None or self.reminded[1:] != seen or now - self.reminded[0] > REMIND:
            self.counts.alerts += knowing.remind(self.database, self.config, self.desk.rules, now)
            self.reminded = (now, *seen)


@asynccontextmanager
async def means_of(config: Config) -> AsyncIterator[Means]:
    """The client behind the guard, the hosts' turns and the child processes, closed at the end."""
    fetch = config.fetch
    limits = httpx.Limits(max_connections=fetch.connections, max_keepalive_connections=fetch.connections)
    guarded = guard.transport(frozenset(fetch.allow_private), limits=limits)
    children = Children(workers=2, seconds=20)
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
            yield Service(desk=Desk(config=config, database=database, means=means, reading=reading, clock=clock), out=out)
    finally:
        reading.close()
