"""Rehearsals: rules over the stored history, or a stream of documents through a history in memory. Nothing is sent."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from monitor.alerts import rules as alert_rules
from monitor.config import Config
from monitor.errors import BadInput
from monitor.extraction import extract
from monitor.history import rehearse
from monitor.model import Article, Mention
from monitor.run import documents
from monitor.run.watch import resolved
from monitor.store import Database


def stream(file: Path, *, gold: bool, known_before: date | None) -> Iterator[dict[str, Any]]:
    """One answer for each document of a JSON-lines file, in its order."""
    told = annotated(file) if gold else extract.load().mentions(documents.articles([str(file)]))
    yield from rehearse.rehearse(told, known_before)


def annotated(file: Path) -> Iterator[tuple[Article, tuple[Mention, ...]]]:
    """The documents with their own annotation as mentions."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        document = json.loads(line)
        article = documents.from_document(document, f"{file}: line {number}")
        if not isinstance(document.get("events"), list):
            raise BadInput(f'{file}: line {number}: has no "events"; --gold takes annotated documents')
        yield article, rehearse.gold(article, document["events"])


def rules(database: Database, config: Config, first: date, last: date) -> list[dict[str, Any]]:
    """What the rules would have raised from `first` to `last`, the oldest first."""
    start, end = (datetime.combine(day, time(), config.zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    found = []
    for change in database.history.changes(start, end):
        event = database.history.event(change.event)
        if event is not None:
            witness = next((w for w, _ in database.history.witnesses(event.id) if w.mention.id == change.mention), None)
            found.append((change, event, witness))
    told = {change.id: (change, event) for change, event, _ in found}
    rows = []
    for raised in alert_rules.alerts(found, resolved(config.rules, config.watch), end):
        change, event = told[raised.change or ""]
        day = change.at.astimezone(config.zone).date()
        row = {"day": day, "rule": raised.rule, "severity": raised.severity, "change": f"{change.field} {change.after or ''}".strip()}
        rows.append({**row, "event": event.summary or event.id, "why": raised.reason})
    return rows
