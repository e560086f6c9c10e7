"""A pause that names no number acts on the controls whose day it names; one that names numbers acts on exactly those."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.history import fold, referring, register, states
from monitor.history.memory import History, Memory
from monitor.model import Mention, Span, Witness

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases/history/referring.jsonl").read_text(encoding="utf-8").splitlines()]
BEFORE = register.baseline(date(2025, 11, 1))
OCTOBER = {event.ref for event in BEFORE if event.date == "2025-10-09" and event.type == "control_introduced"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_days_that_a_sentence_means(case):
    assert list(referring.days(case["text"], date.fromisoformat(case["published"]))) == case["days"]


def pause(text, **fields):
    told = {"materials": ("rare_earths",), "date": "2025-11-05", "until": "2026-11-05", "status": "in_force", **fields}
    mention = Mention(
        id="m-pause", article="a-pause", type="control_suspended", direction="easing", jurisdictions=("CN",), actors=("Ministry of Commerce",),
        evidence=(Span(start=0, end=len(text), quote=text),), **told,
    )  # fmt: skip
    at = datetime(2025, 11, 5, 9, tzinfo=UTC)
    return Witness(mention=mention, outlet="Ministry", url="", official=True, published=at, seen=at)


def suspended(witness, day=date(2025, 11, 20)):
    memory = Memory(BEFORE)
    History(memory).add(witness, witness.known)
    return {s.measure.event for s in states.fold(memory.events(), day, day) if s.state == "suspended" and s.until == witness.mention.until} & OCTOBER


def test_the_day_names_the_bundle():
    everything = suspended(pause("Beijing suspended for a year the controls announced on October 9.", materials=()))
    assert everything == OCTOBER and len(OCTOBER) == 6
    assert suspended(pause("Beijing suspended the October controls.", materials=("dual_use_items",))) == OCTOBER
    assert suspended(pause("即日起暂停实施10月9日公布的出口管制措施一年。", materials=())) == OCTOBER


def test_goods_of_another_family_stay_untouched():
    found = suspended(pause("Beijing suspended the rare earth controls announced on October 9."))
    assert "cn-2025-10-09-no-57-five-rare-earths" in found
    assert not found & {"cn-2025-10-09-no-55-superhard-materials", "cn-2025-10-09-no-58-batteries-graphite"}


def test_numbers_are_acted_on_exactly():
    text = "Beijing suspended Announcements No. 57 and No. 61 of 2025, among the controls announced on October 9."
    assert suspended(pause(text, materials=())) == {"cn-2025-10-09-no-57-five-rare-earths", "cn-2025-10-09-no-61-foreign-made-goods"}
    named = pause(text, numbers=("CN:2025:57", "CN:2025:61"))
    assert suspended(named) == {"cn-2025-10-09-no-57-five-rare-earths", "cn-2025-10-09-no-61-foreign-made-goods"}


@pytest.mark.parametrize("text", ["Beijing suspended its controls.", "On November 5 Beijing announced a pause.", "It may suspend the rules."])
def test_a_sentence_that_names_no_day_acts_on_nothing(text):
    assert suspended(pause(text, materials=())) == set()


def test_a_pause_that_is_only_reported_changes_no_state():
    told = pause("Beijing will suspend the controls announced on October 9.", materials=(), certainty="reported", status="planned")
    assert suspended(replace(told, official=False)) == set()


def test_a_control_is_no_pause_and_means_no_other():
    told = pause("Beijing widened the controls announced on October 9.", materials=())
    widened = replace(told, mention=replace(told.mention, type="control_introduced"))
    memory = Memory(BEFORE)
    step = History(memory).add(widened, widened.known)
    assert fold.event(step.after.id, memory.witnesses(step.after.id), memory.baseline(step.after.id)).modifies == ()
