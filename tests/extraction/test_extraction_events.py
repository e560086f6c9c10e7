"""The whole extractor on small invented documents: the act, its fields, its evidence, and what is never evidence."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.extraction import extract, notices
from monitor.model import Article

CASES = Path(__file__).resolve().parent.parent / "cases" / "extraction"
ACTS = [json.loads(line) for line in (CASES / "acts.jsonl").read_text(encoding="utf-8").splitlines()]


def article(case: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(case["published"])
    offset = published.utcoffset()
    assert offset is not None
    return Article(
        id="a1",
        source="desk",
        url="https://desk.example/a1",
        outlet="Desk",
        title=case["title"],
        text=case["text"],
        language=case["lang"],
        fetched=published.astimezone(UTC),
        published=published.astimezone(UTC),
        zone=int(offset.total_seconds() // 60),
    )


@pytest.mark.parametrize("case", ACTS, ids=lambda c: c["name"])
def test_an_act_is_found_with_its_fields_and_exact_evidence(case: dict[str, Any]) -> None:
    document = article(case)
    [(same, mentions)] = extract.load().mentions([document])
    assert same is document
    found = [m for m in mentions if m.type == case["type"]]
    assert len(found) == 1
    told = extract.as_guide(found[0])
    assert {name: told[name] for name in case["fields"]} == case["fields"]
    for mention in mentions:
        assert all(document.whole[s.start : s.end] == s.quote for s in (*mention.evidence, *(s for _, s in mention.surface)))
        assert not any(word in s.quote for word in case["never"] for s in mention.evidence)
        assert 0 < mention.confidence <= 1
        assert mention.why


def test_an_article_of_no_concern_has_no_mentions_and_says_why() -> None:
    case = {"published": "2025-11-07T18:00:00+00:00", "title": "Rain", "text": "It rained on the harbour fair.", "lang": "en"}
    explained = extract.load().explain(article(case))
    assert explained["events"] == []
    assert explained["gate"] == "names no subject of ours"


def test_explain_shows_what_was_passed_over() -> None:
    explained = extract.load().explain(article(ACTS[0]))
    passed = {s["text"]: s["why"] for s in explained["sentences"] if not s["taken"]}
    assert passed["Photo: A furnace. / Reuters"] == "page furniture"
    assert all(e["why"] and e["confidence"] for e in explained["events"])


def test_a_notice_is_read_into_clauses_with_their_own_dates() -> None:
    extractor = extract.load()
    document = extractor.read(article(ACTS[1]))
    told = [(c.label, c.materials, c.effective) for c in notices.clauses(document)]
    assert told == [("", ("niobium",), None), ("一、", ("niobium",), None), ("二、", (), "2026-12-01")]
    assert notices.signed(document) == "2026-10-14"


def test_rules_alone_find_the_acts_too() -> None:
    extractor = extract.load(rules_only=True)
    for case in ACTS:
        assert case["type"] in {m.type for m in extractor.events(article(case))}
