"""Streams of documents: mentions of one act are one event, and each change is raised once, with nothing else."""

from collections import defaultdict

import history_streams
import pytest

from monitor.history import register, rehearse, states
from monitor.history.memory import History, Memory


def played(name):
    rows = history_streams.rows(name)
    return list(zip(rows, rehearse.rehearse(map(history_streams.document, rows)), strict=True))


def acts(told):
    """The clusters that the mentions of each act went to."""
    found = defaultdict(set)
    for row, line in told:
        for event, answer in zip(row["events"], line["events"], strict=True):
            found[event["act"]].add(answer["cluster"])
    return found


@pytest.mark.parametrize("name", history_streams.NAMES)
def test_mentions_of_one_act_are_one_event(name):
    found = acts(played(name))
    assert all(len(clusters) == 1 for clusters in found.values()), found
    assert len(set().union(*found.values())) == len(found), found
    known = {event.id for event in register.baseline()}
    assert all(clusters == {act} for act, clusters in found.items() if act in known)


@pytest.mark.parametrize("name", history_streams.NAMES)
def test_each_change_is_raised_once_and_nothing_else(name):
    told = played(name)
    names = {cluster: act for act, clusters in acts(told).items() for cluster in clusters}
    for row, line in told:
        assert sorted(f"{names[a['cluster']]} {a['change']}" for a in line["alerts"]) == sorted(row["alerts"]), row["id"]


@pytest.mark.parametrize("name", history_streams.NAMES)
def test_documents_sent_again_raise_nothing(name):
    rows = history_streams.rows(name)
    stream = [history_streams.document(row) for row in rows]
    for repeated in (stream, [history_streams.again(row) for row in rows]):
        lines = list(rehearse.rehearse([*stream, *repeated]))
        assert [line["alerts"] for line in lines[len(rows) :]] == [[]] * len(rows)


def test_every_judgement_is_explained():
    history = History(Memory(register.baseline()))
    steps = [step for row in history_streams.rows("stages") for step in history.add_document(history_streams.witnesses(row), row_time(row))]
    joined = [step for step in steps if step.before is not None]
    assert joined and all(step.judgement.reasons and step.judgement.why.startswith("joins ") for step in joined)
    assert all(change.reason and change.severity_reason for step in steps for change in step.changes)


def row_time(row):
    return history_streams.article(row).published


def test_the_streams_leave_the_board_of_the_register_as_it_was():
    memory = Memory(register.baseline())
    history = History(memory)
    for name in history_streams.NAMES:
        for row in history_streams.rows(name):
            history.add_document(history_streams.witnesses(row), row_time(row))
    for day in (row_time(row).date() for name in history_streams.NAMES for row in history_streams.rows(name)):
        of_register = [s for s in states.fold(memory.events(), day, day) if s.measure.event in memory.base]
        assert of_register == list(states.fold(register.baseline(), day, day))


def test_an_act_learnt_from_the_news_joins_the_board_when_it_is_firm():
    memory = Memory(register.baseline())
    history = History(memory)
    for row in history_streams.rows("chinese"):
        history.add_document(history_streams.witnesses(row), row_time(row))
    day = row_time(history_streams.rows("chinese")[-1]).date()
    found = [s for s in states.fold(memory.events(), day, day) if s.measure.materials == ("bismuth",)]
    assert {s.state for s in found} == {"announced"} and len(found) == 2
