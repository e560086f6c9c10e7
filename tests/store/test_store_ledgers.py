"""Sources, items, articles and the outbox."""

from datetime import date, timedelta

import pytest

from monitor.errors import BadInput
from monitor.model import Alert, Delivery, Item, Message, Source, SourceState
from monitor.store.sources import KEPT_OUTCOMES


def source(name, url="https://example.org/feed"):
    return Source(name=name, kind="feed", url=url, every=timedelta(minutes=15), outlet=name.title())


def item(name, **fields):
    return Item(
        **{"id": name, "source": "wire", "key": name, "url": f"https://example.org/{name}", "title": name, "content": "told in full"} | fields
    )


# ---- sources


def test_a_new_source_is_due_at_once_and_one_taken_out_is_not_asked(database, make):
    database.sources.sync([source("a"), source("b")], make.now)
    assert [state.name for state in database.sources.due(make.now)] == ["a", "b"]
    database.sources.sync([source("b")], make.now)
    assert [state.name for state in database.sources.due(make.now)] == ["b"] == [state.name for state in database.sources.all()]
    assert database.sources.state("a") is not None
    database.sources.sync([], make.now)
    assert database.sources.due(make.now) == []


def test_the_schedule_is_a_column(database, make):
    database.sources.sync([source("a"), source("b"), source("c")], make.now)
    database.sources.save(SourceState(name="a", next_check=make.now + timedelta(minutes=2)))
    database.sources.save(SourceState(name="b", next_check=make.now + timedelta(minutes=1)))
    database.sources.save(SourceState(name="c"))
    assert [state.name for state in database.sources.due(make.now)] == ["c"]
    assert [state.name for state in database.sources.due(make.now + timedelta(minutes=2))] == ["c", "b", "a"]


def test_syncing_again_keeps_what_is_known_and_a_new_address_forgets_validators(database, make):
    database.sources.sync([source("a")], make.now)
    known = SourceState(name="a", etag='"x"', last_modified="y", body_hash="z", moved_to="w", failures=2, next_check=make.now + timedelta(days=1))
    database.sources.save(known)
    database.sources.sync([source("a")], make.now)
    assert database.sources.state("a") == known
    database.sources.sync([source("a", "https://example.org/other")], make.now)
    assert database.sources.state("a") == SourceState(name="a", failures=2, next_check=make.now)


def test_the_ledger_keeps_the_last_outcomes_of_each_source(database, make):
    with database.transaction():
        for number in range(KEPT_OUTCOMES + 20):
            database.sources.record("a", "changed", f"{number}", {"new": number}, make.now)
        database.sources.record("b", "failed", "timeout", {}, make.now)
    kept = database.sources.outcomes("a", 1000)
    assert [outcome.detail for outcome in kept] == [str(number) for number in range(KEPT_OUTCOMES + 19, 19, -1)]
    assert (kept[0].counts, kept[0].at) == ({"new": KEPT_OUTCOMES + 19}, make.now)
    assert [outcome.outcome for outcome in database.sources.outcomes("b")] == ["failed"]


# ---- items


def test_new_items_are_those_not_shown_before_each_once(database, make):
    database.articles.save_items([item("old")], make.now)
    shown = [item("new"), item("old"), item("new", title="again"), item("other")]
    assert [found.id for found in database.articles.new_items("wire", shown)] == ["new", "other"]
    many = [item(f"i{number}") for number in range(1500)]
    database.articles.save_items(many, make.now)
    assert database.articles.new_items("wire", [*many, item("last")]) == [item("last")]


def test_an_item_waits_until_its_outcome_is_final(database, make):
    later = make.now + timedelta(minutes=5)
    database.articles.save_items([item("a"), item("b")], make.now)
    assert database.articles.pending(make.now, 1) == [(item("a"), 0)]
    database.articles.item_outcome("a", "timeout", make.now, later)
    assert [found.id for found, _ in database.articles.pending(make.now)] == ["b"]
    assert database.articles.pending(later) == [(item("b"), 0), (item("a"), 1)]
    database.articles.item_outcome("a", "stored", later, None, article="x")
    database.articles.save_items([item("a")], later)
    assert [found.id for found, _ in database.articles.pending(later)] == ["b"]
    row = database.connection.one("SELECT outcome, attempt, article, title, content FROM item WHERE id = 'a'")
    assert row == ("stored", 2, "x", "a", "")


# ---- articles


def test_the_same_text_again_only_fills_in_what_was_unknown(database, make):
    first = make.article()
    assert database.articles.add(first) == "new"
    told = make.article(published=make.now - timedelta(days=1), zone=480, duplicate_of="b", fetched=make.now + timedelta(days=1))
    assert database.articles.add(told) == "unchanged"
    filled = make.article(published=make.now - timedelta(days=1), zone=480, duplicate_of="b")
    assert database.articles.get("a") == filled
    assert database.articles.add(make.article(published=make.now)) == "unchanged"
    assert database.articles.get("a") == filled
    assert database.articles.revisions("a") == []


