"""The file: what opens it, what does not, two connections, transactions, sudden death."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor import store
from monitor.errors import StoreFailed


def test_a_new_file_is_ours_and_in_wal_mode(path, database):
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert raw.execute("PRAGMA application_id").fetchone() == (0x52454D4E,)
        assert raw.execute("PRAGMA user_version").fetchone()[0] >= 1
    assert store.integrity(database) == []


def test_opening_again_changes_nothing(path, database, make):
    database.articles.add(make.article())
    before = database.counts()
    with store.open(path) as again:
        assert again.counts() == before
    assert [found.name for found in path.parent.iterdir() if "schema" in found.name] == []


def test_a_missing_file_is_named(path):
    for opening in (lambda: store.open(path, create=False), lambda: store.open_reader(path)):
        with pytest.raises(StoreFailed, match="there is no such database"):
            opening()
    assert not path.exists()


def test_a_database_of_another_program_is_left_alone(path):
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(StoreFailed, match="another program"):
        store.open(path)
    assert path.read_bytes() == before


def test_a_text_file_is_left_alone(path):
    path.write_text("not a database, " * 100)
    with pytest.raises(StoreFailed, match="not a database"):
        store.open(path)
    assert path.read_text().startswith("not a database")


def test_a_newer_schema_is_refused(path, database):
    database.close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreFailed, match="newer version"):
        store.open(path)


def test_a_reader_sees_what_was_committed_and_cannot_write(path, database, make):
    with store.open_reader(path) as reader:
        with database.transaction():
            database.articles.add(make.article())
            assert reader.articles.get("a") is None
        assert reader.articles.get("a") == make.article()
        with pytest.raises(StoreFailed, match="readonly"):
            reader.articles.add(make.article("b"))


def test_a_failed_transaction_leaves_nothing(database, make):
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.articles.add(make.article())
        raise ZeroDivisionError
    assert database.articles.get("a") is None
    database.articles.add(make.article())
    assert database.articles.get("a") is not None


def test_an_inner_transaction_fails_alone(database, make):
    with database.transaction():
        database.articles.add(make.article("a"))
        with pytest.raises(ZeroDivisionError), database.transaction():
            database.articles.add(make.article("b"))
            raise ZeroDivisionError
        database.articles.add(make.article("c"))
    assert [article.id for article in database.articles.all()] == ["a", "c"]


def test_references_are_checked_at_the_end_of_a_transaction(database, make):
    with pytest.raises(StoreFailed, match="FOREIGN KEY"), database.transaction():
        database.articles.add(make.article())
        database.history.add_mention(make.mention())
        database.history.add_judgement(make.judgement(event="nowhere"))
    assert database.counts()["article"] == 0
    with pytest.raises(StoreFailed, match="not stored"):
        database.history.add_mention(make.mention(article="nowhere"))


def test_a_second_writer_waits_and_then_says_so(path, database):
    with store.open(path) as second:
        second.connection.run("PRAGMA busy_timeout = 50")
        with database.transaction(), pytest.raises(StoreFailed, match="locked"), second.transaction():
            pass
        with second.transaction():
            second.outbox.set_meta("turn", "second")
    assert database.outbox.meta("turn") == "second"


def test_a_full_disk_takes_the_transaction_back_and_the_store_goes_on(database, make):
    pages = database.connection.value("PRAGMA page_count")
    database.connection.run(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(StoreFailed, match="full"), database.transaction():
        for number in range(1000):
            database.articles.add(make.article(str(number), text="long " * 2000))
    assert database.counts()["article"] == 0
    database.connection.run("PRAGMA max_page_count = 1000000")
    assert database.articles.add(make.article()) == "new"
    assert store.integrity(database) == []


def test_a_corrupted_page_is_found(path, database, make):
    for number in range(300):
        database.articles.add(make.article(str(number), text="word " * 500))
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(size // 2, size // 2 + 5 * 4096, 4096):
            file.seek(place)
            file.write(b"\xff" * 64)
    with store.open_reader(path) as reader:
        assert store.integrity(reader) != []


WRITES_FOREVER = """
import sys
sys.path.insert(0, sys.argv[2])
from store_nouns import Make
from monitor import store
make, number = Make(), 0
with store.open(sys.argv[1]) as database:
    number = database.counts()["event"]
    while True:
        mentions = [make.mention(f"m{number}-{k}", article=f"a{number}") for k in range(5)]
        make.told(database, make.event(f"e{number}", mentions=5), *mentions)
        number += 1
        print(number, flush=True)
"""


def writing_forever(path):
    here = str(Path(__file__).parent)
    return subprocess.Popen([sys.executable, "-c", WRITES_FOREVER, str(path), here], stdout=subprocess.PIPE, text=True)


def test_sudden_death_loses_nothing_that_was_said_and_leaves_nothing_half(path):
    said = 0
    for wait in (0.01, 0.05, 0.002, 0.08):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES_FOREVER, str(path), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(wait)
            os.kill(writer.pid, signal.SIGKILL)
            lines = writer.stdout.read().split()
        said = max(said, int(lines[-1]) if lines else 0)
        with store.open_reader(path) as reader:
            assert store.integrity(reader) == []
            counts = reader.counts()
            assert counts["event"] >= said
            assert counts["mention"] == counts["judgement"] == 5 * counts["event"] == 5 * counts["article"]


def test_a_backup_while_another_process_writes_is_whole(path, tmp_path):
    with writing_forever(path) as writer:
        assert writer.stdout
        for _ in range(20):
            writer.stdout.readline()
        with store.open_reader(path) as reader:
            copied = store.backup(reader, tmp_path / "copy.db")
        writer.kill()
    with store.open(copied) as copy:
        counts = copy.counts()
        assert store.integrity(copy) == []
        assert counts["event"] >= 20
        assert counts["mention"] == 5 * counts["event"]


def test_a_backup_overwrites_nothing(database, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("precious")
    with pytest.raises(StoreFailed, match="exists already"):
        store.backup(database, taken)
    assert taken.read_text() == "precious"
    with pytest.raises(StoreFailed, match="copy failed"):
        store.backup(database, tmp_path / "no" / "such" / "folder")
