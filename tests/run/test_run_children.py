"""Hostile documents in child processes: each ends quickly with one clear error, and the service keeps its memory and its children in hand."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.articles import text
from monitor.errors import FetchFailed, ParseFailed
from monitor.model import Article, Fetched, Item, Source
from monitor.run.children import Children
from monitor.sources.kinds import feed, page

NOW = datetime(2025, 11, 10, tzinfo=UTC)
URL = "http://bomb.example/"
FEED = Source(name="bomb", kind="feed", url=URL, every=timedelta(hours=1), outlet="Bomb", options=feed.Options())
PAGE = Source(name="bomb", kind="page", url=URL, every=timedelta(hours=1), outlet="Bomb", options=page.Options())
ITEM = Item(id="1", source="bomb", key="1", url=URL, title="Bomb")
SECONDS, MEGABYTES = 2.5, 250
BUSY_MACHINE = 60  # seconds that a test may take beyond the limit it checks


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    made = Children(workers=1, seconds=SECONDS, megabytes=MEGABYTES)
    yield made
    made.close()


def fetched(body: bytes) -> Fetched:
    return Fetched(url=URL, status=200, body=body)


def allocate(size: int) -> int:
    return len(bytearray(size))


def spin() -> None:
    while True:
        pass


def refuse() -> None:
    raise FetchFailed("gone", retry=False, after=3.0, gone=True)


def test_a_call_returns_what_the_function_returns(children: Children) -> None:
    assert asyncio.run(children.call(allocate, 1000)) == 1000


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (allocate, (1_000_000_000,), f"reading the document took more than {MEGABYTES} MB"),
        (spin, (), f"reading the document took longer than {SECONDS:g} s"),
        (os._exit, (7,), r"reading the document broke the process that read it \(exit code 7\)"),
        (int, ("seven",), "reading the document failed: ValueError: invalid literal"),
    ],
)
def test_whatever_happens_in_a_child_is_one_sentence(
    children: Children, function: Callable[..., object], arguments: tuple[object, ...], words: str
) -> None:
    with pytest.raises(ParseFailed, match=words):
        asyncio.run(children.call(function, *arguments))
    assert asyncio.run(children.call(allocate, 5)) == 5


def test_errors_of_ours_come_back_whole(children: Children) -> None:
    with pytest.raises(FetchFailed) as caught:
        asyncio.run(children.call(refuse))
    assert (str(caught.value), caught.value.retry, caught.value.after, caught.value.gone) == ("gone", False, 3.0, True)


def test_a_call_that_nobody_waits_for_is_ended() -> None:
    patient = Children(seconds=1000)

    async def go() -> int:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await patient.call(spin)
        return await patient.call(allocate, 6)

    assert asyncio.run(go()) == 6
    patient.close()


def feed_with(doctype: str, title: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE rss [{doctype}]><rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'.encode()


def entities(levels: int) -> bytes:
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)]
    return feed_with("".join(lines), f"&a{levels - 1};")


QUADRATIC = feed_with(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 20_000)
OUTSIDE = feed_with('<!ENTITY a SYSTEM "file:///etc/passwd">', "[&a;]")
BOMBS = {
    "nested feed": b"<rss version='2.0'><channel><item><title>x</title><description>" + b"<div>" * 100_000,
    "nested entities": entities(12),
    "quadratic entities": QUADRATIC,
    "fifty megabytes": b"<rss version='2.0'><channel>" + b"<item><title>x</title><link>http://bomb.example/1</link></item>" * 800_000,
}
PAGES = {
    "nested div": b"<html><body>" + b"<div>" * 100_000 + b"deep",
    "nested b": b"<html><body>" + b"<b>x" * 100_000,
    "nested p": b"<html><body>" + b"<p>x" * 100_000,
    "nested table": b"<html><body>" + b"<table><tr><td>" * 33_000,
    "attributes": b"<html><body><p " + b"a=b " * 500_000 + b">x",
    "open quote": b'<html><body><a href="' + b"x" * 5_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_feed_bombs(children: Children, name: str) -> None:
    ends_well(children, feed.items, fetched(BOMBS[name]), FEED)


@pytest.mark.parametrize("name", PAGES)
def test_page_bombs(children: Children, name: str) -> None:
    ends_well(children, text.from_page, ITEM, PAGE, fetched(PAGES[name]), NOW)


@pytest.mark.parametrize("name", ["nested div", "nested table", "open quote"])
def test_listing_bombs(children: Children, name: str) -> None:
    ends_well(children, page.items, fetched(PAGES[name]), PAGE)


def ends_well(children: Children, function: Callable[..., object], *arguments: object) -> None:
    """A bomb yields something small or one ParseFailed, in time, and the next call works."""
    started = time.monotonic()
    try:
        result = asyncio.run(children.call(function, *arguments))
        assert len(result.text if isinstance(result, Article) else str(result)) < 2_000_000
    except ParseFailed as error:
        assert len(str(error)) < 300
    assert time.monotonic() - started < SECONDS + BUSY_MACHINE
    assert asyncio.run(children.call(allocate, 5)) == 5


def test_files_of_this_machine_are_not_read_into_a_feed(children: Children) -> None:
    items = asyncio.run(children.call(feed.items, fetched(OUTSIDE), FEED))
    assert "root:" not in str(items)


SERVICE = """
import asyncio, os, time
from monitor.run.children import Children
def busy():
    while True: pass
async def main():
    children = Children(workers=2)
    pids = await asyncio.gather(children.call(os.getpid), children.call(os.getpid))
    print(*pids, flush=True)
    await asyncio.gather(children.call(busy), children.call(busy))
if __name__ == "__main__":
    asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_children_end_with_the_service_however_it_ends(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "service.py"
    script.write_text(SERVICE, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout is not None
        pids = {int(pid) for pid in service.stdout.readline().split()}
        assert pids
        assert all(map(alive, pids))
        time.sleep(0.3)
        service.send_signal(how)
        service.wait(BUSY_MACHINE)
    deadline = time.monotonic() + BUSY_MACHINE
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, pids))