def test_another_text_is_a_revision_and_the_older_is_kept(database, make):
    first, second = make.article(text="one"), make.article(text="two", fetched=make.now + timedelta(hours=1))
    assert [database.articles.add(article) for article in (first, second, second)] == ["new", "revised", "unchanged"]
    assert database.articles.get("a") == make.article(text="two", fetched=second.fetched, revision=2)
    assert database.articles.revisions("a") == [first]
    assert database.articles.add(first) == "revised"
    assert [article.text for article in database.articles.revisions("a")] == ["one", "two"]


def test_articles_are_found_by_address_band_and_time(database, make):
    database.articles.add(make.article("a", url="u", fingerprint="1"), ["x", "y"])
    database.articles.add(make.article("b", url="u", fingerprint="2", fetched=make.now + timedelta(days=1)), ["y", "z"])
    database.articles.add(make.article("c", fingerprint="3"), ["z"])
    assert database.articles.by_url("u").id == "b"
    assert database.articles.by_url("nowhere") is None
    assert database.articles.similar(["x", "y"]) == [("a", "1"), ("b", "2")]
    assert database.articles.similar([]) == []
    assert [article.id for article in database.articles.all(make.now + timedelta(hours=1))] == ["b"]
    database.articles.add(make.article("a", url="u", text="new", fingerprint="4"), ["z"])
    assert database.articles.similar(["x"]) == []


def test_all_articles_can_be_read_while_others_are_written(database, make):
    for number in range(1201):
        database.articles.add(make.article(str(number)))
    seen = []
    for article in database.articles.all():
        if article.id == "0":
            database.articles.add(make.article("while reading"))
        seen.append(article.id)
    assert seen == [*map(str, range(1201)), "while reading"]


# ---- the outbox


def delivery(make, name="d", **fields):
    message = Message(
        id=name, type="event.new", timestamp=make.now, subject="s", text="t", data={"event": {"id": "e"}}, files=(("f", "text/plain", b"\0"),)
    )
    return Delivery(**{"id": name, "channel": "buyers", "message": message, "due": make.now, "created": make.now} | fields)


def test_a_delivery_is_due_until_it_is_delivered(database, make):
    assert database.outbox.add_delivery(delivery(make))
    assert database.outbox.due(make.now - timedelta(seconds=1)) == []
    assert database.outbox.due(make.now) == [delivery(make)]
    database.outbox.record_attempt(delivery(make), "503", make.now)
    later = delivery(make, attempt=1, due=make.now + timedelta(minutes=1), said="503")
    database.outbox.save(later)
    assert database.outbox.due(make.now) == []
    assert database.outbox.due(later.due) == [later]
    done = delivery(make, attempt=2, due=later.due, status="delivered", said="200")
    database.outbox.save(done)
    assert database.outbox.due(later.due + timedelta(days=9)) == []
    assert not database.outbox.add_delivery(delivery(make))
    assert database.outbox.deliveries("delivered", channel="buyers") == [done]
    assert [(attempt.attempt, attempt.outcome, attempt.at) for attempt in database.outbox.attempts("d")] == [(0, "503", make.now)]


def test_a_failed_delivery_is_sent_again_under_its_old_id(database, make):
    database.outbox.add_delivery(delivery(make, status="failed", attempt=9))
    later = make.now + timedelta(days=1)
    assert database.outbox.redeliver("d", later) == delivery(make, due=later)
    assert database.outbox.due(later) == [delivery(make, due=later)]
    with pytest.raises(BadInput, match='no delivery "x"'):
        database.outbox.redeliver("x", later)


def test_alerts_are_raised_once_and_found_by_time_rule_and_event(database, make):
    some = [
        Alert(id=f"a{n}", rule=f"r{n % 2}", event=f"e{n}", change=None, severity="high", reason="", at=make.now + timedelta(days=n)) for n in range(3)
    ]
    assert [database.outbox.add_alert(alert) for alert in (*some, some[0])] == [True, True, True, False]
    assert database.outbox.alerts() == some[::-1]
    assert database.outbox.alerts(make.now, make.now + timedelta(days=2), rule="r0") == some[:1]
    assert database.outbox.alerts(event="e2", limit=1) == some[2:]


def test_a_digest_is_marked_by_day_and_audience(database, make):
    day = date(2025, 11, 15)
    assert not database.outbox.digest_sent(day, "desk")
    for _ in range(2):
        database.outbox.mark_digest(day, "desk", make.now)
    assert database.outbox.digest_sent(day, "desk")
    assert not database.outbox.digest_sent(day, "buyers")
    assert not database.outbox.digest_sent(date(2025, 11, 16), "desk")


def test_small_facts_by_name(database):
    assert database.outbox.meta("register") is None
    database.outbox.set_meta("register", "1")
    database.outbox.set_meta("register", "2")
    assert database.outbox.meta("register") == "2"
