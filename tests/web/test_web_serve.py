"""`monitor serve` as people start it, and readers beside a writer."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from monitor import store
from monitor.errors import BadInput, ConfigError, Failed, StoreFailed
from monitor.model import Event
from monitor.run import serving


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "monitor", "serve", *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        found = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert found, process.communicate(timeout=20)
        yield process, found[0]
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_serve_makes_a_database_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    with served(tmp_path, "--database", "new.db", "--listen", "127.0.0.1:0") as (process, address):
        front = httpx.get(f"{address}/", timeout=20)
        assert front.status_code == 200 and "Nothing has changed yet" in front.text
        assert httpx.get(f"{address}/api/v1/instruments/61", timeout=20).json()["steps"]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0 and "The pages are closed." in out and not err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--listen", "here"), 2, '--listen: "here" is no address. Allowed: host:port such as 127.0.0.1:8060'),
        (("--listen", "127.0.0.1:70000"), 2, "is no address"),
        (("--config", "missing.toml"), 2, "missing.toml: no such file"),
    ],
)
def test_serve_says_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "serve", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code and told in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    taken = serving.bound("127.0.0.1:0")
    taken.listen()
    with pytest.raises(Failed, match="cannot listen there: Address already in use"):
        serving.bound("{}:{}".format(*taken.getsockname()))
    taken.close()


CONFIG = """
[monitor]
database = "history.db"
timezone = "Asia/Shanghai"

[web]
listen = "127.0.0.1:9999"

[sources.wire]
kind = "feed"
url = "https://wire.example.org/feed"

[channels.buyers]
kind = "webhook"
url = "https://buyers.example.org/"
secret_env = "NOT_SET_HERE"
"""


def test_the_pages_need_no_secret_of_a_channel(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    told = serving.options(tmp_path / "config.toml", None)
    assert (told.database, told.zone.key, told.web.listen) == (tmp_path / "history.db", "Asia/Shanghai", "127.0.0.1:9999")
    assert [source.name for source in told.sources] == ["wire"]


def test_a_fault_in_the_pages_options_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[web]\nlisten = "nowhere"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"web\.listen"):
        serving.options(tmp_path / "config.toml", None)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database", encoding="utf-8")
    with pytest.raises((StoreFailed, BadInput)):
        serving.opened(tmp_path / "x.db", "http://127.0.0.1")


def test_what_is_written_is_read_at_once_and_readers_never_fail(tmp_path: Path, world: ModuleType) -> None:
    path = tmp_path / "monitor.db"
    world.build(path)
    reading = serving.opened(path, "http://127.0.0.1")
    failures: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                assert reading.instruments() and reading.numbers().events
            except (StoreFailed, AssertionError) as error:
                failures.append(error)

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    now = datetime(2025, 11, 21, tzinfo=UTC)
    missed = []
    with store.open(path) as database:
        for number in range(20):
            event = Event(id=f"new-{number}", type="quota_set", instrument=f"Order {number}", date="2025-11-21", known=now)
            database.history.save_event(event, ())
            if event.id not in {found.id for found in reading.instruments()}:
                missed.append(event.id)
    stop.set()
    for reader in readers:
        reader.join(timeout=20)
    assert not failures and not missed
    assert len(reading.idle) <= 5
    reading.close()


def test_a_database_that_went_away_is_an_answer_and_no_crash(tmp_path: Path, world: ModuleType) -> None:
    reading = serving.StoredReading(tmp_path / "gone.db", "http://127.0.0.1")
    with pytest.raises(StoreFailed):
        reading.numbers()
