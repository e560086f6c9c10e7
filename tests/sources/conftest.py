"""The site that a test may ask, and a client behind the guard that may ask it and no other private address."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import ThreadingHTTPServer

import httpx
import pytest
from source_site import AGENT, Site, handler_of

from monitor.model import Fetched, SourceState
from monitor.sources import guard
from monitor.sources.fetch import fetch


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    server.daemon_threads = True
    made.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


Get = Callable[..., Fetched]


@pytest.fixture
def get(site: Site) -> Get:
    """Fetches an address with a client that may ask the site, and no other private address."""
    allowed = frozenset({site.base.removeprefix("http://")})

    def run(
        url: str, state: SourceState | None = None, *, max_bytes: int = 1_000_000, timeout: float = 5, **options: Callable[[float], Awaitable[None]]
    ) -> Fetched:
        async def go() -> Fetched:
            async with httpx.AsyncClient(transport=guard.transport(allowed), headers={"User-Agent": AGENT}) as client:
                return await fetch(client, url, state=state, max_bytes=max_bytes, timeout=timeout, **options)

        return asyncio.run(go())

    return run
