"""One small world in a real database, served by a real server on a free port."""

import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn

from monitor.model import Event
from monitor.run import serving
from monitor.web import app

HERE = Path(__file__).parent


def loaded(name: str) -> ModuleType:
    """A module beside the tests under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"web_{name}", HERE / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def world() -> ModuleType:
    return loaded("world")


@pytest.fixture(scope="session")
def database(world: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "monitor.db"
    world.build(path)
    return path


@pytest.fixture(scope="session")
def reading(database: Path) -> Iterator[serving.StoredReading]:
    opened = serving.opened(database, "https://monitor.example.org")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def served_at(reading: serving.StoredReading, world: ModuleType) -> Iterator[str]:
    """Where the pages are; the clock stands at the world's now."""
    made = app.build(reading, base_url=reading.base_url, zone=ZoneInfo("UTC"), clock=lambda: world.NOW)
    taken = serving.bound("127.0.0.1:0")
    server = uvicorn.Server(uvicorn.Config(made, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield "http://{}:{}".format(*taken.getsockname())
    server.should_exit = True
    thread.join(timeout=20)
    taken.close()


@pytest.fixture(scope="session")
def client(served_at: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served_at, timeout=20) as made:
        yield made


@pytest.fixture(scope="session")
def told(reading: serving.StoredReading) -> dict[str, Event]:
    """The world's events that articles tell, by type."""
    with reading.borrowed() as database:
        return {event.type: event for event in database.history.events() if event.mentions}
