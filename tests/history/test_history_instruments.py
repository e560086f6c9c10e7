"""Every written form of a number is one key, and numbers that differ by a digit are two."""

import json
from pathlib import Path

import pytest

from monitor.history import instruments

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases/history/instruments.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text'][:40]}-{case.get('year', '')}")
def test_written_forms(case):
    assert list(instruments.keys(case["text"], case.get("year"), case.get("jurisdiction"))) == case["keys"]


@pytest.mark.parametrize("number", [1, 17, 46, 61, 118])
def test_a_digit_makes_another_act(number):
    assert set(instruments.keys(f"Announcement No. {number} of 2025")).isdisjoint(instruments.keys(f"Announcement No. {number + 1} of 2025"))
    assert instruments.keys(f"商务部公告2025年第{number}号") == instruments.keys(f"Announcement No. {number} of 2025")


def test_series_keep_numbers_apart():
    notice, listing = (
        instruments.keys("Announcement No. 7 of 2025"),
        instruments.keys("Unreliable Entity List Working Mechanism Announcement No. 7 of 2025"),
    )
    assert notice != listing
    assert instruments.series(notice[0]) != instruments.series(listing[0])
