"""The main job, shown: three scripted days of the bundled newsroom through every stage, and what came of them."""

import asyncio
import base64
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from monitor import store
from monitor.config import Config, load
from monitor.demo.newsroom_server import Newsroom
from monitor.demo.receivers import MailSink, Receiver
from monitor.history import register
from monitor.model import Change, Event
from monitor.run import digesting
from monitor.run.desk import Counts
from monitor.run.opening import open_history
from monitor.run.service import service

FOLDER = Path("demo")
KNOWN_BEFORE = date(2025, 10, 8)
DAYS = (datetime(2025, 10, 9, 17, tzinfo=UTC), datetime(2025, 11, 7, 17, 30, tzinfo=UTC), datetime(2025, 12, 18, 17, tzinfo=UTC))
EVENING = timedelta(hours=1, minutes=30)


@dataclass(slots=True)
class Day:
    """What one scripted day brought."""

    now: datetime
    counts: Counts
    changes: list[tuple[Change, Event, str, str]] = field(default_factory=list)  # change, event, quote, outlet
    quiet: list[tuple[str, int]] = field(default_factory=list)
    failing: list[tuple[str, str]] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    undated: list[str] = field(default_factory=list)
    webhooks: int = 0
    mails: list[str] = field(default_factory=list)


def run_demo(database: Path) -> tuple[list[Day], Path]:
    """Run the demo into a fresh database; returns what each day brought and the folder with everything to look at."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    folder = fresh(database)
    with Newsroom() as room, Receiver(secret) as receiver, MailSink() as mail:
        config = configured(folder, database, room, receiver, mail, secret)
        with history(database) as stored:
            days = asyncio.run(lived(config, stored, room, receiver, mail))
    keep(folder, database, config, receiver, mail)
    return days, folder


def fresh(database: Path) -> Path:
    """A folder and a database without yesterday's demo."""
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    folder = database.parent / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def history(database: Path) -> Iterator[store.Database]:
    """A history that knows what was known before the newsroom's first day, so that its news is news."""
    with open_history(database, DAYS[0], register.baseline(KNOWN_BEFORE)) as stored:
        yield stored


def configured(folder: Path, database: Path, room: Newsroom, receiver: Receiver, mail: MailSink, secret: str) -> Config:
    """The demo's own config.toml, kept so that it can be read and used afterwards."""
    (folder / "webhook-secret").write_text(secret + "\n", encoding="utf-8")
    sources = "".join(
        f'[sources.{desk.name}]\nkind = "{"page" if desk.format == "listing" else "feed"}"\n'
        f'url = "{room.address}/{desk.name}/{"" if desk.format == "listing" else "feed"}"\noutlet = "{desk.outlet}"\n'
        f'language = "{desk.language}"\nevery = "1h"\nofficial = {str(desk.official).lower()}\n\n'
        for desk in room.desks.values()
    )
    file = folder / "config.toml"
    file.write_text(
        f'[monitor]\ndatabase = "../{database.name}"\ntimezone = "UTC"\nuser_agent = "rare-earth-monitor demo"\n\n'
        f'[fetch]\nallow_private = ["127.0.0.1:{room.server_port}"]\nper_host_delay = "0s"\n\n'
        '[watch]\nmaterials = ["dysprosium", "terbium", "holmium", "ndfeb_magnets"]\njurisdictions = ["CN"]\ndestinations = ["EU"]\n\n'
        f"{sources}"
        f'[channels.buyers]\nkind = "webhook"\nurl = "{receiver.url}"\nsecret_file = "webhook-secret"\n\n'
        f'[channels.desk]\nkind = "email"\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\n'
        'from = "monitor@monitor.example"\nto = ["desk@buyer.example"]\n\n'
        '[[alerts]]\nname = "What really changed"\nchanges = ["new", "status", "certainty", "until", "effective", "denied", "scope", "correction"]\n'
        'min_severity = "medium"\nchannels = ["buyers"]\n\n'
        '[digest]\nat = "18:00"\nchannels = ["desk"]\n',
        encoding="utf-8",
    )
    return load(file, database=database)


async def lived(config: Config, stored: store.Database, room: Newsroom, receiver: Receiver, mail: MailSink) -> list[Day]:
    """One round for each scripted day."""
    days = []
    clock = [DAYS[0]]
    async with service(config, stored, clock=lambda: clock[0]) as conductor:
        for number, now in enumerate(DAYS, 1):
            clock[0], room.day = now, number
            hooks, mails = len(receiver.received), len(mail.sink.mails)
            counts = await conductor.round()
            clock[0] = now + EVENING
            await conductor.afterwards()
            days.append(told(stored, now, counts, len(receiver.received) - hooks, [str(m["subject"]) for m in mail.sink.mails[mails:]]))
    return days


def told(stored: store.Database, now: datetime, counts: Counts, webhooks: int, mails: list[str]) -> Day:
    day = Day(now=now, counts=counts, webhooks=webhooks, mails=mails)
    midnight = now.replace(hour=0, minute=0)
    for change in stored.history.changes(midnight):
        event = stored.history.event(change.event)
        mention = stored.history.mention(change.mention) if change.mention else None
        article = stored.articles.get(mention.article) if mention else None
        if event:
            day.changes.append((change, event, mention.evidence[0].quote if mention else "", article.outlet if article else ""))
    day.quiet = list(stored.history.held_back(midnight, None))
    day.items = stored.articles.item_outcomes(midnight)
    day.undated = sorted({a.outlet for a in stored.articles.all(midnight) if a.published is None})
    day.failing = [(s.name, s.message) for s in stored.sources.all() if s.health != "ok"]
    return day


def keep(folder: Path, database: Path, config: Config, receiver: Receiver, mail: MailSink) -> None:
    """Leave everything to look at: what the receiver got, the mails, the digest as a page."""

    with (folder / "webhooks.jsonl").open("w", encoding="utf-8") as file:
        for delivery, body in receiver.received:
            file.write(json.dumps({"webhook-id": delivery, "body": body}, ensure_ascii=False) + "\n")
    for number, content in enumerate(mail.sink.raw, 1):
        (folder / f"digest-{number}.eml").write_bytes(content)
    with store.open_reader(database) as stored:
        made = digesting.made_of(stored, config, DAYS[0].replace(hour=0, minute=0), DAYS[-1] + EVENING, DAYS[-1] + EVENING)
        (folder / "digest.html").write_text(digesting.rendered(made, "html"), encoding="utf-8")
