"""Opening the database, and its rooms: sources, articles, history, outbox, search."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from monitor.errors import StoreFailed
from monitor.store import migrations
from monitor.store.articles import Articles
from monitor.store.connection import READER_PRAGMAS, WRITER_PRAGMAS, Connection, connect
from monitor.store.facets import Facets
from monitor.store.history import History
from monitor.store.outbox import Outbox
from monitor.store.search import EventRow, Page, Query, Search
from monitor.store.sources import Sources


class Database:
    """One connection to the database. A writer is used by one thread at a time; `connection` is for the modules of this room."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = connection.path
        self.sources = Sources(connection)
        self.articles = Articles(connection)
        self.history = History(connection)
        self.outbox = Outbox(connection)
        self.searching = Search(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing. The outermost is BEGIN IMMEDIATE; an inner one can fail alone."""
        with self.connection.transaction():
            yield

    def search(self, query: Query) -> Page[EventRow]:
        """A page of the events that a query asks for; whatever was typed is no error."""
        return self.searching.page(query)

    def facets(self, query: Query) -> Facets:
        """Counts of the query's events by material, type, jurisdiction and so on."""
        return self.searching.facets(query)

    def counts(self) -> dict[str, int]:
        """How many rows the main tables hold."""
        return {name: self.connection.value(f"SELECT count(*) FROM {name}") for name in COUNTED}

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


COUNTED = ("source", "item", "article", "mention", "judgement", "event", "change", "alert", "delivery")


def open(path: Path | str, *, create: bool = True) -> Database:
    """Opens the database to read and write: makes it if need be, and brings an older schema up to date after keeping a copy.

    Raises StoreFailed when it is missing and not to be made, not ours, made by a newer version, locked or not writable.
    """
    path = Path(path)
    if not create and not path.exists():
        raise missing(path)
    connection = connect(path, read_only=False)
    try:
        migrations.version(connection)
        for pragma in WRITER_PRAGMAS:
            connection.run(pragma)
        migrations.migrate(connection)
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def open_reader(path: Path | str) -> Database:
    """Opens the database to read only, beside a writer; may be shared by threads. Raises StoreFailed as `open` does, and for an older schema."""
    path = Path(path)
    if not path.exists():
        raise missing(path)
    connection = connect(path, read_only=True)
    try:
        taken = migrations.version(connection)
        if taken < len(migrations.STEPS):
            raise StoreFailed(
                f"{path}: has an older schema ({taken} of {len(migrations.STEPS)}); run a command that writes, such as monitor run --once"
            )
        for pragma in READER_PRAGMAS:
            connection.run(pragma)
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def missing(path: Path) -> StoreFailed:
    return StoreFailed(f"{path}: there is no such database; make one with monitor init or monitor run --once")
