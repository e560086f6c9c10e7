"""Webhooks against real receivers on loopback."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError
from support import NOW, delivery, message

from monitor.alerts.channels import webhook
from monitor.model import Delivered, Delivery, GiveUp, Later, Outcome
from monitor.options import Reader

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
Answer = Callable[[BaseHTTPRequestHandler], None]


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.answer, self.got = answer, []  # type: ignore[var-annotated]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.server.answer(self)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@contextmanager
def receiver(answer: Answer) -> Iterator[Receiver]:
    with Receiver(answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def says(status: int, text: str = "", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(text.encode())))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def send(url: str, now: datetime = NOW, one: Delivery | None = None, **options: Any) -> Outcome:
    async def run() -> Outcome:
        async with httpx.AsyncClient(follow_redirects=True) as client:
            return await webhook.send(webhook.Options(**{"url": url, "secret": SECRET, **options}), one or delivery(), client, now)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (says(200, "ok"), Delivered("answered 200 OK")),
        (says(204), Delivered("answered 204 No Content")),
        (says(299), Delivered("answered 299")),
        (says(301, Location="http://x.example/"), GiveUp(
            'answered 301 Moved Permanently; it points to "http://x.example/", and redirects are not followed: put the right address into url')),
        (says(400, "no such\n team"), GiveUp("answered 400 Bad Request: no such team")),
        (says(401), GiveUp("answered 401 Unauthorized")),
        (says(404), GiveUp("answered 404 Not Found")),
        (says(408), Later("answered 408 Request Timeout")),
        (says(410), GiveUp("answered 410 Gone; the receiver wants nothing more", disable=True)),
        (says(422, "x" * 5000), GiveUp("answered 422 Unprocessable Entity: " + "x" * 300)),
        (says(429, Retry_After="120"), Later("answered 429 Too Many Requests", 120.0)),
        (says(500, "\x1b[31moops"), Later("answered 500 Internal Server Error: [31moops")),
        (says(503, Retry_After="Fri, 07 Nov 2025 06:31:30 GMT"), Later("answered 503 Service Unavailable", 90.0)),
        (says(503, Retry_After="Fri, 07 Nov 2025 06:00:00 GMT"), Later("answered 503 Service Unavailable", 0.0)),
        (says(503, Retry_After="soon"), Later("answered 503 Service Unavailable")),
    ],
)  # fmt: skip
def test_each_class_of_answer_has_its_outcome(answer: Answer, expected: Outcome) -> None:
    with receiver(answer) as server:
        outcome = send(server.url)
        asked = len(server.got)
    assert outcome == expected
    assert asked == 1, "redirects are not followed and nothing is asked twice"


def test_a_receiver_verifies_the_signature_with_the_public_library() -> None:
    now = datetime.now(UTC)
    with receiver(says(204)) as server:
        send(server.url, now)
        headers, body = server.got[0]
    told = Webhook(SECRET).verify(body, headers)
    assert told["type"] == "event.new"
    assert told["timestamp"] == "2025-11-07T06:30:00Z"
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("secret", [SECRET, OLD], ids=["new", "old"])
def test_while_secrets_rotate_either_verifies(secret: str) -> None:
    with receiver(says(204)) as server:
        send(server.url, datetime.now(UTC), old_secret=OLD)
        headers, body = server.got[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    Webhook(secret).verify(body, headers)


def test_signature_agrees_with_the_published_example() -> None:
    """The vector of the specification: id, time and body give this very signature."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', (secret,), datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


TAMPERINGS: dict[str, Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]]] = {
    "body changed": lambda h, b: (h, b.replace(b"event.new", b"event.old")),
    "body reformatted": lambda h, b: (h, json.dumps(json.loads(b), indent=1).encode()),
    "id changed": lambda h, b: ({**h, "webhook-id": "msg_2"}, b),
    "id missing": lambda h, b: ({k: v for k, v in h.items() if k != "webhook-id"}, b),
    "signature missing": lambda h, b: ({k: v for k, v in h.items() if k != "webhook-signature"}, b),
    "timestamp missing": lambda h, b: ({k: v for k, v in h.items() if k != "webhook-timestamp"}, b),
    "timestamp moved": lambda h, b: ({**h, "webhook-timestamp": str(int(h["webhook-timestamp"]) + 1)}, b),
    "timestamp no number": lambda h, b: ({**h, "webhook-timestamp": "today"}, b),
    "signature of another version": lambda h, b: ({**h, "webhook-signature": h["webhook-signature"].replace("v1,", "v2,")}, b),
    "signature of nothing": lambda h, b: ({**h, "webhook-signature": "v1,"}, b),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_receiver_rejects_what_was_tampered_with(name: str) -> None:
    with receiver(says(204)) as server:
        send(server.url, datetime.now(UTC))
        headers, body = TAMPERINGS[name](*server.got[0])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)


