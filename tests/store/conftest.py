"""A real database file for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_nouns import Make

from monitor import store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


@pytest.fixture
def database(path: Path) -> Iterator[store.Database]:
    with store.open(path) as opened:
        yield opened


@pytest.fixture
def make() -> Make:
    return Make()
