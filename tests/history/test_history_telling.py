"""What the store tells of the history: the board from the events that matter is the board from all, and proof names each sentence once."""

from datetime import UTC, date, datetime

import history_streams
import pytest

from monitor.history import register, states
from monitor.history.memory import History
from monitor.run import proof, telling
from monitor.run.knowing import Stored
from monitor.run.opening import open_history

DAYS = (date(2025, 11, 15), date(2026, 8, 6), date(2026, 11, 11))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A database that knows the register and all streams."""
    with open_history(tmp_path_factory.mktemp("told") / "monitor.db", datetime(2026, 9, 1, tzinfo=UTC)) as opened:
        history = History(Stored(opened))
        for name in history_streams.NAMES:
            for row in history_streams.rows(name):
                fields = {"id": f"{name}-{row['id']}", "url": f"https://example.org/{name}/{row['id']}"}
                article = history_streams.article(row, **fields)
                opened.articles.add(article)
                history.add_document(history_streams.witnesses(row, **fields), article.published)
        yield opened


@pytest.mark.parametrize("known_at", DAYS)
def test_the_board_from_what_matters_is_the_board_from_all(database, known_at):
    moment = datetime.combine(known_at, datetime.max.time(), UTC)
    everything = [event for one in database.history.events() if (event := telling.as_known(database, one, moment))]
    for as_of in DAYS:
        whole = states.board(everything, "US", as_of, known_at)
        assert telling.board(database, "US", as_of, known_at) == whole
        for cell in whole[::5]:
            assert telling.cell(database, cell.material, cell.jurisdiction, "US", as_of, known_at) == cell


def test_nothing_is_known_before_it_was_told(database):
    learnt = [event for event in database.history.events() if event.ref is None]
    assert learnt
    for event in learnt:
        before = telling.as_known(database, event, event.known.replace(year=event.known.year - 1))
        assert before is None and telling.as_known(database, event, event.last_seen) == event


def test_the_registers_sentence_is_told_once(database):
    for event in register.baseline():
        if not database.history.witnesses(event.id):
            told = proof.of_event(database, event)
            assert [(one.quote, one.url) for one in told] == [(event.summary, event.sources[0])]


def test_the_newest_sentence_is_found_at_once(tmp_path):
    """The event is filed with the words of the very mention that is being taken in."""
    with open_history(tmp_path / "monitor.db", datetime(2026, 9, 1, tzinfo=UTC)) as opened:
        history = History(Stored(opened))
        for row in history_streams.rows("stages"):
            article = history_streams.article(row)
            opened.articles.add(article)
            for step in history.add_document(history_streams.witnesses(row), article.published):
                (text,) = opened.connection.one("SELECT text FROM event WHERE id = ?", (step.after.id,))
                assert step.witness.mention.evidence[0].quote in text.split("\n")


def test_the_life_of_an_event_names_what_acts_on_it(database):
    life = telling.life(database, "cn-2025-10-09-no-57-five-rare-earths")
    assert "cn-2025-11-07-no-70-october-controls-suspended" in {event.id for event in life["modified_by"]}
    paused = telling.life(database, "cn-2025-11-07-no-70-october-controls-suspended")
    assert "cn-2025-10-09-no-57-five-rare-earths" in {event.id for event in paused["modifies"]}


def test_deadlines_ahead_leave_out_what_is_suspended(database):
    ahead = telling.deadlines_ahead(database, date(2025, 11, 7), 40)
    assert ahead and not [row for row in ahead if row["event"].startswith("cn-2025-10-09-no")]
    assert "cn-2025-10-09-no-57-five-rare-earths" not in {row["event"] for row in telling.deadlines_ahead(database, date(2025, 11, 8), 0)}
