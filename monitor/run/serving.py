"""`monitor serve`: the history handed to the pages over read-only connections, and the server that shows them."""

import re
import socket
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn

from monitor import config as configuration
from monitor import store
from monitor.alerts.facts import Deadline
from monitor.config import MonitorOptions, WebOptions
from monitor.errors import BadInput, ConfigError, Failed, StoreFailed
from monitor.history import register, states
from monitor.model import Alert, Cell, Change, Event, Evidence, Source
from monitor.options import Reader
from monitor.run import proof, telling
from monitor.run.opening import open_history
from monitor.store import Database, EventRow, Facets, Page, Query
from monitor.web import app
from monitor.web.reading import ArticleRead, EventLife, Numbers, Sent, SourceRead, Testimony

FRESH = timedelta(seconds=30)  # after which all events are read again even if the file looks untouched
TICK = timedelta(milliseconds=100)  # files written twice within it may look alike
DEFAULT = Path("config.toml")


@dataclass(frozen=True)
class Snapshot:
    """All events as of one state of the database file; `version` is (size, time of writing in ns) of each of its files."""

    version: tuple[tuple[int, int], ...]
    read: datetime
    events: tuple[Event, ...]

    def holds(self, version: tuple[tuple[int, int], ...], now: datetime) -> bool:
        """Whether nothing was written since. A file written just before it was read may have been written again without looking otherwise."""
        last = max((at for _, at in self.version), default=0) / 1e9
        settled = self.read.timestamp() - last > TICK.total_seconds()
        return settled and self.version == version and now - self.read < FRESH

    @cached_property
    def modified_by(self) -> dict[str, tuple[Event, ...]]:
        """The events that act on an event, by its id."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            for name in event.modifies:
                found.setdefault(name, []).append(event)
        return {name: tuple(some) for name, some in found.items()}


@dataclass
class StoredReading:
    """The pages' questions, answered by the store. Connections are read-only; each is used by one thread at a time and then by the next."""

    path: Path
    base_url: str
    configured: dict[str, Source] = field(default_factory=dict)
    idle: deque[Database] = field(default_factory=deque)
    latest: Snapshot | None = None
    refreshing: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def borrowed(self) -> Iterator[Database]:
        try:
            database = self.idle.pop()
        except IndexError:
            database = store.open_reader(self.path)
        try:
            yield database
        except StoreFailed:
            database.close()
            raise
        except BaseException:
            self.idle.append(database)
            raise
        self.idle.append(database)

    def close(self) -> None:
        while self.idle:
            self.idle.pop().close()

    def snapshot(self, database: Database) -> Snapshot:
        """All events, read again when the file was written to since."""
        with self.refreshing:
            version, now = written(self.path), datetime.now(UTC)
            if self.latest is None or not self.latest.holds(version, now):
                self.latest = Snapshot(version, now, tuple(database.history.events()))
            return self.latest

    # ---- events

    def search(self, query: Query) -> Page[EventRow]:
        with self.borrowed() as database:
            return database.search(query)

    def facets(self, query: Query) -> Facets:
        with self.borrowed() as database:
            return database.facets(query)

    def events(self, ids: Sequence[str]) -> dict[str, Event]:
        with self.borrowed() as database:
            return {event.id: event for event in database.history.events(ids=set(ids))}

    def merged_into(self, event_id: str) -> str | None:
        with self.borrowed() as database:
            return database.history.merged_into(event_id)

    def life(self, event_id: str) -> EventLife | None:
        with self.borrowed() as database:
            event = database.history.event(event_id)
            return None if event is None else life(database, event, self.snapshot(database).modified_by.get(event.id, ()))

    def changes(self, since: datetime, until: datetime | None = None) -> list[Change]:
        with self.borrowed() as database:
            return database.history.changes(since, until)

    def article(self, article_id: str) -> ArticleRead | None:
        with self.borrowed() as database:
            article = database.articles.get(article_id)
            if article is None:
                return None
            mentions = tuple((one, database.history.events_of([one.id])) for one in database.history.mentions(article_id))
            return ArticleRead(article=article, mentions=mentions, earlier=tuple(database.articles.revisions(article_id)))

    # ---- the board and the register

    def standing(self, database: Database, known_at: date) -> tuple[Event, ...]:
        """The events as they could be told at the end of a day."""
        moment = datetime.combine(known_at, time.max, UTC)
        told = (telling.as_known(database, event, moment) for event in self.snapshot(database).events)
        return tuple(event for event in told if event is not None)

    def cells(
        self, destination: str | None, as_of: date, known_at: date, *, material: str | None = None, jurisdiction: str | None = None
    ) -> tuple[Cell, ...]:
        with self.borrowed() as database:
            events = self.standing(database, known_at)
        if material and jurisdiction:
            return (states.cell(events, material, jurisdiction, destination, as_of, known_at),)
        board = states.board(events, destination, as_of, known_at)
        return tuple(cell for cell in board if material in (None, cell.material) and jurisdiction in (None, cell.jurisdiction))

    def told(self, cells: Sequence[Cell]) -> list[dict[str, Any]]:
        names = {state.measure.event for cell in cells for state in cell.states}
        with self.borrowed() as database:
            events = {name: event for name in names if (event := database.history.event(name))}
            sentences = {name: proof.of_event(database, event) for name, event in events.items()}

        def evidence(name: str) -> tuple[Evidence, ...]:
            return sentences.get(name, ())

        return [register.cell_json(cell, evidence, events.values()) for cell in cells]

    def instruments(self) -> list[Event]:
        with self.borrowed() as database:
            return [event for event in reversed(self.snapshot(database).events) if event.instrument]

    def instrument(self, number: str) -> tuple[register.Life, ...]:
        with self.borrowed() as database:
            return register.instrument_life(number, self.snapshot(database).events)

    def deadlines(self, today: date, days: int) -> tuple[Deadline, ...]:
        with self.borrowed() as database:
            return telling.falling_due(self.snapshot(database).events, today, days)

    def calendar(self, due: Sequence[Deadline], now: datetime) -> str:
        return telling.calendar([{"deadline": deadline} for deadline in due], self.base_url, now)

    # ---- what went out, and where it comes from

    def alerts(
        self, since: datetime | None = None, until: datetime | None = None, *, rule: str | None = None, event: str | None = None, limit: int = 100
    ) -> list[Alert]:
        with self.borrowed() as database:
            return database.outbox.alerts(since, until, rule=rule, event=event, limit=limit)

    def sources(self, outcomes: int) -> list[SourceRead]:
        with self.borrowed() as database:
            return [
                SourceRead(state=state, outcomes=tuple(database.sources.outcomes(state.name, outcomes)), source=self.configured.get(state.name))
                for state in database.sources.all()
            ]

    def deliveries(self, status: str | None, limit: int) -> list[Sent]:
        with self.borrowed() as database:
            found = database.outbox.deliveries(status, limit=limit)
            return [Sent(delivery=one, attempts=tuple(database.outbox.attempts(one.id))) for one in found]

    def numbers(self) -> Numbers:
        with self.borrowed() as database:
            counts, events = database.counts(), database.search(Query(limit=1)).total
            pending, failed = database.outbox.deliveries("pending"), database.outbox.deliveries("failed")
            health = Counter(state.health for state in database.sources.all())
        delivered = counts["delivery"] - len(pending) - len(failed)
        return Numbers(
            articles=counts["article"],
            mentions=counts["mention"],
            events=events,
            alerts=counts["alert"],
            sources=tuple(sorted(health.items())),
            deliveries=(("delivered", delivered), ("failed", len(failed)), ("pending", len(pending))),
            waiting_since=min((one.created for one in pending), default=None),
        )


