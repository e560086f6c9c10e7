"""Search: what is found by what, that nothing typed is an error, pages, facets, order."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from store_nouns import Make

from monitor import store
from monitor.errors import BadInput
from monitor.store import Query
from monitor.store.search import RANKED

CASES = Path(__file__).parents[1] / "cases" / "store"
SEARCHES = [json.loads(line) for line in (CASES / "search.jsonl").read_text(encoding="utf-8").splitlines()]
LISTS = ("materials", "jurisdictions", "destinations", "actors", "recipients", "numbers")


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    make = Make()
    with store.open(tmp_path_factory.mktemp("search") / "history.db") as opened:
        for told in json.loads((CASES / "history.json").read_text(encoding="utf-8")):
            text, outlet, title, quote = (told.pop(name) for name in ("text", "outlet", "title", "quote"))
            event = make.event(**{"name": told.pop("id")} | {k: tuple(v) if k in LISTS else v for k, v in told.items()})
            with opened.transaction():
                opened.articles.add(make.article(f"a-{event.id}", outlet=outlet, title=title))
                opened.history.add_mention(make.mention(f"m-{event.id}", f"a-{event.id}", quote=quote))
                opened.history.add_judgement(make.judgement(f"m-{event.id}", event.id))
                opened.history.save_event(event, (), text)
        yield opened


@pytest.mark.parametrize("case", SEARCHES, ids=lambda case: case["words"] or "nothing")
def test_what_is_typed_finds(history, case):
    page = history.search(Query(words=case["words"]))
    found = [row.event.id for row in page.rows]
    assert (sorted(found) if case.get("any_order") else found) == (sorted(case["finds"]) if case.get("any_order") else case["finds"])
    assert page.total == len(case["finds"])


NASTY = (
    *("'", '"', '""', "*", "-", "--", ":", "(", ")", "^", "+", "{", "}", "a:b:c", "NEAR(", "AND", "OR", "NOT", "\\", "\0", "\ud800", "%", "_"),
    *("type:", "-type:x", "since:9999", "since:0000-99-99", "until:", "cjk:x", "head:", "rowid:1", "';DROP TABLE event;--", "material:\ud800"),
    *("镝*", "-镝", '"镝', "\u202e", "🧲", "é", '-"', "*a", "a*b*", "_a", "__", "ا", "ⅷ", "½", "Σ", "İ", "ß", "\u0301", "〇", "々", "\U00020000"),
)
typed = st.lists(st.sampled_from(NASTY) | st.text(alphabet=st.characters(), max_size=8) | st.just(" "), max_size=8).map("".join)


@settings(max_examples=400, deadline=None)
@given(words=typed)
@example(words=" ".join(NASTY))
@example(words="a " * 3000)
@example(words='"' * 999)
@example(words="company:" + "a" * 100_000)
@example(words="(a) " * 100_000)
def test_nothing_typed_is_an_error(words):
    with_words = Query(words=words)
    page = SHARED[0].search(with_words)
    assert page.total == len(page.rows) <= 5
    assert sum(times for _, times in SHARED[0].facets(with_words)["type"]) == page.total


@settings(max_examples=100, deadline=None)
@given(value=typed)
@example(value="%_" * 100_000)
def test_no_filter_value_is_an_error(value):
    for query in (
        Query(materials=(value,)),
        Query(companies=(value,)),
        Query(instrument=value),
        Query(outlet=value),
        Query(since=value, until=value),
    ):
        assert SHARED[0].search(query).total <= 5


SHARED: list[store.Database] = []


@pytest.fixture(autouse=True, scope="module")
def shared(history):
    SHARED.append(history)
    yield
    SHARED.clear()


def test_a_summary_that_says_it_comes_before_a_quote_that_does(history):
    assert [row.event.id for row in history.search(Query(words="control")).rows] == ["suspended-70", "control-61"]


def test_facets_count_what_is_found(history):
    facets = history.facets(Query(words="licence"))
    assert facets["type"] == (("control_introduced", 1), ("licence_granted", 1), ("talks_held", 1))
    assert facets["material"] == (("ndfeb_magnets", 2), ("dysprosium", 1), ("gallium", 1), ("terbium", 1))
    assert facets["jurisdiction"] == (("CN", 3), ("US", 1))
    assert facets["company"][0] == ("Ministry of Commerce", 2)
    assert facets["instrument"] == (("CN:2025:61", 1),)
    assert facets["certainty"] == (("confirmed", 2), ("reported", 1))
    assert facets["month"] == (("2025-09", 1), ("2025-10", 1), ("2025-12", 1))
    outlets = (("Harbour Wire", 2), ("Ministry of Commerce", 1), ("Métaux Hebdo", 1), ("Old Gazette", 1))
    assert history.facets(Query())["outlet"] == outlets
    assert set(history.facets(Query(words="nothing at all")).values()) == {()}


def test_pages_follow_one_another(history):
    for words in ("", "licence", "稀土"):
        everything = [row.event.id for row in history.search(Query(words=words)).rows]
        found, cursor = [], None
        while True:
            page = history.search(Query(words=words, limit=2, cursor=cursor))
            found += [row.event.id for row in page.rows]
            assert page.total == len(everything)
            if page.next is None:
                break
            cursor = page.next
        assert found == everything
    assert len(history.search(Query(limit=-5)).rows) == 1
    with pytest.raises(BadInput, match="cursor"):
        history.search(Query(cursor="1; DROP TABLE event"))


def test_search_follows_what_is_written(database, make):
    make.told(database, make.event("e", summary="gallium", materials=("gallium",)), make.mention(quote="wafers"))
    assert database.search(Query(words="gallium")).total == database.search(Query(words="wafers")).total == 1
    assert database.facets(Query())["material"] == (("gallium", 1),)
    database.history.retract("m-e", make.now)
    database.history.save_event(make.event("e", summary="germanium", materials=("germanium",)), ())
    assert [database.search(Query(words=word)).total for word in ("gallium", "wafers", "germanium", "material:gallium", "outlet:wire")] == [
        0,
        0,
        1,
        0,
        0,
    ]
    assert database.facets(Query())["material"] == (("germanium", 1),)
    database.history.retire_event("e", None, make.now)
    assert database.search(Query()).total == database.search(Query(words="germanium")).total == 0
    assert database.facets(Query())["material"] == ()


def test_a_reader_follows_another_connection(path, database, make):
    with store.open_reader(path) as reader:
        assert reader.search(Query(words="gallium")).total == 0
        database.history.save_event(make.event("e", summary="gallium"), ())
        assert reader.search(Query(words="gallium")).total == 1
        database.history.save_event(make.event("e", summary="germanium"), (), "镓")
        assert [reader.search(Query(words=word)).total for word in ("gallium", "镓")] == [0, 1]


def test_words_given_once_are_kept(database, make):
    database.history.save_event(make.event("e"), (), "镓")
    database.history.save_event(make.event("e", revision=2), ())
    assert database.search(Query(words="镓")).total == 1
    database.history.save_event(make.event("e", revision=3), (), "")
    assert database.search(Query(words="镓")).total == 0


def test_recent_events_come_before_old_ones_that_say_the_same(database, make):
    for name, year in (("old", "2012"), ("new", "2025"), ("undated", None)):
        database.history.save_event(make.event(name, summary="quota for tungsten", date=year, known=None), ())
    database.history.save_event(make.event("other", summary="something else entirely", date="2025"), ())
    assert [row.event.id for row in database.search(Query(words="tungsten")).rows] == ["new", "old", "undated"]


def test_words_that_most_events_share_put_summaries_first_and_then_the_newest(database, make):
    with database.transaction():
        for number in range(RANKED + 50):
            day = (make.now - timedelta(days=number)).date().isoformat()
            event = make.event(f"e{number}", summary="export" if number % 100 == 7 else "other", date=day)
            database.history.save_event(replace(event, actors=("Company",)), (), "export")
    page = database.search(Query(words="export", limit=30))
    assert page.total == RANKED + 50
    assert [row.event.id for row in page.rows[:22]] == [*(f"e{n}" for n in range(7, RANKED + 50, 100)), "e0"]
    assert database.facets(Query(words="export"))["company"] == (("Company", RANKED + 50),)
