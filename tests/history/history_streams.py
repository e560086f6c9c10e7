"""Streams of invented documents from `cases/history/streams`, as articles and mentions."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.history import rehearse
from monitor.model import Article

FOLDER = Path(__file__).parents[1] / "cases/history/streams"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def rows(name):
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def article(row, **changed):
    published = datetime.fromisoformat(row["published"])
    made = Article(
        id=row["id"], source="file", url=f"https://example.org/{row['id']}", outlet=row["outlet"], title=row["title"],
        text="\n\n".join(quote for event in row["events"] for quote in event["evidence"]), language=row.get("lang", "en"),
        fetched=published, published=published, official=row.get("official", False),
    )  # fmt: skip
    return replace(made, **changed)


def document(row, **changed):
    made = article(row, **changed)
    return made, rehearse.gold(made, row["events"])


def witnesses(row, **changed):
    made, mentions = document(row, **changed)
    return tuple(rehearse.witness(made, mention) for mention in mentions)


def again(row):
    """The same text under another URL and outlet, an hour later."""
    made = article(row)
    return document(row, id=f"{row['id']}-again", outlet=f"{row['outlet']} mirror", published=made.published + timedelta(hours=1))
