"""The pure parts of the pages: marks in a text, small pictures, colours."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor.web
from monitor.model import Article, Change, Event, Mention, Span
from monitor.web import charts, feeds, highlight, render
from monitor.web.reading import EventLife

NOW = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
STYLE = (Path(monitor.web.__file__).parent / "static" / "monitor.css").read_text(encoding="utf-8")


def article(title: str, text: str) -> Article:
    return Article(id="a", source="s", url="https://example.org/", outlet="o", title=title, text=text, language="en", fetched=NOW)


def mention(name: str, *spans: tuple[int, int], surface: tuple[tuple[str, Span], ...] = ()) -> Mention:
    evidence = tuple(Span(start=start, end=end, quote="") for start, end in spans)
    return Mention(id=name, article="a", type="quota_set", evidence=evidence, surface=surface)


# ---- marks ---------------------------------------------------------------------------------------------------------------


def test_overlapping_sentences_are_cut_where_they_begin_and_end() -> None:
    told = article("Title", "one two three four")
    at = len("Title\n\n")
    first, second = mention("m1", (at, at + 7)), mention("m2", (at + 4, at + 13), surface=(("date", Span(start=at + 8, end=at + 13, quote="three")),))
    _, paragraph = highlight.paragraphs(told, (first, second))
    assert [(p.text, p.mentions, p.fields, p.begins) for p in paragraph] == [
        ("one ", ("m1",), (), ("m1",)),
        ("two", ("m1", "m2"), (), ("m2",)),
        (" ", ("m2",), (), ()),
        ("three", ("m2",), ("date",), ()),
        (" four", (), (), ()),
    ]


def test_a_sentence_over_two_paragraphs_begins_once() -> None:
    told = article("T", "one\n\ntwo")
    pieces = highlight.paragraphs(told, (mention("m", (3, 11)),))
    assert [[p.begins for p in some] for some in pieces] == [[()], [("m",)], [()]]


@given(st.text(max_size=60), st.text(max_size=120), st.lists(st.tuples(st.integers(-5, 200), st.integers(-5, 200)), max_size=6))
def test_nothing_of_a_text_is_lost_or_told_twice(title: str, text: str, spans: list[tuple[int, int]]) -> None:
    told = article(title, text)
    mentions = tuple(mention(f"m{number}", span) for number, span in enumerate(spans))
    paragraphs = highlight.paragraphs(told, mentions)
    assert highlight.BREAK.join("".join(piece.text for piece in some) for some in paragraphs) == told.whole
    begun = [name for some in paragraphs for piece in some for name in piece.begins]
    assert len(begun) == len(set(begun))
    for one in mentions:
        for quote in highlight.quotes(told, one):
            assert "".join(piece.text for piece in quote).strip("…") in told.whole or "…" in told.whole


def test_a_quote_stands_in_its_paragraph_alone() -> None:
    told = article("T", "before\n\n" + "x" * 300 + " the sentence " + "y" * 300 + "\n\nafter")
    start = told.whole.index("the sentence")
    (quote,) = highlight.quotes(told, mention("m", (start, start + 12)))
    shown = "".join(piece.text for piece in quote)
    assert shown.startswith("…xxx") and shown.endswith("yyy…") and "before" not in shown
    assert [piece.text for piece in quote if piece.mentions] == ["the sentence"]


# ---- pictures ------------------------------------------------------------------------------------------------------------


def change(name: str, at: datetime) -> Change:
    return Change(id=name, event="e", field="new", before=None, after=None, reason="", at=at)


def test_weeks_without_a_change_are_empty_bars() -> None:
    made = charts.weekly(
        [change("a", NOW), change("b", NOW), change("c", NOW.replace(day=3)), change("old", NOW.replace(year=2020))], NOW.date(), weeks=4
    )
    assert [bar.count for bar in made.bars] == [0, 1, 0, 2] and made.top == 2
    assert made.bars[-1].height == 70.0 and made.bars[0].height == 0.0


def test_months_between_are_shown_and_many_become_years() -> None:
    few = charts.monthly([("2025-01", 3), ("2025-04", 1)])
    assert [(bar.key, bar.count) for bar in few.bars] == [("2025-01", 3), ("2025-02", 0), ("2025-03", 0), ("2025-04", 1)]
    many = charts.monthly([("1999-05", 2), ("2025-04", 1), ("2025-05", 1)])
    assert len(many.bars) == 27 and (many.bars[-1].key, many.bars[-1].count) == ("2025", 2)
    assert charts.monthly([]).bars == ()


def test_a_life_line_spans_from_the_first_day_to_the_last() -> None:
    event = Event(id="e", type="control_introduced", date="2025-10-09", effective="2025-11-08", status="announced")
    act = Event(id="f", type="control_suspended", date="2025-11-07", effective="2025-11-10", until="2026-11-10", modifies=("e",))
    line = charts.life_line(EventLife(event=event, modified_by=(act,)), date(2026, 1, 1))
    assert line is not None
    assert [(p.kind, p.on.isoformat()) for p in line.points] == [
        ("date", "2025-10-09"), ("effective", "2025-11-08"), ("act", "2025-11-10"), ("act", "2026-11-10"),
    ]  # fmt: skip
    assert (line.points[0].x, line.points[-1].x) == (charts.MARGIN, charts.WIDTH - charts.MARGIN)
    assert [s.kind for s in line.stretches] == ["announced", "holds", "acted"]
    assert line.today is not None


@pytest.mark.parametrize("day", [None, "2025", "2025-10", "2025-10-09"])
def test_no_life_line_is_drawn_of_a_day_that_is_not_known(day: str | None) -> None:
    assert charts.life_line(EventLife(event=Event(id="e", type="quota_set", date=day)), NOW.date()) is None


# ---- exits ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("summary", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\u200b=1"])
def test_no_cell_of_a_table_is_a_formula(summary: str) -> None:
    row = feeds.table([Event(id="e", type="quota_set", summary=summary)]).splitlines()[1]
    assert not re.search(r'(^|,)"?[=+@\t-]', row), row


def test_a_feed_leaves_out_what_no_time_is_known_of() -> None:
    dated = Event(id="a", type="quota_set", known=NOW, summary="Told \x00\ud800 here")
    written = feeds.atom([dated, replace(dated, id="b", known=None)], "https://example.org", "", NOW).decode()
    assert written.count("<entry>") == 1 and "Told  here" in written.replace("Told here", "Told  here")


def test_board_rows_come_in_groups() -> None:
    groups = dict(render.material_groups(["tungsten", "dysprosium", "ndfeb_magnets", "rare_earths", "antimony"]))
    assert groups == {"Rare earths and magnets": ["rare_earths", "dysprosium", "ndfeb_magnets"], "Other materials": ["antimony", "tungsten"]}


# ---- colours -------------------------------------------------------------------------------------------------------------

PAIRS = [("ink", "paper"), ("soft", "paper"), ("accent", "paper"), ("ink", "raised"), ("soft", "raised"), ("accent", "raised"), ("mark-ink", "mark")]
PAIRS += [("accent-ink", "accent"), ("top-ink", "top"), ("top-soft", "top"), ("paper", "red"), ("accent", "amber-soft"), ("accent", "faint")]
PAIRS += [(name, f"{name}-soft") for name in ("red", "amber", "blue", "teal", "violet", "grey")]


def colours(scheme: str) -> dict[str, str]:
    light, dark = STYLE.split("@media (prefers-color-scheme: dark)")[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light.split("--sans")[0]))
    return found if scheme == "light" else found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark.split("\n}\n")[0]))


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, front: str, back: str) -> None:
    """At least 4.5 to 1, as WCAG 2 asks at level AA."""
    told = colours(scheme)
    high, low = sorted((brightness(told[front]), brightness(told[back])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5, f"{front} {told[front]} on {back} {told[back]}: {(high + 0.05) / (low + 0.05):.2f}"
