"""Fetching from a real server: what is asked, what comes back, and how each failure is told."""

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from source_site import AGENT, Site, send

from monitor.errors import FetchFailed, Refused, TooLarge
from monitor.model import Fetched, SourceState
from monitor.sources.fetch import Hosts

Get = Callable[..., Fetched]


def known(**values: object) -> SourceState:
    return SourceState(name="x", **values)  # type: ignore[arg-type]


async def at_once(_: float) -> None:
    """Waits for nothing."""


def test_a_document_comes_with_its_validators(site: Site, get: Get) -> None:
    url = site.page(
        "/feed",
        body=b"hello",
        ETag='"1"',
        Last_Modified="Fri, 04 Apr 2025 00:00:00 GMT",
        Content_Type="text/xml",
        Cache_Control="public, max-age=600",
        Age="100",
    )
    got = get(url)
    assert (got.status, got.body, got.etag, got.last_modified, got.content_type) == (
        200,
        b"hello",
        '"1"',
        "Fri, 04 Apr 2025 00:00:00 GMT",
        "text/xml",
    )
    assert got.max_age == 500
    assert not got.unchanged
    assert site.asked[0][1]["user-agent"] == AGENT


def test_validators_are_sent_and_304_keeps_them(site: Site, get: Get) -> None:
    url = site.page("/feed", 304)
    got = get(url, known(etag='"1"', last_modified="Fri, 04 Apr 2025 00:00:00 GMT", body_hash="abc"))
    assert site.asked[0][1]["if-none-match"] == '"1"'
    assert site.asked[0][1]["if-modified-since"] == "Fri, 04 Apr 2025 00:00:00 GMT"
    assert (got.unchanged, got.etag, got.body_hash, got.body) == (True, '"1"', "abc", b"")


def test_a_known_body_is_unchanged_without_validators(site: Site, get: Get) -> None:
    url = site.page("/feed", body=b"same")
    first = get(url)
    assert get(url, known(body_hash=first.body_hash)).unchanged
    site.page("/feed", body=b"other")
    assert not get(url, known(body_hash=first.body_hash)).unchanged


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda body: gzip.compress(body[:5000]) + gzip.compress(body[5000:])])
def test_packed_bodies_are_unpacked(site: Site, get: Get, pack: Callable[[bytes], bytes]) -> None:
    body = b"0123456789" * 50_000
    assert get(site.page("/feed", body=pack(body), Content_Encoding="gzip")).body == body


@pytest.mark.parametrize(
    ("codes", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((307, 301), False), ((301, 302), None)],
)
def test_only_permanent_redirects_are_remembered(site: Site, get: Get, codes: tuple[int, ...], moved: bool | None) -> None:
    for step, code in enumerate(codes):
        site.page(f"/{step}", code, Location=f"/{step + 1}")
    site.page(f"/{len(codes)}", body=b"here")
    got = get(f"{site.base}/0")
    assert got.url == f"{site.base}/{len(codes)}"
    assert got.moved_to == {True: got.url, False: None, None: f"{site.base}/1"}[moved]


def test_a_source_that_moved_is_asked_at_its_new_place(site: Site, get: Get) -> None:
    site.page("/new", body=b"here")
    got = get(f"{site.base}/old", known(moved_to=f"{site.base}/new"))
    assert (got.body, got.moved_to) == (b"here", f"{site.base}/new")
    assert [path for path, _ in site.asked] == ["/new"]


def test_a_circle_of_redirects_ends(site: Site, get: Get) -> None:
    site.page("/a", 302, Location="/b")
    site.page("/b", 302, Location="/a")
    with pytest.raises(FetchFailed, match="redirects in a circle"):
        get(f"{site.base}/a")
    assert len(site.asked) <= 4


def test_an_endless_way_of_redirects_ends(site: Site, get: Get) -> None:
    for step in range(30):
        site.page(f"/{step}", 302, Location=f"/{step + 1}")
    with pytest.raises(FetchFailed, match="more than 10 times"):
        get(f"{site.base}/0")


def test_a_redirect_that_sets_a_cookie_may_lead_to_itself(site: Site, get: Get) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "seen=1" in handler.headers.get("Cookie", ""):
            send(handler, body=b"in")
        else:
            send(handler, 302, Location="/door", Set_Cookie="seen=1; Path=/")

    assert get(site.answer("/door", answer)).body == b"in"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://localhost/",
    ],
)
def test_redirects_pass_the_same_door(site: Site, get: Get, target: str) -> None:
    with pytest.raises(Refused):
        get(site.page("/a", 302, Location=target))


def test_private_addresses_are_refused_with_the_way_out(get: Get) -> None:
    with pytest.raises(
        Refused, match=r'127.0.0.1:9 is refused: 127.0.0.1 is this machine itself. To allow it, name "127.0.0.1:9" in fetch.allow_private'
    ):
        get("http://127.0.0.1:9/")


