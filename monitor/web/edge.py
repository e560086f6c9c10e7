"""What every answer carries: security headers, an ETag, and no body where the reader has it already. HEAD is GET without its body."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
READING = ("GET", "HEAD")


class Edge:
    """Wraps the application. Answers are small, so that each is gathered whole before it goes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        gathered = Gathered()
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self.app(inner, receive, gathered.take)
        for message in gathered.answer(Headers(scope=scope), scope["method"]):
            await send(message)


class Gathered:
    """One answer, gathered and then told."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = bytearray()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def answer(self, asked: Headers, method: str) -> list[Message]:
        """The messages to send: the whole answer, its headers alone, or 304."""
        body, status = bytes(self.body), self.start["status"]
        headers = MutableHeaders(raw=list(self.start["headers"]))
        headers.update(SECURITY)
        headers.setdefault("Cache-Control", "no-cache")
        if status == 200 and method in READING:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            if known(asked.get("if-none-match"), headers["ETag"]):
                status, body = 304, b""
                del headers["content-length"]
        told = {**self.start, "status": status, "headers": headers.raw}
        return [told, {"type": "http.response.body", "body": b"" if method == "HEAD" else body}]


def known(asked: str | None, etag: str) -> bool:
    """Whether If-None-Match names this ETag."""
    return asked is not None and any(one.strip().removeprefix("W/") in (etag, "*") for one in asked.split(","))
