"""Every noun comes back equal, and storing it twice changes nothing."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import store
from monitor.errors import StoreFailed
from monitor.model import Alert, Article, Change, Claim, Delivery, Event, Item, Judgement, Mention, Message, SourceState

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
FACTS = st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists))
MESSAGES = st.builds(Message, data=FACTS, files=st.tuples(st.tuples(st.text(), st.text(), st.binary())) | st.just(()))
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def shared():
    with TemporaryDirectory() as folder, store.open(Path(folder) / "shared.db") as opened:
        opened.articles.add(Article(**ARTICLE))
        with opened.transaction():
            opened.history.save_event(Event(id="an event", type="talks_held"), ())
        yield opened


ARTICLE: dict[str, Any] = {
    "id": "an article", "source": "s", "url": "u", "outlet": "o", "title": "t", "text": "x", "language": "en",
    "fetched": datetime(2025, 1, 1, tzinfo=UTC),
}  # fmt: skip


@few
@given(state=st.builds(SourceState))
def test_source_states(shared, state):
    for _ in range(2):
        shared.sources.save(state)
        assert shared.sources.state(state.name) == state


@few
@given(item=st.builds(Item), now=st.datetimes(timezones=st.just(UTC)))
def test_items(shared, item, now):
    shared.connection.run("DELETE FROM item")
    for _ in range(2):
        shared.articles.save_items([item], now)
        assert shared.articles.pending(now) == [(item, 0)]


@few
@given(article=st.builds(Article, revision=st.just(1)))
def test_articles(shared, article):
    shared.connection.run("DELETE FROM article WHERE id <> 'an article'")
    assert [shared.articles.add(article) for _ in range(2)] == ["new", "unchanged"]
    assert shared.articles.get(article.id) == article
    assert article in shared.articles.all()


@few
@given(mention=st.builds(Mention, article=st.just("an article")))
def test_mentions(shared, mention):
    shared.connection.run("DELETE FROM mention")
    assert [shared.history.add_mention(mention) for _ in range(2)] == [True, False]
    assert shared.history.mention(mention.id) == mention
    assert shared.history.mentions("an article") == [mention]


@few
@given(judgement=st.builds(Judgement, mention=st.just("a mention"), event=st.just("an event")))
def test_judgements(shared, judgement):
    shared.connection.run("DELETE FROM judgement")
    shared.history.add_mention(Mention(id="a mention", article="an article", type="talks_held", evidence=()))
    assert [shared.history.add_judgement(judgement) for _ in range(2)] == [True, False]
    assert shared.history.judgements("an event") == [judgement]
    live = [] if judgement.retracted else [judgement]
    assert [found for _, found in shared.history.witnesses("an event")] == live
    shared.connection.run("DELETE FROM judgement")


@few
@given(event=st.builds(Event, claims=st.lists(st.builds(Claim), max_size=2).map(tuple)), keys=st.sets(st.text()))
def test_events(shared, event, keys):
    for _ in range(2):
        shared.history.save_event(event, keys)
        assert shared.history.event(event.id) == event
        assert (event in shared.history.candidates(keys)) == bool(keys)
    assert event in shared.history.events(ids=[event.id])


@few
@given(change=st.builds(Change, event=st.just("an event")))
def test_changes(shared, change):
    shared.connection.run("DELETE FROM change")
    assert [shared.history.save_change(change) for _ in range(2)] == [True, False]
    assert shared.history.changes() == [change] == [shared.history.change(change.id)]


@few
@given(alert=st.builds(Alert, change=st.none()))
def test_alerts(shared, alert):
    shared.connection.run("DELETE FROM alert")
    assert [shared.outbox.add_alert(alert) for _ in range(2)] == [True, False]
    assert shared.outbox.alerts() == [alert] == [shared.outbox.alert(alert.id)]


@few
@given(delivery=st.builds(Delivery, message=MESSAGES, alert=st.none()))
def test_deliveries(shared, delivery):
    shared.connection.run("DELETE FROM delivery_file")
    shared.connection.run("DELETE FROM delivery")
    assert [shared.outbox.add_delivery(delivery) for _ in range(2)] == [True, False]
    assert shared.outbox.deliveries() == [delivery] == [shared.outbox.delivery(delivery.id)]


def test_text_that_has_no_utf8_form_is_stored_with_replacement_characters(database, make):
    database.articles.add(make.article(title="half a \ud83d character", text="nul \0 stays"))
    found = database.articles.get("a")
    assert (found.title, found.text) == ("half a \ufffd character", "nul \0 stays")


def test_numbers_that_sqlite_cannot_hold_are_refused(database, make):
    with pytest.raises(StoreFailed):
        database.articles.add(make.article(zone=2**70))


def test_a_moment_without_a_zone_is_refused(database, make):
    with pytest.raises(ValueError, match="no time zone"):
        database.articles.add(make.article(fetched=datetime(2025, 1, 1)))


def test_moments_sort_as_text(database):
    some = [datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, 0, 0, 0, 5, tzinfo=UTC), datetime(2025, 1, 1, 0, 0, 1, tzinfo=UTC)]
    assert sorted(map(store.codec.stamp, reversed(some))) == list(map(store.codec.stamp, some))
