"""An older file is brought up to date, after a copy of it was kept."""

import sqlite3
from dataclasses import fields

import pytest

from monitor import store
from monitor.errors import StoreFailed
from monitor.store import migrations
from monitor.store.connection import Connection, connect


def taller(db: Connection) -> None:
    db.run("ALTER TABLE event ADD COLUMN height INTEGER NOT NULL DEFAULT 7")


def failing(db: Connection) -> None:
    taller(db)
    db.run("INSERT INTO nowhere VALUES (1)")


def migrated(path, *more):
    connection = connect(path, read_only=False)
    try:
        return migrations.migrate(connection, (*migrations.STEPS, *more))
    finally:
        connection.close()


def test_an_older_file_is_migrated_and_a_copy_is_kept(path, database, make):
    make.told(database, make.event(), make.mention())
    database.close()
    kept = migrated(path, taller)
    assert kept == path.with_name(f"monitor.db.schema-{len(migrations.STEPS)}")
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT id, height FROM event").fetchall() == [("e", 7)]
        assert raw.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS) + 1,)
        assert raw.execute("SELECT id FROM events").fetchall() == [("e",)]
    with store.open(kept) as before:
        assert before.history.event("e") == make.event()
        assert store.integrity(before) == []


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, database, make):
    make.told(database, make.event(), make.mention())
    database.close()
    with pytest.raises(StoreFailed, match="nowhere"):
        migrated(path, failing)
    with store.open(path) as again:
        assert again.history.event("e") == make.event()
        assert store.integrity(again) == []


def test_a_file_that_is_up_to_date_is_not_copied(path, database):
    database.close()
    assert migrated(path) is None


def test_a_reader_refuses_an_older_schema(path):
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
        raw.execute("CREATE TABLE meta (key TEXT)")
    with pytest.raises(StoreFailed, match="older schema"):
        store.open_reader(path)


def test_every_field_of_the_nouns_has_its_column(database):
    from monitor.store import nouns

    tables = {"source_state": nouns.STATES, "item": nouns.ITEMS, "article": nouns.ARTICLES, "mention": nouns.MENTIONS, "judgement": nouns.JUDGEMENTS}
    for table, codec in (tables | {"event": nouns.EVENTS, "change": nouns.CHANGES, "alert": nouns.ALERTS}).items():
        columns = {row[1] for row in database.connection.all(f"PRAGMA table_info({table})")}
        assert set(codec.names) <= columns
        assert len(codec.names) == len(fields(codec.kind))
