"""What must hold whatever arrives: order does not matter, what was known then stays, and doing a thing twice changes nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import history_streams
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.history import fold, merge, register
from monitor.history.memory import History, Memory
from monitor.model import Judgement, Mention, Span, Witness

START = datetime(2026, 8, 1, tzinfo=UTC)
EVENT = "ev-1"
DAYS = ["2026", "2026-08", "2026-08-01", "2026-08-03", None]
ROWS = [row for name in history_streams.NAMES for row in history_streams.rows(name)]


@st.composite
def witness(draw, at=None):
    """A mention of one act as some outlet tells it, right or wrong, soon or late."""
    known = START + timedelta(hours=draw(st.integers(0, 400)))
    number = draw(st.integers(0, 10**9)) if at is None else at
    quote = draw(st.sampled_from(["the licence starts in autumn", "a pause until next year", "the ministry denies it"]))
    mention = Mention(
        id=f"m-{number}", article=f"a-{number}", type="control_suspended", direction="easing",
        focus=draw(st.sampled_from(["news", "background"])), status=draw(st.sampled_from(["planned", "announced", "in_force", "denied"])),
        certainty=draw(st.sampled_from(["confirmed", "reported"])), jurisdictions=("CN",), correction=draw(st.booleans()),
        materials=tuple(draw(st.lists(st.sampled_from(["tungsten", "gallium", "rare_earths", "dysprosium"]), unique=True))),
        destinations=tuple(draw(st.lists(st.sampled_from(["US", "JP"]), unique=True))),
        date=draw(st.sampled_from(DAYS)), effective=draw(st.sampled_from(DAYS)), until=draw(st.sampled_from(["2027-08-03", "2027-02-03", None])),
        evidence=(Span(start=0, end=len(quote), quote=quote),),
    )  # fmt: skip
    outlet = draw(st.sampled_from(["Harbour Post", "Metal Letter", "Quay Gazette"]))
    return Witness(mention=mention, outlet=outlet, url="", official=draw(st.booleans()), published=known, seen=known)


def judged(found):
    return found, Judgement(id=f"j-{found.mention.id}", mention=found.mention.id, event=EVENT, by="machine", why="", at=found.known)


witnesses = st.lists(witness(), min_size=1, max_size=9, unique_by=lambda w: w.mention.id)


@given(witnesses, st.randoms())
def test_order_of_arrival_does_not_change_the_event(found, chance):
    mixed = list(found)
    chance.shuffle(mixed)
    assert fold.event(EVENT, map(judged, mixed)) == fold.event(EVENT, map(judged, found))


@given(witnesses)
def test_folding_twice_is_folding_once(found):
    assert fold.event(EVENT, map(judged, [*found, *found])) == fold.event(EVENT, map(judged, found))


@given(witnesses, st.integers(0, 400))
def test_what_was_known_then_stays_when_later_documents_come(found, hours):
    known_at = START + timedelta(hours=hours)
    then = [w for w in found if w.known <= known_at]
    before = fold.event(EVENT, map(judged, then)) if then else None
    assert fold.as_known(EVENT, map(judged, found), None, known_at) == before


@given(witnesses)
def test_a_retracted_judgement_counts_for_nothing(found):
    told = [judged(w) for w in found]
    away = (
        replace(told[0][0], mention=replace(told[0][0].mention, id="wrong", materials=("nickel",))),
        replace(told[0][1], mention="wrong", retracted=START),
    )
    assert fold.event(EVENT, [*told, away]) == fold.event(EVENT, told)


@given(witnesses, st.integers(0, 8))
def test_an_event_never_knows_more_than_its_witnesses(found, _):
    event = fold.event(EVENT, map(judged, found))
    for name in ("date", "effective", "until"):
        assert getattr(event, name) in {getattr(w.mention, name) for w in found} | {None}
    assert set(event.materials) <= {one for w in found for one in w.mention.materials}
    assert event.mentions == len(found) and event.outlets == len({w.outlet for w in found})
    assert event.known == min(w.known for w in found) and event.last_seen == max(w.known for w in found)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(ROWS))), st.integers(1, len(ROWS)))
def test_a_history_taken_in_twice_is_the_same_history(order, most):
    memory = Memory(register.baseline())
    history, rows = History(memory), [ROWS[at] for at in order[:most]]
    stream = [(tuple(renamed(w, at) for w in history_streams.witnesses(row)), history_streams.article(row).published) for at, row in enumerate(rows)]
    for told, now in stream:
        history.add_document(told, now)
    events, changes = memory.events(), dict(memory.changed)
    assert all(history.add_document(told, now) == () for told, now in stream)
    assert memory.events() == events and memory.changed == changes


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(ROWS))), st.dates(date(2025, 12, 1), date(2026, 12, 1)))
def test_the_past_as_known_then_is_untouched_by_later_documents(order, known_at):
    end = datetime(known_at.year, known_at.month, known_at.day, tzinfo=UTC) + timedelta(days=1)
    early, late = Memory(register.baseline()), Memory(register.baseline())
    rows = sorted(order, key=lambda at: history_streams.article(ROWS[at]).published)
    for at in rows:
        told = tuple(renamed(w, at) for w in history_streams.witnesses(ROWS[at]))
        now = history_streams.article(ROWS[at]).published
        if now < end:
            History(early).add_document(told, now)
        History(late).add_document(told, now)
    then, now_told = (
        {e.id: replace(e, revision=0) for e in History(memory).as_known(memory.events(), known_at)} for memory in (early, late)
    )  # fmt: skip
    assert then == now_told


def renamed(found, at):
    """Documents of different streams have the same ids: keep them apart."""
    mention = found.mention
    return replace(found, mention=replace(mention, id=f"{mention.id}-{at}", article=f"{mention.article}-{at}"))


@given(witness(at=1), st.integers(0, 60))
def test_a_mention_finds_the_event_that_it_made(found, days):
    memory = Memory(register.baseline())
    step = History(memory).add(found, found.known)
    again = replace(found, mention=replace(found.mention, id="m-again", article="a-again"), published=found.known + timedelta(days=days))
    if step.judgement.event.startswith("ev-") and (len(found.mention.date or "") >= 7 or days <= 3):
        assert set(merge.keys(again)) & set(merge.keys(step.after))
