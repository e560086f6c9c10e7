"""One real round: every feed and page of a folder of real input, through the service itself.

`python benchmarks/real_input.py FOLDER` serves FOLDER (its serve.py) on loopback, writes a config.toml with each feed of its feeds.json and
its /news.xml, runs `monitor run --once` twice, and prints entries, articles, events, time and memory, beside `reader` where it is installed.
"""

import argparse
import contextlib
import json
import resource
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, str(folder / "serve.py"), str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/news.xml"):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def written(folder: Path, base: str, place: Path) -> Path:
    """A config.toml with all feeds; their entries' pages lie elsewhere on the web and are not asked."""
    feeds = json.loads((folder / "feeds.json").read_text(encoding="utf-8"))
    blocks = ['[fetch]\nallow_private = ["127.0.0.1"]\nper_host_delay = "0s"\n']
    blocks += [f'[sources.news]\nkind = "feed"\nurl = "{base}/news.xml"\nfollow = "always"\n']
    blocks += [f'[sources.f-{Path(f["file"]).stem}]\nkind = "feed"\nurl = "{base}/{f["file"]}"\nfollow = "never"\n' for f in feeds]
    file = place / "config.toml"
    file.write_text("\n".join(blocks), encoding="utf-8")
    return file


def round_of(config: Path) -> tuple[dict[str, object], float, float]:
    """(counts, seconds, megabytes of the largest process) of one `monitor run --once`."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "monitor", "run", "--once", "--config", str(config), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the round failed:\n{done.stderr[-3000:]}")
    seconds = time.perf_counter() - start
    return json.loads(done.stdout), seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def due_again(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        db.execute("UPDATE source_state SET next_check = NULL")


def entries(database: Path, folder: Path) -> None:
    feeds = json.loads((folder / "feeds.json").read_text(encoding="utf-8"))
    with contextlib.closing(sqlite3.connect(database)) as db:
        for feed in feeds:
            name = f"f-{Path(feed['file']).stem}"
            row = db.execute("SELECT outcome, detail, counts FROM source_outcome WHERE source = ? ORDER BY id LIMIT 1", (name,)).fetchone()
            shown = json.loads(row[2]).get("items") if row else None
            if shown != feed["entries"]:
                print(f"  {name}: {shown} items, {feed['entries']} expected ({row[0]} {row[1]})")


def events(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        print("articles:", db.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone())
        for url, kind, date, quote in db.execute("SELECT url, type, date, quote FROM mentions ORDER BY url"):
            print(f"  {url.split('/', 3)[-1]}  {kind} {date}: {quote[:90]}")


def with_reader(folder: Path, base: str, place: Path) -> None:
    """The feeds alone, once: reader fetches no pages, and by itself it does not ask the same feeds again within the hour."""
    try:
        import reader
    except ImportError:
        print("reader is not installed: pip install reader")
        return
    start = time.perf_counter()
    with contextlib.closing(reader.make_reader(str(place / "reader.db"))) as library:
        for feed in json.loads((folder / "feeds.json").read_text(encoding="utf-8")):
            library.add_feed(f"{base}/{feed['file']}", exist_ok=True)
        library.update_feeds(workers=10)
    print(f"reader, cold, feeds alone: {time.perf_counter() - start:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary, served(folder) as base:
        place = Path(temporary)
        config, database = written(folder, base, place), place / "monitor.db"
        for label in ("cold", "unchanged"):
            counts, seconds, megabytes = round_of(config)
            print(f"{label}: {seconds:.1f} s, {megabytes:.0f} MB at most, {json.dumps(counts)}")
            due_again(database)
        entries(database, folder)
        events(database)
        with_reader(folder, base, place)


if __name__ == "__main__":
    main()