@pytest.mark.parametrize("shift", [timedelta(minutes=-6), timedelta(minutes=6)], ids=["too old", "too new"])
def test_a_receiver_rejects_a_replay(shift: timedelta) -> None:
    with receiver(says(204)) as server:
        send(server.url, datetime.now(UTC) + shift)
        headers, body = server.got[0]
    with pytest.raises(WebhookVerificationError, match="timestamp"):
        Webhook(SECRET).verify(body, headers)


def test_a_receiver_rejects_another_secret() -> None:
    with receiver(says(204)) as server:
        send(server.url, datetime.now(UTC))
        headers, body = server.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(body, headers)


def test_id_and_body_stay_over_attempts_while_the_time_moves() -> None:
    with receiver(says(503)) as server:
        for minutes in (0, 5, 300):
            send(server.url, NOW + timedelta(minutes=minutes))
        got = server.got
    assert len({headers["webhook-id"] for headers, _ in got}) == len({body for _, body in got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in got}) == 3


def test_nobody_listening_is_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    outcome = send(f"http://127.0.0.1:{port}/hook")
    assert isinstance(outcome, Later)
    assert outcome.why.startswith("could not be reached: ")


def hangs(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.6)


def drips(handler: BaseHTTPRequestHandler) -> None:
    """An answer that never ends, a byte at a time: no single read takes long."""
    handler.send_response(500)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(40):
        try:
            handler.wfile.write(b"x")
        except OSError:
            return
        time.sleep(0.1)


def floods(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(500)
    handler.end_headers()
    try:
        for _ in range(10_000):
            handler.wfile.write(b"y" * 10_000)
    except OSError:
        return


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(400)
    handler.send_header("Content-Length", "50")
    handler.end_headers()
    handler.wfile.write(b"half")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (hangs, "no answer within 1 s"),
        (drips, "no answer within 1 s"),
        (hangs_up, "could not be reached: Server disconnected without sending a response."),
    ],
)
def test_a_receiver_that_stalls_is_tried_again(answer: Answer, said: str) -> None:
    with receiver(answer) as server:
        started = time.monotonic()
        outcome = send(server.url, timeout=timedelta(seconds=1))
    assert outcome == Later(said)
    assert time.monotonic() - started < 4


def test_an_endless_answer_is_read_only_so_far() -> None:
    with receiver(floods) as server:
        outcome = send(server.url)
    assert outcome == Later("answered 500 Internal Server Error: " + "y" * 300)


def test_an_answer_that_breaks_off_counts_by_its_status() -> None:
    with receiver(breaks_off) as server:
        assert isinstance(outcome := send(server.url), GiveUp)
    assert outcome.why.startswith("answered 400 Bad Request")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_abc", "whsec_" + "!" * 40, "whsec_" + base64.b64encode(bytes(65)).decode()])
def test_a_secret_that_cannot_sign_waits_for_a_better_one(secret: str) -> None:
    """Nothing is sent unsigned and nothing is lost; the fault does not show the secret."""
    with receiver(says(204)) as server:
        outcome = send(server.url, secret=secret)
        assert server.got == []
    assert isinstance(outcome, Later)
    assert "24 to 64 bytes" in outcome.why
    assert secret == "whsec_" or secret not in outcome.why


def test_options_are_read_from_a_table() -> None:
    reader = Reader(file="config.toml", environ={"S": SECRET, "OLD": OLD})
    made = reader.table(
        {"url": "https://hooks.example/", "secret_env": "S", "old_secret_env": "OLD", "timeout": "10s"}, webhook.Options, "channels.x"
    )
    assert reader.faults == []
    assert made == webhook.Options(url="https://hooks.example/", secret=SECRET, old_secret=OLD, timeout=timedelta(seconds=10))
    assert webhook.recipients(made) == (None,)


def test_a_wrong_address_is_a_fault_of_the_table() -> None:
    reader = Reader(file="config.toml", environ={"S": SECRET})
    assert reader.table({"url": "ftp://x", "secret_env": "S"}, webhook.Options, "channels.x") is None
    assert str(reader.faults[0]) == 'config.toml: channels.x.url: "ftp://x" is no web address. Allowed: http:// or https:// and a host'


def test_chinese_and_emoji_arrive_as_they_were() -> None:
    text = "暂停实施 – “quoted” 🧲"
    with receiver(says(204)) as server:
        send(server.url, datetime.now(UTC), delivery(message=message(data={"quote": text})))
        headers, body = server.got[0]
    assert Webhook(SECRET).verify(body, headers)["data"]["quote"] == text
