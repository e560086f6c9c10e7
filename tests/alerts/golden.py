"""What the cases of messages and digests look like. `python tests/alerts/golden.py` writes them anew: look at the difference before you commit it."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from support import BASE, CASES, read

from monitor.alerts import digest as digests
from monitor.alerts import message as messages
from monitor.alerts.body import body
from monitor.alerts.digest import Digest
from monitor.model import Message


def message(file: Path) -> Message:
    case = read(file)
    return messages.alert(case["alert"], case["change"], case["event"], case["evidence"], BASE)


def digest(file: Path) -> Digest:
    case = read(file)
    return digests.build(case["facts"], datetime.fromisoformat(case["now"]), ZoneInfo(case["zone"]))


def of_message(file: Path) -> dict[str, str]:
    """{ending: content} of what belongs beside a message's case."""
    made = message(file)
    told = json.dumps(json.loads(body(made)), ensure_ascii=False, indent=2) + "\n"
    return {".txt": f"Subject: {made.subject}\n\n{made.text}", ".html": made.html, ".body.json": told}


def of_digest(file: Path) -> dict[str, str]:
    made = digest(file)
    return {".txt": digests.text(made), ".html": digests.html(made), ".ics": made.calendar.decode()}


def cases() -> Iterator[tuple[Path, dict[str, str]]]:
    for folder, render in (("messages", of_message), ("digests", of_digest)):
        for file in sorted((CASES / folder).glob("*.json")):
            if not file.name.endswith(".body.json"):
                yield file, render(file)


if __name__ == "__main__":
    for case, parts in cases():
        for ending, content in parts.items():
            if content:
                case.with_suffix(ending).write_text(content, encoding="utf-8", newline="")
