"""One SQLite connection whose errors are ours and whose transactions nest."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import StoreFailed

if TYPE_CHECKING:
    import sqlite_utils

BUSY_MS = 10_000
WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)
READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA temp_store = MEMORY")


class Connection:
    """Wraps a raw connection: every SQLite error becomes StoreFailed, which names the file. Used by one thread at a time when it writes."""

    def __init__(self, raw: sqlite3.Connection, path: Path) -> None:
        self.raw, self.path = raw, path
        self.depth = 0

    @cached_property
    def utils(self) -> "sqlite_utils.Database":
        """The same connection as sqlite-utils sees it; loaded late since readers start without it."""
        import sqlite_utils

        return sqlite_utils.Database(self.raw, recursive_triggers=False, execute_plugins=False)

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Executes a statement; how many rows it changed. Raises StoreFailed."""
        with self.guarded():
            return self.cursor(sql, values).rowcount

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, as tuples. Raises StoreFailed."""
        with self.guarded():
            return self.cursor(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query as they are read, for a reader that may stop early. Raises StoreFailed."""
        with self.guarded():
            yield from self.cursor(sql, values)

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None. Raises StoreFailed."""
        with self.guarded():
            return self.cursor(sql, values).fetchone()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None. Raises StoreFailed."""
        row = self.one(sql, values)
        return None if row is None else row[0]

    def column(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The first column of all rows. Raises StoreFailed."""
        return [row[0] for row in self.all(sql, values)]

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Executes a statement for each row of values. Raises StoreFailed."""
        with self.guarded():
            try:
                self.raw.executemany(sql, rows)
            except UnicodeEncodeError:
                self.raw.executemany(sql, [tuple(map(storable, row)) for row in rows])

    def cursor(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self.raw.execute(sql, values)
        except UnicodeEncodeError:
            return self.raw.execute(sql, tuple(map(storable, values)))

    @contextmanager
    def guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OverflowError) as error:
            raise StoreFailed(f"{self.path}: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The outermost is BEGIN IMMEDIATE with foreign keys checked at its end; inner ones are savepoints."""
        name = f"level_{self.depth}"
        if self.depth:
            self.run(f"SAVEPOINT {name}")
        else:
            self.run("BEGIN IMMEDIATE")
            self.run("PRAGMA defer_foreign_keys = ON")
        self.depth += 1
        try:
            yield
            self.run(f"RELEASE {name}" if self.depth > 1 else "COMMIT")
        except BaseException:
            self.undo(name)
            raise
        finally:
            self.depth -= 1

    def undo(self, name: str) -> None:
        """Takes back the innermost level; SQLite may have ended a failed transaction by itself, after a full disk for one."""
        if not self.raw.in_transaction:
            return
        if self.depth > 1:
            self.run(f"ROLLBACK TO {name}")
            self.run(f"RELEASE {name}")
        else:
            self.run("ROLLBACK")

    def close(self) -> None:
        with self.guarded():
            self.raw.close()


def storable(value: Any) -> Any:
    """Text without lone surrogates, which have no UTF-8 form: each becomes the replacement character."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def connect(path: Path, *, read_only: bool) -> Connection:
    """A connection to a file; statements outside a transaction commit at once. Raises StoreFailed."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    try:
        raw = sqlite3.connect(address, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreFailed(f"{path}: {error}") from error
    return Connection(raw, path)
