"""The bundled newsroom on loopback: pages, feeds of every format, and a few faults, as the web would send them."""

import json
import re
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

ARTICLE = re.compile(r"^=== (\S+) \| (\S+) \| (\S+) \| (.+)$")
NOISE = ("Markets open mixed in quiet trade", "Ten walks along the old harbour", "Ferry timetable changes on Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of the newsroom."""

    source: str
    path: str
    published: datetime
    title: str
    text: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One source: how it publishes and what is wrong with it."""

    name: str
    format: str
    outlet: str
    language: str
    official: bool = False
    charset: str = "utf-8"
    fault: str = ""


def desks() -> tuple[Desk, ...]:
    table = tomllib.loads(file("sources.toml"))
    return tuple(Desk(name=name, **row) for name, row in table.items())


def stories() -> tuple[Story, ...]:
    return tuple(story for day in (1, 2, 3) for story in told(file(f"day-{day}.txt"), day))


def file(name: str) -> str:
    return (resources.files("monitor.demo") / "newsroom" / name).read_text(encoding="utf-8")


def told(text: str, day: int) -> Iterator[Story]:
    """The stories of one day's file."""
    lines = text.splitlines()
    heads = [(n, found) for n, line in enumerate(lines) if (found := ARTICLE.match(line))]
    for (start, head), end in zip(heads, [n for n, _ in heads[1:]] + [len(lines)], strict=True):
        source, path, published, title = head.groups()
        yield Story(
            source=source,
            path=path,
            published=datetime.fromisoformat(published),
            title=title,
            text="\n".join(lines[start + 1 : end]).strip(),
            day=day,
        )


class Newsroom(ThreadingHTTPServer):
    """Serves /SOURCE/feed or /SOURCE/ (a listing) and each story's page; `day` says how far the story has gone."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.day = 1
        self.stories = stories()
        self.desks = {desk.name: desk for desk in desks()}
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "Newsroom":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle of an answer is no fault of the newsroom's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def shown(self, desk: Desk) -> list[Story]:
        """What a source lists on the present day, newest first."""
        return sorted((s for s in self.stories if s.source == desk.name and s.day <= self.day), key=lambda s: s.published, reverse=True)

    def url(self, story: Story) -> str:
        return f"{self.address}/{story.source}{story.path}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """(status, content type, body) for a path."""
        name, _, rest = path.lstrip("/").partition("/")
        desk = self.desks.get(name)
        if desk is None:
            return 404, "text/plain", b"no such source"
        if desk.fault == "dead":
            return 503, "text/plain", b"down for maintenance"
        if rest in ("", "feed"):
            return feed(self, desk)
        plain = "/" + rest.split("?")[0]
        story = next((s for s in self.shown(desk) if s.path.split("?")[0] == plain), None)
        return (
            (404, "text/plain", b"no such page")
            if story is None
            else (200, f"text/html; charset={desk.charset}", page(desk, story).encode(desk.charset))
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Newsroom

    def do_GET(self) -> None:
        status, kind, body = self.server.answer(self.path)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The demo speaks for itself; requests are not printed."""


def page(desk: Desk, story: Story) -> str:
    """A story's page with what pages have around a story: navigation, byline, share bar, related headlines."""
    paragraphs = "".join(f"<p>{escape(p)}</p>" for p in story.text.split("\n\n"))
    related = "".join(f"<li><a href='/nowhere'>{line}</a></li>" for line in NOISE)
    return (
        f"<!doctype html><html lang='{desk.language}'><head><meta charset='{desk.charset}'><title>{escape(story.title)} | {desk.outlet}</title>"
        f"<meta property='article:published_time' content='{story.published.isoformat()}'></head><body>"
        f"<header><nav><a href='/'>Home</a> <a href='/world'>World</a> <a href='/about'>About us</a></nav></header>"
        f"<main><article><h1>{escape(story.title)}</h1><div class='share'>Share Tweet Print</div>{paragraphs}</article></main>"
        f"<aside><h2>Explore</h2><ul>{related}</ul></aside><footer>© {desk.outlet}</footer></body></html>"
    )


def feed(room: Newsroom, desk: Desk) -> tuple[int, str, bytes]:
    """The source's feed or listing in its format, with its fault."""
    shown = room.shown(desk)
    if desk.fault == "broken":
        body = rss(room, desk, shown).replace("</title>", "</titel>", 2).replace("&amp;", "&").encode() + b"\xff\xfe<item>"
        return 200, "application/rss+xml", body[: len(body) * 2 // 3]
    writers: dict[str, Any] = {"rss": rss, "rss-full": rss, "atom": atom, "rdf": rdf, "json": json_feed, "listing": listing}
    kinds = {"atom": "application/atom+xml", "json": "application/feed+json", "listing": f"text/html; charset={desk.charset}"}
    return 200, kinds.get(desk.format, "application/rss+xml"), writers[desk.format](room, desk, shown).encode(desk.charset)


def rss(room: Newsroom, desk: Desk, shown: list[Story]) -> str:
    full = desk.format == "rss-full"
    again = shown * 2 if desk.fault == "repeats" else shown
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{escape(room.url(s))}</link><guid isPermaLink='false'>{desk.name}-{n}-{room.day}</guid>"
        f"<pubDate>{format_datetime(s.published)}</pubDate><description>{escape(s.text if full else first_line(s)[:220])}</description></item>"
        for n, s in enumerate(again)
    )
    head = f"<title>{escape(desk.outlet)}</title><link>{room.address}/{desk.name}/</link><description>News</description>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def first_line(story: Story) -> str:
    return story.text.split("\n")[0]


def atom(room: Newsroom, desk: Desk, shown: list[Story]) -> str:
    entries = "".join(
        f"<entry><id>{room.url(s)}</id><title>{escape(s.title)}</title><link href='{room.url(s)}'/><updated>{s.published.isoformat()}</updated>"
        f"<published>{s.published.isoformat()}</published><summary>{escape(first_line(s))}</summary></entry>"
        for s in shown
    )
    updated = max((s.published for s in shown), default=datetime(2025, 1, 1, tzinfo=UTC)).isoformat()
    return (
        f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><id>{room.address}/{desk.name}/</id>"
        f"<title>{escape(desk.outlet)}</title><updated>{updated}</updated>{entries}</feed>"
    )


def rdf(room: Newsroom, desk: Desk, shown: list[Story]) -> str:
    items = "".join(
        f"<item rdf:about='{room.url(s)}'><title>{escape(s.title)}</title>"
        f"<link>{room.url(s)}</link><dc:date>{s.published.isoformat()}</dc:date></item>"
        for s in shown
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
        f"xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        f"<channel rdf:about='{room.address}/{desk.name}/'><title>{escape(desk.outlet)}</title></channel>{items}</rdf:RDF>"
    )


def json_feed(room: Newsroom, desk: Desk, shown: list[Story]) -> str:
    items = [
        {"id": room.url(s), "url": room.url(s), "title": s.title, "date_published": s.published.isoformat(), "summary": first_line(s)} for s in shown
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": desk.outlet, "items": items}, ensure_ascii=False)


def listing(room: Newsroom, desk: Desk, shown: list[Story]) -> str:
    rows = "".join(f"<li><a href='{room.url(s)}'>{escape(s.title)}</a> <span>[{s.published:%Y-%m-%d}]</span></li>" for s in shown)
    return (
        f"<!doctype html><html lang='{desk.language}'><head><meta charset='{desk.charset}'><title>{escape(desk.outlet)}</title></head><body>"
        f"<nav><a href='/'>首页</a> <a href='/about'>关于我们</a></nav><div class='list'><ul>{rows}</ul></div><footer>版权所有</footer></body></html>"
    )
