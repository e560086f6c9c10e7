"""The figures are those of the corpus' scorer; intervals and floors."""

import json
from pathlib import Path

from monitor.extraction import evaluate

CASE = json.loads((Path(__file__).resolve().parent.parent / "cases" / "extraction" / "scored.json").read_text(encoding="utf-8"))


def test_figures_of_the_case_are_the_scorers() -> None:
    found = evaluate.report(CASE["gold"], CASE["guessed"])
    assert {name: found[name] for name in CASE["figures"]} == CASE["figures"]
    assert found["fields"]["materials"] == 0.75
    assert found["fields"]["date"] == 0.5
    assert found["fields"]["actors"] == 1.0
    assert found["by_language"]["zh"]["f1"] == 1.0


def test_intervals_enclose_the_figure_and_do_not_change_between_runs() -> None:
    tallies = [evaluate.tally(d, CASE["guessed"][d["id"]]) for d in CASE["gold"]]
    low, high = evaluate.interval(tallies)
    assert low <= 0.5 <= high
    assert evaluate.interval(tallies) == (low, high)


def test_floors_only_rise() -> None:
    found = evaluate.report(CASE["gold"], CASE["guessed"])
    floors = evaluate.raised(found, {"events": 0.9, "relevance": 0.1})
    assert floors["events"] == 0.9
    assert floors["relevance"] == 0.8
    assert evaluate.below(found, {"events": 0.9, "relevance": 0.1}) == ["events is 0.5000, below its floor 0.9000"]