def written(path: Path) -> tuple[tuple[int, int], ...]:
    """What tells one state of a database from the next without opening it: size and time of the file and of its write-ahead log."""
    found: list[tuple[int, int]] = []
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            told = file.stat()
        except FileNotFoundError:
            continue
        found.append((told.st_size, told.st_mtime_ns))
    return tuple(found)


def life(database: Database, event: Event, modified_by: tuple[Event, ...]) -> EventLife:
    """Everything about an event."""
    pairs = sorted(database.history.witnesses(event.id), key=lambda pair: (pair[0].known, pair[0].mention.id))
    return EventLife(
        event=event,
        baseline=database.history.baseline(event.id),
        modifies=tuple(database.history.events(ids=event.modifies)) if event.modifies else (),
        modified_by=modified_by,
        testimonies=tuple(Testimony(witness=w, judgement=j, article=database.articles.get(w.mention.article)) for w, j in pairs),
        taken_back=tuple(one for one in database.history.judgements(event_id=event.id) if one.retracted),
        changes=tuple(database.history.changes(event=event.id)),
        alerts=tuple(database.outbox.alerts(event=event.id)),
    )


# ---- starting ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the server needs of a configuration; channels and their secrets are none of its business."""

    database: Path
    web: WebOptions
    zone: ZoneInfo
    sources: tuple[Source, ...] = ()


