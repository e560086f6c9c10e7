"""What people and other tools read: the views and the rows for export."""

import sqlite3
from pathlib import Path

from monitor import store
from monitor.model import Alert, Change, Judgement

DOCUMENT = Path(__file__).parents[2] / "docs" / "database.md"


def filled(database, make):
    make.told(database, make.event(materials=("镝",), official=True), make.mention(quote="出口管制"), make.mention("m2", "b"))
    change = Change(id="c", event="e", field="until", before="2025", after="2026", reason="r", at=make.now, mention="m")
    database.history.save_change(change)
    database.outbox.add_alert(Alert(id="al", rule="buyers", event="e", change="c", severity="high", reason="r", at=make.now, channels=("desk",)))


def test_the_views_answer_any_sqlite_tool(path, database, make):
    filled(database, make)
    with sqlite3.connect(path) as raw:
        listed = raw.execute("SELECT events.id, events.type, official, value FROM events, json_each(materials)").fetchall()
        assert listed == [("e", "control_introduced", 1, "镝")]
        told = raw.execute("SELECT event, quote, outlet, judged_by FROM mentions ORDER BY id").fetchall()
        assert told == [("e", "出口管制", "Wire", "machine"), ("e", "quote m2", "Wire", "machine")]
        assert raw.execute("SELECT rule, summary, field, before, after FROM alerts").fetchall() == [("buyers", "Summary e", "until", "2025", "2026")]
        assert raw.execute("SELECT id, title FROM articles ORDER BY id").fetchall() == [("a", "Title a"), ("b", "Title b")]


def test_views_hold_what_is_live(path, database, make):
    filled(database, make)
    database.history.replace_mentions("b", [], make.now)
    database.history.retract("m-e", make.now)
    database.history.add_judgement(Judgement(id="j2", mention="m", event="e", by="analyst", why="", at=make.now))
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT id, judged_by FROM mentions").fetchall() == [("m", "analyst")]
    database.history.retire_event("e", None, make.now)
    assert list(store.rows(database, "events")) == []


def test_a_mention_without_an_event_is_in_the_view_once(database, make):
    filled(database, make)
    database.history.retract("m-e", make.now)
    assert [(row["id"], row["event"]) for row in store.rows(database, "mentions")] == [("m", None), ("m2", "e")]


def test_rows_for_export_have_lists_and_flags(database, make):
    filled(database, make)
    [event] = store.rows(database, "events")
    assert (event["materials"], event["official"], event["until"], event["known"]) == (["镝"], True, None, "2025-11-15T08:30:00+00:00")
    first, second = store.rows(database, "mentions")
    assert (first["evidence"], first["correction"]) == ([{"start": 0, "end": 4, "quote": "出口管制"}], False)
    assert second["article"] == "b"
    [alert] = store.rows(database, "alerts")
    assert (alert["channels"], alert["change_reason"]) == (["desk"], "r")


def test_rows_go_on_over_batches(database, make):
    with database.transaction():
        for number in range(2_100):
            database.history.save_event(make.event(str(number)), ())
        for number in range(0, 2_100, 7):
            database.history.retire_event(str(number), None, make.now)
    assert [row["id"] for row in store.rows(database, "events")] == [str(n) for n in range(2_100) if n % 7]


def test_every_column_of_the_views_is_documented(database):
    sections = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    for view in ("events", "mentions", "articles", "alerts"):
        [section] = [text for text in sections if text.startswith(f"View `{view}`")]
        documented = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        assert documented == [row[1] for row in database.connection.all(f"PRAGMA table_info({view})")]
