"""Rounds of the conductor against the bundled newsroom: real HTTP, real SMTP, a real database."""

import json
from datetime import timedelta

import pytest
from newsroom_world import SECRET, World

from monitor.demo.demo import DAYS
from monitor.demo.receivers import Receiver


def test_a_round_reads_tags_merges_alerts_and_mails(world: World) -> None:
    """The main job: what changed reaches the receiver once, signed, and its repeats raise nothing."""
    counts = world.round(1)
    assert counts.sources == {"changed": 11, "unchanged": 0, "failed": 1}
    assert counts.mentions > 5
    assert counts.alerts == len(world.receiver.received) > 0
    assert world.receiver.refused == 0
    ids = [name for name, _ in world.receiver.received]
    assert len(ids) == len(set(ids))
    quotes = [piece["quote"] for _, body in world.receiver.received for piece in body["data"]["evidence"]]
    assert all(world.rows(f"SELECT 1 FROM articles WHERE instr(title || char(10) || char(10) || text, {quoted(q)})") for q in quotes)
    assert not world.rows("SELECT change.id FROM change GROUP BY id HAVING count(*) > 1")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_a_second_round_stores_nothing(world: World) -> None:
    world.round(1)
    tables = ("article", "mention", "event", "change", "alert")
    before = {table: world.rows(f"SELECT count(*) FROM {table}") for table in tables}
    received = len(world.receiver.received)
    counts = world.round(1, DAYS[0] + timedelta(hours=2))
    assert (counts.articles, counts.mentions, counts.changes) == (0, 0, 0)
    assert {table: world.rows(f"SELECT count(*) FROM {table}") for table in tables} == before
    assert len(world.receiver.received) == received


def test_nothing_is_asked_before_it_is_due(world: World) -> None:
    world.round(1)
    assert sum(world.round(1, DAYS[0] + timedelta(minutes=5)).sources.values()) == 0


def test_a_source_that_fails_says_so_and_stops_no_other(world: World) -> None:
    world.round(1)
    state = {name: (health, message) for name, health, message in world.rows("SELECT name, health, message FROM source_state")}
    assert state["gone-dark"][0] == "failing"
    assert "503" in str(state["gone-dark"][1])
    assert state["harbour-wire"][0] == "ok"


def test_a_dead_source_is_told_after_three_failures_and_once(world: World) -> None:
    for hours in range(0, 120, 24):
        world.round(1, DAYS[0] + timedelta(hours=hours))
    subjects = [str(mail["subject"]) for mail in world.mail.sink.mails]
    assert len([s for s in subjects if "gone-dark" in s]) == 1


def test_a_date_in_the_future_is_not_believed(world: World) -> None:
    world.round(1)
    assert world.rows("SELECT published FROM articles WHERE source = 'tomorrow-today'") == [(None,)]


def test_a_feed_that_repeats_itself_is_read_once(world: World) -> None:
    world.round(1)
    assert world.rows("SELECT count(*) FROM articles WHERE source = 'echo-chamber'") == [(1,)]


def test_a_gb18030_notice_is_read(world: World) -> None:
    world.round(1)
    assert ("商务部公告2025年第61号 公布对境外相关稀土物项实施出口管制的决定",) in world.rows("SELECT title FROM articles WHERE source = 'ministry'")


def test_recaps_raise_nothing(world: World) -> None:
    """The April controls are told again by several; they are one old event and no alert."""
    world.round(1)
    told = world.rows("SELECT count(*) FROM mentions WHERE event = 'cn-2025-04-04-seven-rare-earths'")
    assert told[0][0] >= 2
    assert not world.rows("SELECT 1 FROM alerts WHERE event = 'cn-2025-04-04-seven-rare-earths'")


def test_the_digest_is_sent_once_for_its_day(world: World) -> None:
    world.round(1)
    evening = DAYS[0] + timedelta(hours=1, minutes=30)
    for minutes in (0, 1, 90):
        world.round(1, evening + timedelta(minutes=minutes))
    digests = [str(mail["subject"]) for mail in world.mail.sink.mails if str(mail["subject"]).startswith("Rare-earth licensing")]
    assert len(digests) == 1


def test_a_dead_receiver_loses_nothing(world: World) -> None:
    """What cannot be delivered waits in the outbox under its id and is delivered when the receiver is back."""
    url = world.receiver.url
    world.receiver.shutdown()
    world.receiver.server_close()
    world.round(1)
    waiting = world.rows("SELECT id, status FROM delivery WHERE channel = 'buyers'")
    assert waiting
    assert {status for _, status in waiting} == {"pending"}
    port = int(url.split(":")[2].split("/")[0])
    with Receiver(SECRET, port) as back:
        world.round(1, DAYS[0] + timedelta(hours=1))
        assert len(back.received) == len(waiting)
    assert {status for (status,) in world.rows("SELECT status FROM delivery WHERE channel = 'buyers'")} == {"delivered"}


@pytest.mark.parametrize("day", [1, 2, 3])
def test_webhook_bodies_stay_small(world: World, day: int) -> None:
    world.round(day)
    assert all(len(json.dumps(body)) < 20_000 for _, body in world.receiver.received)