def test_credentials_do_not_follow_to_another_host(site: Site, get: Get) -> None:
    other = site.base.replace("http://", "http://user:secret@")
    site.page("/a", 302, Location=f"{site.base}/b")
    site.page("/b", body=b"same host")
    assert get(f"{other}/a").body == b"same host"
    assert "authorization" in site.asked[0][1]
    with pytest.raises(Refused):
        site.page("/c", 302, Location="http://localhost:1/")
        get(f"{other}/c")


@pytest.mark.parametrize(
    ("status", "headers", "retry", "after", "gone", "words"),
    [
        (404, {}, True, None, False, "answers 404 Not Found"),
        (403, {}, False, None, False, "answers 403 Forbidden"),
        (410, {}, False, None, True, "answers 410 Gone: it will not come back"),
        (429, {"Retry_After": "120"}, True, 120.0, False, "answers 429 Too Many Requests"),
        (503, {"Retry_After": "60"}, True, 60.0, False, "answers 503 Service Unavailable"),
        (500, {}, True, None, False, "answers 500 Internal Server Error"),
        (599, {}, True, None, False, "answers 599"),
    ],
)
def test_refusals_of_the_server(
    site: Site, get: Get, status: int, headers: dict[str, str], retry: bool, after: float | None, gone: bool, words: str
) -> None:
    with pytest.raises(FetchFailed, match=words) as caught:
        get(site.page("/a", status, **headers), sleep=at_once)
    assert (caught.value.retry, caught.value.after, caught.value.gone) == (retry, after, gone)


def test_retry_after_may_be_a_date(site: Site, get: Get) -> None:
    with pytest.raises(FetchFailed) as caught:
        get(site.page("/a", 429, Retry_After="Fri, 04 Apr 2200 00:00:00 GMT"))
    assert caught.value.after is not None
    assert caught.value.after > 1e9


def test_a_passing_fault_is_tried_again_after_a_pause(site: Site, get: Get) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if len(site.asked) < 3:
            send(handler, 502)
        else:
            send(handler, body=b"better")

    assert get(site.answer("/a", answer), sleep=sleep).body == b"better"
    assert slept == [0.5, 2.0]


def test_a_broken_connection_is_tried_again(site: Site, get: Get) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if len(site.asked) < 2:
            handler.connection.shutdown(socket.SHUT_RDWR)
        else:
            send(handler, body=b"better")

    assert get(site.answer("/a", answer), sleep=at_once).body == b"better"


def test_nobody_listens(site: Site, get: Get) -> None:
    url = site.page("/a")
    site.pages.clear()
    with pytest.raises(FetchFailed, match="could not be reached"):
        get(url.replace("127.0.0.1", "no-such-host.invalid"), sleep=at_once)


def test_an_endless_slow_answer_ends_in_time(site: Site, get: Get) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"<rss>")
            handler.wfile.flush()
            time.sleep(0.05)

    started = time.monotonic()
    with pytest.raises(FetchFailed, match=r"was not complete after 0.6 s"):
        get(site.answer("/a", answer), timeout=0.6)
    assert time.monotonic() - started < 2


def test_fifty_megabytes_end_early_and_fill_no_memory(site: Site, get: Get) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "50000000")
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b"x" * 1_000_000)

    assert peak_of(TooLarge, get, site.answer("/a", answer)) < 20_000_000


def test_a_gzip_bomb_ends_early_and_fills_no_memory(site: Site, get: Get) -> None:
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(1_000_000)
    bomb = b"".join(packer.compress(piece) for _ in range(500)) + packer.flush()
    assert len(bomb) < 600_000
    assert peak_of(TooLarge, get, site.page("/a", body=bomb, Content_Encoding="gzip")) < 20_000_000


def peak_of(error: type[Exception], get: Get, url: str) -> int:
    """The most memory that Python held while `get` failed with `error`."""
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(error, match="has more than 1,000,000 bytes"):
        get(url, timeout=20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - started < 5
    return peak


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [(b"no gzip at all", "gzip", "packed badly"), (gzip.compress(b"hello" * 1000)[:-12], "gzip", "ended early"), (b"x", "br", 'packed as "br"')],
    ids=("no gzip", "cut short", "unknown packing"),
)
def test_bad_packing(site: Site, get: Get, body: bytes, coding: str, words: str) -> None:
    with pytest.raises(FetchFailed, match=words):
        get(site.page("/a", body=body, Content_Encoding=coding))


def test_hosts_wait_for_their_turn_and_not_for_each_other() -> None:
    now, slept = [0.0], []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))

    async def go() -> None:
        hosts = Hosts(1.0, sleep=sleep, clock=lambda: now[0])
        for url in ("http://a.example/1", "http://a.example/2", "http://b.example/", "http://A.example/3"):
            async with hosts.turn(url):
                pass

    asyncio.run(go())
    assert slept == [1.0, 2.0]


def test_hosts_limit_requests_at_once() -> None:
    running, most = 0, 0

    async def one(hosts: Hosts) -> None:
        nonlocal running, most
        async with hosts.turn("http://a.example/"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    async def go() -> None:
        hosts = Hosts(0.0, at_once=2)
        await asyncio.gather(*(one(hosts) for _ in range(8)))

    asyncio.run(go())
    assert most == 2
