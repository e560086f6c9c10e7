"""The extractor against annotated documents: what `monitor evaluate` does."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.errors import BadInput
from monitor.extraction import evaluate
from monitor.resources import models_folder
from monitor.run.documents import extracted

FLOORS = "floors.json"


def evaluated(gold: Path, *, update: bool) -> tuple[dict[str, Any], list[str], list[str]]:
    """(figures, lines for people, floors missed) of the extractor on annotated documents.

    Floors are pinned for each gold file by its hash in models/floors.json; `update` raises them and lowers none.
    """
    content = gold.read_bytes()
    documents = [document_of(line, f"{gold}: line {number}") for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    guesses = {answer["id"]: answer["events"] for answer in extracted([str(gold)])}
    found = evaluate.report(documents, guesses, style)
    file = models_folder() / FLOORS
    floors: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    key = hashlib.sha256(content).hexdigest()
    missed = evaluate.below(found, floors.get(key, {}))
    if update:
        floors[key] = evaluate.raised(found, floors.get(key, {}))
        file.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return found, list(lines(found)), missed


def document_of(line: bytes, where: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{where} is not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("events"), list) or "id" not in document:
        raise BadInput(f'{where} is no annotated document: it needs "id", "text" and "events"')
    return document


def style(document: Mapping[str, Any]) -> str:
    """A rough kind of writing, so that figures can be told apart by it."""
    length = len(document.get("text", ""))
    return "flash" if length < 400 else "notice" if document.get("title", "").startswith(("Announcement", "Notice", "商务部", "公告")) else "story"


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    for name in ("events", "core_events", "news_events", "families", "relevance"):
        one = found[name]
        low_high = found["intervals"].get(name)
        within = f"  95 % {low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else ""
        counts = f"({one['hit']} of {one['gold']} gold, {one['predicted']} predicted)"
        yield f"{name:12} P {one['p']:.3f}  R {one['r']:.3f}  F1 {one['f1']:.3f}{within}   {counts}"
    yield "fields       " + "  ".join(f"{name} {share:.2f}" for name, share in found["fields"].items())
    if found.get("linking"):
        yield f"linking      B3 F1 {found['linking']['f1']:.3f} on {found['linking']['mentions']} mentions"
    for title in ("by_language", "by_style", "by_type"):
        for name, one in found.get(title, {}).items():
            yield f"  {name:24} P {one['p']:.2f}  R {one['r']:.2f}  F1 {one['f1']:.2f}  gold {one['gold']}"
