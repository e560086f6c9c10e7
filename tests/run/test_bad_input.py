"""Hostile sources, through the conductor: one recorded outcome each, the service goes on, and memory stays bounded."""

import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from newsroom_world import World

from monitor.demo.demo import DAYS
from monitor.model import Source
from monitor.sources.kinds import feed

BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title><link>http://127.0.0.1/x</link></item></channel></rss>"
)
FAULTS = ("huge", "endless", "loop", "nested", "entities", "invalid-utf8", "zip", "hangs-up", "not-a-feed")


class Hostile(BaseHTTPRequestHandler):
    """One path for each bad thing."""

    def do_GET(self) -> None:
        name = self.path.strip("/").split("/")[0]
        if name == "loop":
            self.send_response(302)
            self.send_header("Location", f"/loop/{time.monotonic()}")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        if name == "zip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            self.body(name)
        except (BrokenPipeError, ConnectionResetError):
            return

    def body(self, name: str) -> None:
        write = self.wfile.write
        if name == "huge":
            for _ in range(800):
                write(b"<item><title>" + b"x" * 65_000 + b"</title></item>")
        elif name == "endless":
            for _ in range(10_000):
                write(b" ")
                time.sleep(0.05)
        elif name == "nested":
            write(b"<rss><channel>" + b"<div>" * 100_000 + b"</channel></rss>")
        elif name == "entities":
            write(BOMB)
        elif name == "invalid-utf8":
            item = b"<item><title>Licence \xff\xfe granted</title><link>http://127.0.0.1:1/nowhere</link></item>"
            write(b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>" + item + b"</channel></rss>")
        elif name == "zip":
            write(gzip.compress(b"\0" * 200_000_000, 9))
        elif name == "not-a-feed":
            write(b"\x89PNG\r\n\x1a\n" + bytes(5_000))

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def hostile() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "monitor", *sys.argv[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stderr[-500:])
"""


def written(world: World, hostile: str) -> Path:
    """The newsroom's configuration with bad sources added."""
    file = world.folder / "config.toml"
    port = hostile.rsplit(":", 1)[1]
    bad = "".join(f'[sources.{name}]\nkind = "feed"\nurl = "{hostile}/{name}"\nevery = "1h"\nfollow = "never"\n\n' for name in FAULTS)
    content = file.read_text(encoding="utf-8").replace('"../monitor.db"', '"monitor.db"')
    content = content.replace('allow_private = ["', f'timeout = "4s"\nallow_private = ["127.0.0.1:{port}", "')
    file.write_text(content + "\n" + bad, encoding="utf-8")
    return file


def test_each_bad_source_has_one_outcome_and_good_ones_are_read(world: World, hostile: str) -> None:
    """The service itself, as a process of its own: no process of it needs 400 MB."""
    with world.opened():
        pass
    command = [sys.executable, "-c", MEASURED, "run", "--once", "--config", str(written(world, hostile)), "--as-if", DAYS[0].isoformat()]
    code, kilobytes, errors = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split(" ", 2)
    assert code == "0", errors
    assert int(kilobytes) < 400 * 1024
    outcomes = world.rows("SELECT source, outcome, detail FROM source_outcome")
    assert len(outcomes) == len({name for name, _, _ in outcomes}) == len(FAULTS) + len(world.config.sources)
    told = {name: (outcome, str(detail)) for name, outcome, detail in outcomes}
    for name in ("huge", "endless", "loop", "zip", "hangs-up", "not-a-feed"):
        assert told[name][0] == "failed", f"{name}: {told[name]}"
        assert told[name][1], name
    assert told["invalid-utf8"][0] == "changed"
    assert told["harbour-wire"][0] == told["ministry"][0] == "changed"


def test_private_addresses_are_refused_unless_named(world: World, hostile: str) -> None:
    secret = Source(name="inside", kind="feed", url=f"{hostile}/nested", every=timedelta(hours=1), outlet="inside", options=feed.Options())
    world.round(1, config=replace(world.config, sources=(secret,)))
    (detail,) = world.rows("SELECT detail FROM source_outcome")[0]
    assert "127.0.0.1" in str(detail)
    assert "allow_private" in str(detail)
