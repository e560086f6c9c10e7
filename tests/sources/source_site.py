"""A real HTTP server on loopback whose answers a test writes down as functions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]
AGENT = "monitor-tests (+https://example.org/contact)"


def send(handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"", **headers: str) -> None:
    """A plain answer; underscores in header names become hyphens."""
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class Site:
    """A server. `pages` maps paths to answers, `asked` holds the requests' paths and headers in order."""

    base: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def page(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> str:
        """Serves a fixed answer and returns its address."""
        self.pages[path] = lambda handler: send(handler, status, body, **headers)
        return self.base + path

    def answer(self, path: str, answer: Answer) -> str:
        self.pages[path] = answer
        return self.base + path


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            try:
                site.pages.get(self.path, lambda handler: send(handler, 404))(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """The test's output is not the place for the server's log."""

    return Handler
