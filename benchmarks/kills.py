"""Kill -9 at random moments: nothing lost, nothing doubled.

`python benchmarks/kills.py [--kills 20] [--seed 1]` runs the service against the bundled newsroom over its three days twice: once in calm,
and once with `monitor run` killed at random moments and started again. In the end both databases must hold the same articles, events, changes
and alerts; every alert must have reached the receiver at least once under one id; and SQLite must call the file whole after every kill.
Exits 1 and says what differs.
"""

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from monitor import store
from monitor.demo.demo import DAYS, configured, history
from monitor.demo.newsroom_server import Newsroom
from monitor.demo.receivers import MailSink, Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEPT = {
    "articles": "SELECT replace(url, ?, ''), title, text, revision FROM articles",
    "mentions": "SELECT replace(url, ?, ''), type, status, date, effective, until, quote FROM mentions",
    "events": "SELECT type, status, certainty, date, effective, until, materials, mentions, outlets, summary || ? FROM events WHERE mentions > 0",
    "changes": "SELECT change.field, change.before, change.after, change.severity, event.type || ? FROM change JOIN event ON event.id = change.event",
    "alerts": "SELECT rule, severity, field, after, type || ? FROM alerts",
}


def service(config: Path, now: datetime, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "monitor", "run", "--config", str(config), "--as-if", now.isoformat(), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lived(place: Path, kills: int, moments: random.Random) -> tuple[dict[str, list[tuple[object, ...]]], list[str], set[str]]:
    """(what the database holds, faults seen on the way, ids that the receiver got) after three days with `kills` kills."""
    faults: list[str] = []
    with Newsroom() as room, Receiver(SECRET) as receiver, MailSink() as mail:
        database = place / "monitor.db"
        configured(place, database, room, receiver, mail, SECRET)
        config = place / "config.toml"
        config.write_text(config.read_text(encoding="utf-8").replace('"../monitor.db"', '"monitor.db"'), encoding="utf-8")
        with history(database):
            pass
        for day in (1, 2, 3):
            room.day, began = day, time.monotonic()
            for _ in range(kills // 3 + (day <= kills % 3)):
                process = service(config, DAYS[day - 1] + timedelta(seconds=time.monotonic() - began))
                time.sleep(moments.uniform(0.3, 8))
                process.send_signal(signal.SIGKILL)
                process.wait()
                faults += whole(database)
            for minutes in (5, 15):  # the second round finds what was left for a later try
                if service(config, DAYS[day - 1] + timedelta(minutes=minutes), "--once").wait():
                    faults.append(f"the round that ends day {day} failed")
        faults += undelivered(database, {name for name, _ in receiver.received})
        return held(database, room.address), faults, {name for name, _ in receiver.received}


def whole(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as db:
        told = [row[0] for row in db.execute("PRAGMA integrity_check")]
    return [] if told == ["ok"] else told


def held(database: Path, address: str) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as db:
        rows = {name: db.execute(sql, (address if "replace" in sql else "",)).fetchall() for name, sql in KEPT.items()}
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def undelivered(database: Path, received: set[str]) -> list[str]:
    """Alerts whose message the receiver has not got, or that went out under two ids."""
    with store.open_reader(database) as stored:
        rows = [(d.alert, d.message.id, d.status) for d in stored.outbox.deliveries(channel="buyers") if d.alert]
        alerts = {alert.id for alert in stored.outbox.alerts()}
    faults = [f"alert {alert}: message {message} never reached the receiver ({status})" for alert, message, status in rows if message not in received]
    faults += [f"alert {alert} has no delivery" for alert in alerts - {alert for alert, _, _ in rows}]
    by_alert: dict[str, set[str]] = {}
    for alert, message, _ in rows:
        by_alert.setdefault(alert, set()).add(message)
    return faults + [f"alert {alert} went out under {len(ids)} ids" for alert, ids in by_alert.items() if len(ids) > 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as wild:
        expected, faults, _ = lived(Path(calm), 0, random.Random(arguments.seed))
        found, more, ids = lived(Path(wild), arguments.kills, random.Random(arguments.seed))
    faults += more
    for name, rows in expected.items():
        print(f"{name}: {len(rows)} in calm, {len(found[name])} after {arguments.kills} kills")
        faults += [f"{name}: only in calm: {row}" for row in rows if row not in found[name]]
        faults += [f"{name}: only after kills: {row}" for row in found[name] if row not in rows]
        faults += [f"{name}: doubled"] if len(rows) != len(found[name]) else []
    print(f"{len(ids)} message ids at the receiver; {len(faults)} faults")
    for fault in faults[:20]:
        print(f"  {str(fault)[:300]}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
