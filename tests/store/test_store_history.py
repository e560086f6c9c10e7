"""Mentions, judgements, events and the register: append-only evidence, retractable judgements, upgrades that respect analysts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import BadInput
from monitor.model import Change


def test_witnesses_carry_what_the_history_needs_of_their_article(database, make):
    database.articles.add(make.article(outlet="Gazette", official=True, published=make.now - timedelta(days=1)))
    with database.transaction():
        database.history.add_mention(make.mention(), words=("export", "licence"))
        database.history.add_judgement(make.judgement())
        database.history.save_event(make.event(), ("k",))
    [(witness, judgement)] = database.history.witnesses("e")
    assert (witness.mention, judgement) == (make.mention(), make.judgement())
    assert (witness.outlet, witness.url, witness.official, witness.words) == ("Gazette", "https://example.org/a", True, ("export", "licence"))
    assert (witness.published, witness.seen) == (make.now - timedelta(days=1), make.now)


def test_a_retracted_judgement_has_no_witness_but_is_kept(database, make):
    make.told(database, make.event(), make.mention())
    later = make.now + timedelta(hours=1)
    database.history.retract("m-e", later)
    database.history.retract("m-e", later + timedelta(days=1))
    assert database.history.witnesses("e") == []
    assert database.history.judgements("e") == [make.judgement(retracted=later)] == database.history.judgements(mention_id="m")
    with pytest.raises(BadInput, match="no judgement"):
        database.history.retract("nothing", later)


def test_replaced_mentions_are_superseded_not_deleted(database, make):
    old, kept, new = make.mention("old"), make.mention("kept"), make.mention("new")
    make.told(database, make.event(), old, kept)
    assert database.history.replace_mentions("a", [kept, new], make.now) == ("e",)
    assert database.history.mentions("a") == [kept, new]
    assert [witness.mention for witness, _ in database.history.witnesses("e")] == [kept]
    assert database.history.mention("old") == old
    assert database.counts()["mention"] == 3
    assert database.history.replace_mentions("a", [kept, new], make.now) == ()


def test_a_superseded_mention_that_comes_back_has_its_judgement_again(database, make):
    make.told(database, make.event(), make.mention())
    assert database.history.replace_mentions("a", [], make.now) == ("e",)
    assert database.history.witnesses("e") == []
    assert database.history.replace_mentions("a", [make.mention()], make.now) == ("e",)
    assert [judgement.id for _, judgement in database.history.witnesses("e")] == ["m-e"]


def test_another_reading_of_a_mention_keeps_the_older_one(database, make):
    make.told(database, make.event(), make.mention())
    read = make.mention(status="announced", extractor="2")
    assert database.history.replace_mentions("a", [read], make.now) == ("e",)
    assert database.history.mentions("a") == [read]
    assert database.connection.value("SELECT reading ->> 'status' FROM mention_revision WHERE mention = 'm'") == "in_force"


def test_a_mention_in_a_later_text_was_seen_when_that_text_was_fetched(database, make):
    later = make.now + timedelta(days=3)
    make.told(database, make.event(), make.mention())
    assert database.articles.add(make.article(text="corrected", fetched=later)) == "revised"
    database.history.replace_mentions("a", [make.mention(), make.mention("m2")], later)
    database.history.add_judgement(make.judgement("m2"))
    assert [witness.seen for witness, _ in database.history.witnesses("e")] == [make.now, later]


def test_candidates_share_most_keys_first_then_the_newest(database, make):
    days = [make.now + timedelta(days=n) for n in range(3)]
    database.history.save_event(make.event("both", last_seen=days[0]), ("a", "b"))
    database.history.save_event(make.event("older", last_seen=days[1]), ("a",))
    database.history.save_event(make.event("newer", last_seen=days[2]), ("b",))
    assert [event.id for event in database.history.candidates(["a", "b", "c"])] == ["both", "newer", "older"]
    database.history.save_event(make.event("both", last_seen=days[0]), ("c",))
    assert [event.id for event in database.history.candidates(["a"])] == ["older"]
    assert database.history.candidates([]) == []


def test_candidates_are_the_newest_300_of_a_key(database, make):
    with database.transaction():
        for number in range(350):
            database.history.save_event(make.event(f"e{number}", last_seen=make.now + timedelta(days=number)), ("k",))
    found = database.history.candidates(["k"])
    assert [event.id for event in found] == [f"e{number}" for number in range(349, 49, -1)]
    plan = " ".join(row[3] for row in database.connection.all(f"EXPLAIN QUERY PLAN {CANDIDATES}", ("k", 300)))
    assert plan == "SEARCH event_key USING PRIMARY KEY (key=?)"


CANDIDATES = "SELECT event FROM event_key WHERE key = ? ORDER BY seen DESC, event DESC LIMIT ?"


def test_events_are_filtered_and_in_order_of_date(database, make):
    with database.transaction():
        database.history.save_event(make.event("b", date="2025-04-04", materials=("terbium",), jurisdictions=("CN",)), ())
        database.history.save_event(make.event("a", date="2025-04", materials=("gallium",), type="talks_held"), ())
        database.history.save_event(make.event("c", date="2025-10-09", materials=("terbium", "gallium"), jurisdictions=("US",)), ())

    def found(**filters):
        return [event.id for event in database.history.events(**filters)]

    assert found() == ["a", "b", "c"]
    assert found(materials=["terbium"]) == ["b", "c"]
    assert found(materials=["terbium", "gallium"], jurisdictions=["US"]) == ["c"]
    assert found(types=["talks_held"]) == ["a"]
    assert found(until="2025-04") == ["a", "b"]
    assert found(since="2025-05") == ["c"]
    assert found(ids=["c", "a", "nothing"], limit=1) == ["a"]
    assert found(ids=[]) == []


def test_a_merged_event_leaves_lists_and_can_come_back(database, make):
    make.told(database, make.event("e"), make.mention())
    database.history.retire_event("e", "f", make.now)
    assert (database.history.events(), database.history.candidates(["key:e"])) == ([], [])
    assert (database.history.event("e"), database.history.merged_into("e")) == (make.event("e"), "f")
    database.history.save_event(make.event("e"), ("key:e",))
    assert database.history.events() == database.history.candidates(["key:e"]) == [make.event("e")]
    assert database.history.merged_into("e") is None


def test_changes_are_stored_once_and_found_by_time_event_and_field(database, make):
    database.history.save_event(make.event(), ())
    told = [
        Change(id=f"c{n}", event="e", field="deadline" if n else "new", before=None, after="x", reason="r", at=make.now + timedelta(days=n))
        for n in range(3)
    ]
    assert [database.history.save_change(change) for change in (*told, *told)] == [True] * 3 + [False] * 3
    assert database.history.changes() == told == database.history.changes(event="e")
    assert database.history.changes(make.now, make.now + timedelta(days=1)) == told[:1]
    assert database.history.changes(fields=["deadline"], limit=1) == told[1:2]
    assert database.history.change("c1") == told[1]


# ---- the register


def test_loading_the_register_twice_changes_nothing(database, make):
    register = [make.event("r1", ref="r1"), make.event("r2", ref="r2")]
    keys = {"r1": ("k",), "r2": ("k",)}
    assert database.history.load_baseline(register, keys, make.now).written == ("r1", "r2")
    before = database.connection.raw.total_changes
    loaded = database.history.load_baseline(register, keys, make.now)
    assert (loaded.written, loaded.fold_again, database.connection.raw.total_changes) == ((), (), before)
    assert database.history.candidates(["k"]) == register[::-1]
    assert database.history.baseline("r1") == register[0]
    assert database.history.baseline("other") is None


def test_a_newer_register_rewrites_what_it_changed_and_leaves_judged_events_to_the_caller(database, make):
    free, judged = make.event("free"), make.event("judged")
    database.history.load_baseline([free, judged], {}, make.now)
    folded = replace(judged, mentions=1, revision=1)
    make.told(database, folded, make.mention())
    newer = [replace(free, until="2026-11-10"), replace(judged, until="2026-11-10"), make.event("added")]
    loaded = database.history.load_baseline(newer, {"free": ("k",)}, make.now)
    assert (loaded.written, loaded.fold_again) == (("free", "added"), ("judged",))
    assert database.history.event("free") == newer[0]
    assert database.history.event("judged") == folded
    assert database.history.baseline("judged") == newer[1]
    assert database.history.judgements("judged") == [make.judgement("m", "judged")]


def test_an_entry_that_the_register_drops_goes_unless_it_was_judged(database, make):
    database.history.load_baseline([make.event("free"), make.event("judged")], {}, make.now)
    make.told(database, make.event("judged"), make.mention())
    loaded = database.history.load_baseline([], {}, make.now)
    assert (loaded.written, loaded.fold_again) == ((), ("judged",))
    assert [event.id for event in database.history.events()] == ["judged"]
    assert database.history.baseline("judged") is None
