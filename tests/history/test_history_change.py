"""Deadlines are told once each, also after days without service, and the table of severities grades every change with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.history import change, materials, register, severity, shelf
from monitor.model import CHANGE_FIELDS, EVENT_TYPES, SEVERITIES, Event

PAUSE = Event(
    id="ev-1", type="control_suspended", direction="easing", jurisdictions=("CN",), materials=("tungsten",), date="2026-08-03",
    effective="2026-08-03", until="2026-11-10", known=datetime(2026, 8, 3, tzinfo=UTC),
)  # fmt: skip


def told(first, last, step=1):
    """(day, reason) of the deadlines that a service tells which runs every `step` days."""
    day, already, found = first, frozenset(), []
    while day <= last:
        new = change.deadlines([PAUSE], day, already)
        already |= {one.id for one in new}
        found += [(day.isoformat(), one.reason) for one in new]
        day += timedelta(days=step)
    return found


def test_each_step_once():
    days = [day for day, _ in told(date(2026, 10, 1), date(2026, 12, 31))]
    assert days == ["2026-10-11", "2026-11-03", "2026-11-09", "2026-11-10", "2026-11-11"]


def test_a_step_that_was_missed_is_told_late():
    assert [day for day, _ in told(date(2026, 10, 12), date(2026, 11, 2), 5)] == ["2026-10-12"]
    assert [day for day, _ in told(date(2026, 11, 5), date(2026, 11, 20), 7)] == ["2026-11-05", "2026-11-12"]
    assert told(date(2026, 11, 18), date(2026, 12, 31)) == []


@pytest.mark.parametrize("status", ["planned", "denied"])
def test_nothing_falls_due_of_what_is_not_decided(status):
    assert change.deadlines([replace(PAUSE, status=status)], date(2026, 11, 10)) == ()


def test_the_day_of_the_report_is_told_by_the_report():
    at_once = replace(PAUSE, known=datetime(2026, 11, 3, 9, tzinfo=UTC), effective="2026-11-03", until="2026-11-10")
    assert [change.deadlines([at_once], date(2026, 11, 3) + timedelta(days=ahead)) != () for ahead in (0, 1, 6, 7, 8)] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert {one.reason for one in change.deadlines([at_once], date(2026, 11, 4))} == {"enters into force on 2026-11-03: yesterday"}


CONTROL = Event(
    id="ev-control", type="control_introduced", direction="tightening", jurisdictions=("CN",), materials=("tungsten",), numbers=("CN:2026:88",),
    date="2026-08-03", effective="2026-11-08", known=datetime(2026, 8, 3, tzinfo=UTC),
)  # fmt: skip
HALT = Event(
    id="ev-halt", type="control_suspended", direction="easing", jurisdictions=("CN",), materials=("tungsten",), numbers=("CN:2026:99",),
    modifies=("CN:2026:88",), date="2026-11-07", effective="2026-11-07", until="2027-11-10", known=datetime(2026, 11, 7, 4, tzinfo=UTC),
)  # fmt: skip


def test_what_is_suspended_does_not_enter_into_force():
    days = [date(2026, 11, 6) + timedelta(days=ahead) for ahead in range(5)]
    assert [day.day for day in days for one in change.deadlines([CONTROL], day)] == [6, 7, 8, 9, 10]
    assert [one for day in days for one in change.deadlines([CONTROL, HALT], day) if one.event == CONTROL.id] == []
    only_reported = replace(HALT, certainty="reported")
    assert change.deadlines([CONTROL, only_reported], days[1])[0].reason == "enters into force on 2026-11-08: tomorrow"


def test_what_is_prolonged_does_not_end():
    longer = replace(HALT, id="ev-longer", numbers=("CN:2027:5",), modifies=("CN:2026:99",), date="2027-10-01", effective="2027-10-01",
        until="2028-11-10", known=datetime(2027, 10, 1, tzinfo=UTC))  # fmt: skip
    assert [one.after for one in change.deadlines([CONTROL, HALT], date(2027, 11, 10))] == ["2027-11-10"]
    assert change.deadlines([CONTROL, HALT, longer], date(2027, 11, 10)) == ()
    assert [one.after for one in change.deadlines([CONTROL, HALT, longer], date(2028, 11, 10))] == ["2028-11-10"]


def test_the_register_announces_nothing_that_was_suspended_by_then():
    due = [one.event for ahead in range(-2, 3) for one in change.deadlines(register.baseline(), date(2025, 11, 8) + timedelta(days=ahead))]
    assert not [event for event in due if event.startswith("cn-2025-10-09-no")]


def test_a_month_is_no_day():
    assert change.deadlines([replace(PAUSE, until="2026-11", effective=None)], date(2026, 11, 10)) == ()


def test_the_register_has_its_deadlines():
    due = change.deadlines(register.baseline(), date(2026, 11, 10))
    assert {one.event for one in due if one.after == "2026-11-10"} >= {"cn-2025-11-07-no-70-october-controls-suspended"}
    assert all(one.reason.startswith(("ends", "enters")) and one.severity in SEVERITIES for one in due)


def test_every_type_and_change_has_a_grade():
    table = shelf.table("severity.toml")
    assert set(table["type"]) == set(EVENT_TYPES) and set(table["change"]) == set(CHANGE_FIELDS)
    for kind in EVENT_TYPES:
        for field in CHANGE_FIELDS:
            grade, reason = severity.of(field, replace(PAUSE, type=kind))
            assert grade in SEVERITIES and (reason or grade == "low")


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({"type": "control_introduced", "direction": "tightening", "materials": ("dysprosium",)}, "critical"),
        ({"type": "control_introduced", "direction": "tightening", "materials": ("dysprosium",), "status": "planned"}, "high"),
        (
            {"type": "control_introduced", "direction": "tightening", "materials": ("dysprosium",), "status": "planned", "certainty": "reported"},
            "medium",
        ),
        ({"type": "export_banned", "direction": "tightening", "jurisdictions": ("ID",), "materials": ("nickel",)}, "critical"),
        ({"type": "licence_granted"}, "medium"),
        ({"type": "investigation_opened", "direction": "neutral"}, "low"),
    ],
)
def test_severity_follows_the_table(changed, grade):
    assert severity.of("new", replace(PAUSE, **changed))[0] == grade


def test_what_a_watch_list_hears_of():
    assert {"dysprosium", "medium_heavy_rare_earths", "rare_earths", "ndfeb_magnets", "rare_earth_magnets"} <= materials.expand(["dysprosium"])
    assert {"dysprosium", "neodymium", "rare_earths"} & materials.expand(["gallium"]) == set()
    assert "ndfeb_magnets" in materials.expand(["rare_earth_magnets"])
    assert materials.members("rare_earth_magnets") == {"rare_earth_magnets", "ndfeb_magnets", "smco_magnets"}
