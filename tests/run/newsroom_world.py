"""A newsroom, a receiver, a mail sink and a database that knows the register as it was before the newsroom's first day."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor import store
from monitor.config import Config
from monitor.demo.demo import DAYS, configured, history
from monitor.demo.newsroom_server import Newsroom
from monitor.demo.receivers import MailSink, Receiver
from monitor.run.desk import Counts
from monitor.run.service import service

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class World:
    """Everything that a round touches."""

    room: Newsroom
    receiver: Receiver
    mail: MailSink
    config: Config
    folder: Path

    @contextmanager
    def opened(self) -> Iterator[store.Database]:
        with history(self.config.database) as database:
            yield database

    def round(self, day: int, now: datetime | None = None, config: Config | None = None) -> Counts:
        """One `monitor run --once` at the time of a scripted day."""
        self.room.day = day
        moment = now or DAYS[day - 1]

        async def once() -> Counts:
            with self.opened() as database:
                async with service(config or self.config, database, lambda: moment) as conductor:
                    return await conductor.round()

        return asyncio.run(once())

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with store.open_reader(self.config.database) as database:
            return database.connection.all(sql)

    def without(self, *names: str) -> Config:
        return replace(self.config, sources=tuple(s for s in self.config.sources if s.name not in names))


@contextmanager
def opened_world(folder: Path) -> Iterator[World]:
    with Newsroom() as room, Receiver(SECRET) as receiver, MailSink() as mail:
        config = configured(folder, folder / "monitor.db", room, receiver, mail, SECRET)
        yield World(room=room, receiver=receiver, mail=mail, config=config, folder=folder)