def options(config: Path | None, database: Path | None) -> Served:
    """The options of the pages: those of a configuration, else the defaults. Raises BadInput and ConfigError."""
    path = config or (DEFAULT if DEFAULT.exists() else None)
    if path is None:
        return Served(database=database or Path(MonitorOptions().database), web=WebOptions(), zone=ZoneInfo("UTC"))
    table, reader = configuration.parsed(path), Reader(file=path.name)
    web = reader.table(table.get("web", {}), WebOptions, "web")
    monitor = reader.table(table.get("monitor", {}), MonitorOptions, "monitor")
    if web is None or monitor is None:
        raise ConfigError(tuple(reader.faults))
    sources = configuration.group(Reader(file=path.name), table, "sources", configuration.source)  # faults of theirs stop no reader
    return Served(database=database or path.resolve().parent / monitor.database, web=web, zone=ZoneInfo(monitor.timezone), sources=sources)


def serve_pages(config: Path | None, database: Path | None, listen: str | None) -> None:
    """Serve until Ctrl-C or SIGTERM. A database that does not exist yet is made. Raises BadInput, ConfigError, StoreFailed, Failed."""
    told = options(config, database)
    taken = bound(listen or told.web.listen)
    host, port = taken.getsockname()[:2]
    base_url = told.web.base_url if listen is None else f"http://{host}:{port}"
    reading = opened(told.database, base_url, told.sources)
    print(f"The pages are at http://{host}:{port}/ ; Ctrl-C ends.", flush=True)
    try:
        server(reading, told.zone).run(sockets=[taken])
    except KeyboardInterrupt:
        print("The pages are closed.", flush=True)
    finally:
        reading.close()
        taken.close()


def opened(database: Path, base_url: str, sources: tuple[Source, ...] = ()) -> StoredReading:
    """The reading of a database, which is made and filled with the register if it is not there. Raises StoreFailed."""
    if not database.exists():
        open_history(database, datetime.now(UTC)).close()
    store.open_reader(database).close()
    return StoredReading(database, base_url, {source.name: source for source in sources})


def server(reading: StoredReading, zone: ZoneInfo) -> uvicorn.Server:
    made = app.build(reading, base_url=reading.base_url, zone=zone, clock=lambda: datetime.now(UTC))
    return uvicorn.Server(uvicorn.Config(made, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3))


def bound(listen: str) -> socket.socket:
    """A socket that listens at host:port; port 0 takes a free one. Raises BadInput and Failed."""
    found = re.fullmatch(r"([^:\s]+):(\d{1,5})", listen)
    if not found or int(found[2]) > 65_535:
        raise BadInput(f'--listen: "{listen}" is no address. Allowed: host:port such as 127.0.0.1:8060')
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((found[1], int(found[2])))
        made.listen(128)
    except OSError as error:
        made.close()
        raise Failed(f"{listen}: cannot listen there: {error.strerror or error}") from error
    return made
