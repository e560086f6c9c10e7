"""One document over HTTP: conditional, bounded in bytes and time, with every failure as one sentence.

The client is handed down; it carries the User-Agent and, through `guard.transport`, the rule which addresses may be asked.
"""

import asyncio
import hashlib
import re
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from monitor.errors import FetchFailed, TooLarge
from monitor.model import Fetched, SourceState
from monitor.sources.guard import check_url

REDIRECTS = 10
PERMANENT = frozenset({301, 308})
PAUSES = (0.5, 2.0)
PASSING = frozenset({500, 502, 504})
WORTH_RETRYING = frozenset({404, 408, 425, 429})
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.9, */*;q=0.5"
PIECE = 1 << 16

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost: bytes after unpacking, and seconds in all."""

    max_bytes: int
    seconds: float


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    state: SourceState | None,
    max_bytes: int,
    timeout: float,
    sleep: Sleep = asyncio.sleep,
) -> Fetched:
    """The document at `url`, or at the place where `state` says that it moved for good.

    `timeout` is for everything: redirects, the body, and up to two repeats after a broken connection or a passing fault of the server.
    Raises FetchFailed, Refused (address or scheme), TooLarge (`max_bytes` are counted after unpacking).
    """
    start = state.moved_to if state and state.moved_to else url
    try:
        async with asyncio.timeout(timeout):
            return await persistent(client, start, state, Limits(max_bytes, timeout), sleep)
    except TimeoutError as error:
        raise FetchFailed(f"{start} was not complete after {timeout:g} s") from error


async def persistent(client: httpx.AsyncClient, url: str, state: SourceState | None, limits: Limits, sleep: Sleep) -> Fetched:
    for pause in PAUSES:
        try:
            return await attempt(client, url, state, limits)
        except Passing:
            await sleep(pause)
    try:
        return await attempt(client, url, state, limits)
    except Passing as error:
        raise FetchFailed(str(error), after=error.after) from error


class Passing(FetchFailed):
    """A fault that a second try within the same fetch may not meet."""


async def attempt(client: httpx.AsyncClient, url: str, state: SourceState | None, limits: Limits) -> Fetched:
    """One walk along the redirects. Raises Passing where a second walk makes sense, FetchFailed elsewhere."""
    check_url(url)
    try:
        request: httpx.Request | None = client.build_request("GET", url, headers=conditions(state), timeout=limits.seconds)
        walk = Walk(start=url)
        while request is not None:
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                request = walk.next(answer)
                if request is None:
                    return await received(answer, walk, state, limits)
            finally:
                await answer.aclose()
    except httpx.TimeoutException as error:
        raise Passing(f"{url} did not answer in time") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise FetchFailed(f"{url} leads to an address that cannot be asked: {error}", retry=False) from error
    except httpx.LocalProtocolError as error:
        raise FetchFailed(f"{url} cannot be asked: {error}", retry=False) from error
    except httpx.TransportError as error:
        raise Passing(f"{url} could not be reached: {broken(error)}") from error
    raise FetchFailed(f"{url} leads nowhere", retry=False)


def broken(error: httpx.TransportError) -> str:
    return str(error) or {"ReadError": "the connection broke", "ConnectError": "no connection"}.get(type(error).__name__, type(error).__name__)


def conditions(state: SourceState | None) -> dict[str, str]:
    """Headers that ask for the document only if it changed. Only gzip is asked for: its unpacking can be bounded."""
    headers = {"Accept": ACCEPT, "Accept-Encoding": "gzip"}
    if state and state.etag:
        headers["If-None-Match"] = state.etag
    if state and state.last_modified:
        headers["If-Modified-Since"] = state.last_modified
    return headers


@dataclass(slots=True)
class Walk:
    """The way along redirects. `moved_to` follows permanent redirects for as long as nothing temporary came between."""

    start: str
    moved_to: str | None = None
    permanent: bool = True
    seen: list[str] = field(default_factory=list)

    def next(self, answer: httpx.Response) -> httpx.Request | None:
        """The request that the answer redirects to; None when the answer is the end of the way. Raises FetchFailed, Refused."""
        request = answer.next_request
        if request is None:
            return None
        target = str(request.url)
        check_url(target)
        self.seen.append(str(answer.request.url))
        if len(self.seen) > REDIRECTS:
            raise FetchFailed(f"{self.start} redirects more than {REDIRECTS} times", retry=False)
        if self.seen.count(target) > 1 or (target in self.seen and "set-cookie" not in answer.headers):
            raise FetchFailed(f"{self.start} redirects in a circle", retry=False)
        self.permanent = self.permanent and answer.status_code in PERMANENT
        self.moved_to = target if self.permanent else self.moved_to
        return request


async def received(answer: httpx.Response, walk: Walk, state: SourceState | None, limits: Limits) -> Fetched:
    """What the last answer says: a document, "unchanged", or a failure."""
    fetched = Fetched(
        url=str(answer.request.url),
        status=answer.status_code,
        content_type=answer.headers.get("content-type", ""),
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        moved_to=walk.moved_to or (state.moved_to if state else None),
        max_age=max_age(answer.headers),
    )
    if answer.status_code == HTTPStatus.NOT_MODIFIED and state:
        return unchanged(fetched, state)
    if not answer.is_success:
        raise failure(answer)
    body = await whole_body(answer, limits.max_bytes)
    known = hashlib.sha256(body).hexdigest()
    if state and state.body_hash == known:
        return unchanged(fetched, state)
    return replace(fetched, body=body, body_hash=known)


def unchanged(fetched: Fetched, state: SourceState) -> Fetched:
    """The answer that nothing is new; validators that a 304 leaves out are kept."""
    return replace(
        fetched,
        etag=fetched.etag or state.etag,
        last_modified=fetched.last_modified or state.last_modified,
        body_hash=state.body_hash,
        unchanged=True,
    )


def failure(answer: httpx.Response) -> FetchFailed:
    """The error that an answer without a document stands for."""
    code, after = answer.status_code, retry_after(answer.headers, datetime.now(UTC))
    try:
        phrase = f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        phrase = str(code)
    said = f"{answer.request.url} answers {phrase}"
    if code in PASSING or (code == HTTPStatus.SERVICE_UNAVAILABLE and after is None):
        return Passing(said)
    if code == HTTPStatus.GONE:
        return FetchFailed(f"{said}: it will not come back", retry=False, gone=True)
    return FetchFailed(said, retry=code >= 500 or code in WORTH_RETRYING, after=after)


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds that the server asks to wait, written as a number or as a date."""
    written = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", written):
        return float(written)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def max_age(headers: httpx.Headers) -> float | None:
    """Seconds for which the server promises the document to stay as it is."""
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.I)
    age = headers.get("age", "")
    return max(0.0, float(found[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0)) if found else None


async def whole_body(answer: httpx.Response, max_bytes: int) -> bytes:
    """The unpacked body. Raises TooLarge as soon as it exceeds `max_bytes`, so that neither a long nor a packed one fills the memory."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    parts, size = [], 0
    async for part in unpacked(answer, coding):
        size += len(part)
        if size > max_bytes:
            raise TooLarge(f"{answer.request.url} has more than {max_bytes:,} bytes")
        parts.append(part)
    return b"".join(parts)


async def unpacked(answer: httpx.Response, coding: str) -> AsyncIterator[bytes]:
    """The body in pieces of bounded size. Raises FetchFailed when it is packed in a way that was not asked for, or badly."""
    if coding in ("identity", ""):
        async for part in answer.aiter_raw():
            yield part
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise FetchFailed(f'{answer.request.url} is packed as "{coding[:40]}", which was not asked for', retry=False)
    unpacker = Unpacker()
    try:
        async for packed in answer.aiter_raw():
            for part in unpacker.feed(packed):
                yield part
    except zlib.error as error:
        raise FetchFailed(f"{answer.request.url} is packed badly: {error}") from error
    if not unpacker.complete:
        raise FetchFailed(f"{answer.request.url} ended early")


class Unpacker:
    """gzip or zlib data, possibly several members one after the other, unpacked in pieces of at most `PIECE` bytes."""

    def __init__(self) -> None:
        self.inner = zlib.decompressobj(wbits=47)
        self.started = False

    @property
    def complete(self) -> bool:
        return self.inner.eof or not self.started

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self.inner.eof:
                self.inner = zlib.decompressobj(wbits=47)
            self.started = True
            yield self.inner.decompress(packed, PIECE)
            packed = self.inner.unconsumed_tail or self.inner.unused_data


@dataclass(slots=True)
class Turns:
    """What is remembered of one host: how many may be asked at once, and when the next request may start."""

    places: asyncio.Semaphore
    free_at: float = 0.0
    users: int = 0


class Hosts:
    """Politeness: at most `at_once` requests to a host, and `delay` seconds between the starts of two."""

    def __init__(self, delay: float, at_once: int = 2, *, sleep: Sleep = asyncio.sleep, clock: Callable[[], float] = time.monotonic) -> None:
        self.delay, self.at_once, self.sleep, self.clock = delay, at_once, sleep, clock
        self.known: dict[str, Turns] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Waits for this host's turn and holds it while the body of the `async with` runs."""
        turns = self.known.setdefault(urlsplit(url).netloc.rpartition("@")[2].lower(), Turns(asyncio.Semaphore(self.at_once)))
        turns.users += 1
        try:
            async with turns.places:
                await self.pause(turns)
                yield
        finally:
            turns.users -= 1
            self.forget()

    async def pause(self, turns: Turns) -> None:
        now = self.clock()
        start = max(now, turns.free_at)
        turns.free_at = start + self.delay
        if start > now:
            await self.sleep(start - now)

    def forget(self) -> None:
        """Hosts that nobody waits for and that may be asked at once need no memory."""
        if len(self.known) > 1000:
            now = self.clock()
            self.known = {host: turns for host, turns in self.known.items() if turns.users or turns.free_at > now}
