"""Chat through Apprise, whose JSON notifier posts to a real receiver on loopback."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from support import NOW, delivery

from monitor.alerts.channels import apprise as channel
from monitor.model import Delivered, GiveUp, Later, Outcome


class Chat(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@contextmanager
def chat(status: int = 200) -> Iterator[tuple[list[dict[str, Any]], str]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Chat) as server:
        server.got, server.status = [], status  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.got, f"json://token-7f3a@127.0.0.1:{server.server_port}/room"  # type: ignore[attr-defined]
        server.shutdown()


def send(options: channel.Options, recipient: str | None) -> Outcome:
    async def run() -> Outcome:
        async with httpx.AsyncClient() as client:
            return await channel.send(options, delivery(recipient=recipient), client, NOW)

    return asyncio.run(run())


@pytest.mark.parametrize(("length", "text"), [("short", "Short."), ("full", "Short.\n\nLong.")])
def test_a_message_arrives_short_or_in_full(length: Any, text: str) -> None:
    with chat() as (got, url):
        options = channel.Options(urls=url, length=length)
        assert send(options, channel.recipients(options)[0]) == Delivered("accepted")
    assert [(one["title"], one["message"].strip()) for one in got] == [("[high] China: export control suspended", text)]


def test_a_refusal_is_tried_again_and_shows_no_token() -> None:
    with chat(503) as (_, url):
        options = channel.Options(urls=url)
        outcome = send(options, channel.recipients(options)[0])
    assert isinstance(outcome, Later)
    assert "503" in outcome.why or "Service" in outcome.why
    assert "token-7f3a" not in outcome.why


def test_each_address_is_a_recipient_that_tells_no_secret() -> None:
    """Reordering the list changes no name, and one that was taken off is given up."""
    first = channel.Options(urls="json://secret-a@host/\nntfys://secret-b/topic")
    second = channel.Options(urls="ntfys://secret-b/topic json://secret-a@host/")
    names = channel.recipients(first)
    assert set(names) == set(channel.recipients(second))
    assert [name.partition("-")[0] for name in names if name] == ["json", "ntfys"]
    assert "secret" not in "".join(map(str, names))
    assert send(channel.Options(urls="json://other/"), names[0]) == GiveUp(f"there is no address {names[0]} in urls any more")


def test_an_address_that_the_library_does_not_know_waits_for_a_better_one() -> None:
    options = channel.Options(urls="nosuchservice://abc")
    (name,) = channel.recipients(options)
    assert send(options, name) == Later(f"{name} is no address that Apprise knows")
