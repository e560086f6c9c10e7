"""Two services on one database would do everything twice: the second says so and stops."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import Failed


@contextmanager
def only_service(database: Path) -> Iterator[None]:
    """Hold the right to run the service on `database`; the system lets go of it when the process ends, however it ends."""
    path = database.with_name(database.name + ".lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"{database}: another service runs on this database; stop it first, or name another with --database") from None
        yield
