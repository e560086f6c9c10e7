"""Which addresses the guard lets pass, and what dates and links say."""

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path

import httpcore
import pytest

from monitor.errors import Refused
from monitor.sources import guard
from monitor.sources.links import address, dated

CASES = Path(__file__).parents[1] / "cases"
NOTHING: frozenset[str] = frozenset()


def lines(name: str) -> list[list[str]]:
    text = (CASES / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(("one", "reason"), lines("addresses/refused.txt"))
def test_private_forms_are_refused(one: str, reason: str) -> None:
    assert reason in (guard.refusal(one, 80, NOTHING) or "")


@pytest.mark.parametrize("one", [line[0] for line in lines("addresses/passed.txt")])
def test_public_addresses_pass(one: str) -> None:
    assert guard.refusal(one, 443, NOTHING) is None


@pytest.mark.parametrize(
    ("one", "port", "allowed", "passes"),
    [
        ("127.0.0.1", 8099, "127.0.0.1:8099", True),
        ("127.0.0.1", 8098, "127.0.0.1:8099", False),
        ("127.0.0.1", 80, "127.0.0.1", True),
        ("10.1.2.3", 80, "10.0.0.0/8", True),
        ("192.168.0.1", 80, "10.0.0.0/8", False),
        ("::1", 8099, "[::1]:8099", True),
        ("::1", 8098, "[::1]:8099", False),
        ("fd00::1", 80, "fd00::/8", True),
        ("::ffff:127.0.0.1", 8099, "127.0.0.1:8099", True),
    ],
)
def test_named_private_addresses_pass(one: str, port: int, allowed: str, passes: bool) -> None:
    assert (guard.refusal(one, port, frozenset({allowed})) is None) is passes


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "http://", "http://a:x/", "javascript:alert(1)"])
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        guard.check_url(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433", "017700000001"])
def test_names_and_odd_spellings_are_judged_by_what_they_resolve_to(host: str) -> None:
    with pytest.raises(Refused, match="this machine itself"):
        asyncio.run(guard.Guarded(NOTHING).connect_tcp(host, 80, 2))


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """A name server that answers differently the second time leads nowhere: there is no second time."""
    asked: list[str] = []

    class Recorder(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, *_: object) -> httpcore.AsyncNetworkStream:  # type: ignore[override]
            asked.append(host)
            raise httpcore.ConnectError("recorded")

    backend = guard.Guarded(frozenset({"127.0.0.1", "::1"}))
    backend.inner = Recorder()  # type: ignore[assignment]
    with pytest.raises(httpcore.ConnectError, match="recorded"):
        asyncio.run(backend.connect_tcp("localhost", 80, 2))
    assert asked
    assert all(socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST) for host in asked)


@pytest.mark.parametrize(("written", "language", "utc", "offset"), lines("dates/written.tsv"))
def test_dates_as_sources_write_them(written: str, language: str, utc: str, offset: str) -> None:
    when = None if utc == "-" else datetime.fromisoformat(utc).replace(tzinfo=UTC)
    zone = None if offset == "-" else int(offset)
    found, found_zone = dated(written, None if language == "-" else language, None)
    assert (found.replace(microsecond=0) if found else None, found_zone) == (when, zone)


def test_a_named_zone_reads_dates_with_its_own_daylight_saving() -> None:
    assert dated("2025-07-01 12:00", None, "Europe/Berlin") == (datetime(2025, 7, 1, 10, tzinfo=UTC), 120)
    assert dated("2025-01-01 12:00", None, "Europe/Berlin") == (datetime(2025, 1, 1, 11, tzinfo=UTC), 60)
    assert dated("2025-07-01T12:00:00+08:00", None, "Europe/Berlin") == (datetime(2025, 7, 1, 4, tzinfo=UTC), 480)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("a.html", "http://example.org/news/a.html"),
        ("/a.html", "http://example.org/a.html"),
        ("//other.org/x", "http://other.org/x"),
        ("a b.html", "http://example.org/news/a%20b.html"),
        (" \n/a\n.html ", "http://example.org/a.html"),
        ("mailto:a@example.org", ""),
        ("javascript:void(0)", ""),
        ("", ""),
        ("http://[broken", ""),
        ("/a;jsessionid=0123456789ABCDEF?x=1", "http://example.org/a?x=1"),
        ("/a?phpsessid=0123456789abcdef0123&id=7", "http://example.org/a?id=7"),
    ],
)
def test_links_become_whole_addresses(link: str, expected: str) -> None:
    assert address("http://example.org/news/", link) == expected
