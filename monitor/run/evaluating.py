"""The extractor against annotated documents: what `monitor evaluate` does."""

import json
from pathlib import Path
from typing import Any

from monitor.extraction import evaluate
from monitor.resources import models_folder
from monitor.run.documents import extracted


def evaluated(gold: Path, *, samples: int, update: bool) -> tuple[dict[str, Any], list[str], list[str]]:
    """(figures, lines for people, floors missed) of the extractor on annotated documents."""
    documents = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    guesses = list(extracted([str(gold)]))
    figures = evaluate.figures(documents, guesses, samples=samples)
    floors = models_folder() / "floors.json"
    return figures, evaluate.lines(figures), evaluate.floors(figures, gold, floors, update=update)
