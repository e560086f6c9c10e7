"""The settled cases of the annotation guide, each a small invented document with what must and what must not be found in it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.extraction import extract
from monitor.model import Article

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "extraction" / "guide"
OPEN = frozenset(json.loads((FOLDER / "open.json").read_text(encoding="utf-8")))  # known to fail, see docs/extractor.md
CASES = sorted(path for path in FOLDER.glob("*.json") if path.name != "open.json")


def article(case: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(case["published"])
    offset = published.utcoffset()
    assert offset is not None
    return Article(
        id="g1",
        source="desk",
        url="https://desk.example/g1",
        outlet="Desk",
        title=case["title"],
        text=case["text"],
        language=case["lang"],
        fetched=published.astimezone(UTC),
        published=published.astimezone(UTC),
        zone=int(offset.total_seconds() // 60),
    )


def has(event: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether an event has all fields as wanted; lists in any order."""
    return all(sorted(event[name]) == sorted(value) if isinstance(value, list) else event[name] == value for name, value in wanted.items())


def cases() -> list[Any]:
    return [pytest.param(path, id=path.stem, marks=[pytest.mark.xfail(strict=True)] if path.stem in OPEN else []) for path in CASES]


@pytest.mark.parametrize("path", cases())
def test_a_settled_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    found = [extract.as_guide(m) for m in extract.load().events(article(case))]
    for wanted in case["expect"]:
        assert any(has(event, wanted) for event in found), (case["rule"], wanted, found)
    assert not {event["type"] for event in found} & set(case["absent"]), case["rule"]


def test_open_cases_exist() -> None:
    assert {path.stem for path in CASES} >= OPEN
