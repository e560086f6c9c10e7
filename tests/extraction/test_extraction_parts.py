"""Gate, boilerplate, sentences, dates and numbers, each against a file of cases."""

import json
from datetime import date
from pathlib import Path

import pytest

from monitor.extraction import boilerplate, dates, gate, lexicon, numbers, reading, referring, sentences
from monitor.extraction.extract import Reader

CASES = Path(__file__).resolve().parent.parent / "cases" / "extraction"


def cases(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", cases("dates.jsonl"), ids=lambda c: c["text"][:30])
def test_dates_resolve_against_the_documents_day_and_keep_their_role(case: dict[str, str]) -> None:
    found = dates.find(case["text"], date.fromisoformat(case["on"]), case["lang"])
    assert [[f.text, f.value, dates.role(case["text"], f)] for f in found] == case["dates"]


def test_without_a_document_date_only_absolute_dates_resolve() -> None:
    found = dates.find("On Thursday, and on 4 April 2025, and in May.", None, "en")
    assert [f.value for f in found] == ["2025-04-04"]


@pytest.mark.parametrize("case", cases("referring.jsonl"), ids=lambda c: c["text"][:30])
def test_dates_may_refer_to_one_told_before(case: dict[str, str]) -> None:
    told = dates.find(case["text"], date.fromisoformat(case["on"]), case["lang"])
    found = referring.follow(case["text"], told, case["last"], case["lang"])
    assert [[f.text, f.value] for f in found] == case["dates"]


def test_the_number_of_a_notice_is_no_day() -> None:
    document = reading.read("Notice", "It recalls No. 1 of January this year.", "en", date(2026, 6, 1), Reader(lexicon.pipeline("en")).annotate)
    assert [f.value for f in document.reads[1].dates] == ["2026-01"]


@pytest.mark.parametrize("case", cases("numbers.jsonl"), ids=lambda c: c["text"][:30])
def test_instruments_have_one_key_in_every_written_form(case: dict[str, str]) -> None:
    found = numbers.find(case["text"], 2026, case["lang"])
    assert [numbers.key(n, "CN", None) for n in found] == case["keys"]


def test_page_furniture_is_no_story() -> None:
    case = json.loads((CASES / "furniture.json").read_text(encoding="utf-8"))
    marked = boilerplate.mark(case["title"], case["text"])
    assert [line.text for line in marked if not line.noise] == case["story"]


def test_sentences_know_abbreviations_and_quote_exactly() -> None:
    title, text = "A title", 'It cites No. 61 of Oct. 9. "We comply," said J. Doe of the U.S. embassy. It ended at 5 p.m. Monday.\n\nNext line'
    whole = f"{title}\n\n{text}"
    found = sentences.split(boilerplate.mark(title, text), "en")
    assert [s.text for s in found] == [
        "A title",
        "It cites No. 61 of Oct. 9.",
        '"We comply," said J. Doe of the U.S. embassy.',
        "It ended at 5 p.m. Monday.",
        "Next line",
    ]
    assert all(whole[s.start : s.end] == s.text for s in found)


def test_chinese_quotations_are_not_cut() -> None:
    found = sentences.split(boilerplate.mark("标题", "他说：“不会。绝不会。”随后离开。会议结束。"), "zh")
    assert [s.text for s in found] == ["标题", "他说：“不会。绝不会。”", "随后离开。", "会议结束。"]


@pytest.mark.parametrize(
    ("text", "relevant"),
    [
        ("China adds gallium to its list", True),
        ("The price of copper rose", False),
        ("A quota for copper exports is under review", True),
        ("商务部公布对镓、锗实施管制", True),
        ("今天下雨，球队获胜", False),
        ("The driver lost his licence in Leeds", False),
        ("商务部公告2025年第70号：暂停实施商务部公告2025年第55号", True),
        ("The Ministry of Commerce suspends Announcement No. 55 of 2025", True),
        ("商务部公告2024年第11号：停止实施商务部公告2021年第6号，终止征收葡萄酒反倾销税", False),
        ("The Ministry of Commerce extends the anti-dumping duty on wine under Announcement No. 6", False),
    ],
)
def test_the_gate_loses_nothing_of_ours(text: str, relevant: bool) -> None:
    assert gate.relevant(text) is relevant
