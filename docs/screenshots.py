"""Take the README's pictures from the demo's pages: `python docs/screenshots.py` (needs Chromium and the test extra)."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PAGES = {"today": "/", "board": "/board?destination=EU&as_of=2025-11-15&known_at=2025-12-18"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        subprocess.run([sys.executable, "-m", "monitor", "demo", "--database", str(database)], check=True, stdout=subprocess.DEVNULL)
        serving = [sys.executable, "-m", "monitor", "serve", "--database", str(database), "--listen", "127.0.0.1:0"]
        with subprocess.Popen(serving, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
            assert server.stdout is not None
            address = next(found[0] for line in server.stdout if (found := re.search(r"http://[\d.:]+", line)))
            taken(address, (Path(folder) / "demo" / "digest.html").as_uri())
            server.terminate()


def taken(address: str, digest: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1180, "height": 760})
        for name, path in PAGES.items():
            page.goto(address + path)
            page.screenshot(path=PICTURES / f"{name}.png")
        page.goto(f"{address}/search?type=control_suspended&since=2025-11-07")
        page.click("main a[href^='/events/']")
        page.screenshot(path=PICTURES / "event.png")
        page.set_viewport_size({"width": 420, "height": 760})
        page.goto(digest)
        page.screenshot(path=PICTURES / "digest.png")
        browser.close()


if __name__ == "__main__":
    main()
