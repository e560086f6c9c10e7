"""The shipped register is whole, and the board answers from it as the words of the contract say."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.history import dates, instruments, register, shelf, states
from monitor.model import EVENT_TYPES, Evidence

BASE = register.baseline()
IDS = {event.id for event in BASE}
TABLE = shelf.table("measures.toml")
CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases/history/states.jsonl").read_text(encoding="utf-8").splitlines()]
RELATIONS = {*states.ACTING, "implements", "corrects", "concludes", "confirms"}


@pytest.mark.parametrize("event", BASE, ids=lambda event: event.id)
def test_each_act_is_whole(event):
    assert event.id == event.ref and re.fullmatch(r"[a-z0-9-]+", event.id)
    assert event.type in EVENT_TYPES and event.summary.endswith(".")
    assert dates.span(event.date) and all(dates.span(day) for day in (event.effective, event.until) if day)
    assert event.sources and all(re.match("https?://", url) for url in event.sources)
    assert set(event.modifies) <= IDS
    assert not event.until or dates.last(event.until) >= dates.first(event.date)


def test_ids_and_numbers_are_unique():
    assert len(IDS) == len(shelf.rows("acts.jsonl")) == len(BASE)
    numbers = [number for event in BASE for number in event.numbers if instruments.numbered(number)]
    assert len(numbers) == len(set(numbers))


def test_measures_and_edges_name_acts_that_exist():
    assert {row["event"] for row in TABLE["measure"]} | set(TABLE["acts"]) <= IDS
    for edge in TABLE["edge"]:
        assert {edge["by"], *edge["of"]} <= IDS and edge["relation"] in RELATIONS
        clauses = {row.get("clause", "") for row in TABLE["measure"] if row["event"] in edge["of"]}
        assert set(edge.get("clauses", ())) <= clauses
        assert all(dates.span(edge[name]) for name in ("since", "until") if name in edge)


def test_every_act_upon_another_has_its_edge():
    told = {(edge["by"], of) for edge in TABLE["edge"] for of in edge["of"]}
    assert {(event.id, of) for event in BASE for of in event.modifies} <= told


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['material']}-{c['jurisdiction']}-{c['destination']}-{c['as_of']}-{c['known_at']}")
def test_cells(case):
    as_of, known_at = date.fromisoformat(case["as_of"]), date.fromisoformat(case["known_at"])
    found = register.cell(BASE, case["material"], case["jurisdiction"], case["destination"], as_of, known_at)
    assert found.verdict == case["verdict"], [(s.measure.event, s.state, s.reason) for s in found.states]
    assert found.general_licence == case.get("general_licence", found.general_licence)
    behind = {(s.measure.event, s.state): s.until for s in found.states}
    for measure in case["measures"]:
        assert (measure["ref"], measure["state"]) in behind
        assert "until" not in measure or behind[measure["ref"], measure["state"]] == measure["until"]


def test_every_state_of_every_day_has_a_reason_and_a_source():
    sources = {event.id: event.sources for event in BASE}
    day, seen = date(2023, 1, 1), set()
    while day <= date(2026, 12, 31):
        for state in register.fold(BASE, day, day):
            assert state.reason and all(sources[event] for event in state.by)
            assert state.state != "window_passed" or "no act known" in state.reason
            seen.add(state.state)
        day += timedelta(days=1)
    assert seen == {"announced", "in_force", "suspended", "window_passed", "expired", "repealed", "replaced"}


def test_clauses_have_their_own_dates():
    on = {s.measure.clause: s.state for s in register.fold(BASE, date(2025, 10, 20), date(2025, 10, 20)) if "no-61" in s.measure.event}
    assert on == {"1(a)": "announced", "1(b)": "announced", "1(c)": "in_force"}
    on = {s.measure.clause: s.state for s in register.fold(BASE, date(2025, 12, 1), date(2025, 12, 1)) if s.measure.event.endswith("antimony-ban")}
    assert on == {"1": "in_force", "2": "suspended", "2, graphite": "suspended"}


def test_what_is_known_later_changes_nothing_that_was_known_then():
    for known_at in (date(2025, 4, 3), date(2025, 10, 8), date(2025, 11, 6)):
        then = [event for event in BASE if event.known.date() <= known_at]
        assert register.board(BASE, "US", date(2026, 12, 1), known_at) == register.board(then, "US", date(2026, 12, 1), known_at)


def test_the_register_before_a_day():
    before = {event.id: event for event in register.baseline(date(2025, 10, 8))}
    assert "cn-2025-10-09-no-61-foreign-made-goods" not in before
    assert "g7-2025-10-coordinated-response" not in before, "a month counts as known when it is over"
    assert before["cd-2025-09-20-cobalt-quotas"].status == "announced"


def test_the_life_of_an_instrument():
    life = register.instrument_life("商务部公告2025年第61号", BASE)
    assert [(step.relation, step.day) for step in life] == [
        ("announced", "2025-10-09"), ("in_force", "2025-10-09"), ("suspends", "2025-11-07"), ("in_force", "2025-12-01"), ("in_force", "2025-12-01"),
    ]  # fmt: skip
    assert life == register.instrument_life("61", BASE) == register.instrument_life("MOFCOM Notice 2025-61", BASE)
    assert {step.event for step in register.instrument_life("No. 18 of 2025", BASE)} == {"cn-2025-04-04-seven-rare-earths"}


def test_a_cell_as_json():
    found = register.cell(BASE, "gallium", "CN", "US", date(2025, 12, 1), date(2025, 12, 1))
    quote = Evidence(quote="words", url="https://example.org/a", outlet="Example")
    told = register.cell_json(found, lambda _: (quote,), BASE)
    assert set(told) == {"material", "jurisdiction", "destination", "as_of", "known_at", "verdict", "general_licence", "measures"}
    assert {"ref", "instrument", "state", "effective", "until", "event", "evidence"} <= set(told["measures"][0])
    assert told["measures"][0]["evidence"] == [{"quote": "words", "url": "https://example.org/a", "outlet": "Example", "published": None}]
    assert json.loads(json.dumps(told)) == told
