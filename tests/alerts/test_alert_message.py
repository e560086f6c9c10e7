"""What a message says: bodies against the shipped schema, texts and HTML against their cases."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import golden
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser
from support import BASE, CASES, NOW, alert, change, event, evidence

import monitor
from monitor.alerts import message as messages
from monitor.alerts import words
from monitor.alerts.body import body
from monitor.model import CHANGE_FIELDS, Message, Source, SourceState

SCHEMA = json.loads((Path(monitor.__file__).parent / "alerts" / "schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)
FILES = sorted(file for file in (CASES / "messages").glob("*.json") if not file.name.endswith(".body.json"))
SOURCE = Source(
    name="mofcom", kind="page", url="https://ministry.example/", every=timedelta(minutes=15), outlet="Ministry of Commerce", official=True
)
FAILING = SourceState(name="mofcom", health="failing", since=NOW, failures=7, message="HTTP 503", last_success=NOW - timedelta(hours=1))


def checked(message: Message) -> dict[str, Any]:
    """The body as a receiver reads it, after the schema and the size were checked."""
    text = body(message)
    assert len(text.encode()) < 20_000
    told: dict[str, Any] = json.loads(text)
    VALID.validate(told)
    return told


def short(message: Message) -> str:
    return message.text.split("\n\n")[0].strip()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_message_reads_as_its_case(file: Path) -> None:
    """Text, HTML and body are those that lie beside the case."""
    for ending, content in golden.of_message(file).items():
        assert content == file.with_suffix(ending).read_bytes().decode(), f"{file.stem}{ending}: python tests/alerts/golden.py writes it anew"
    checked(golden.message(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_first_paragraph_stands_alone(file: Path) -> None:
    """At most 280 characters, with severity, headline and link."""
    made = golden.message(file)
    case = json.loads(file.read_text(encoding="utf-8"))
    assert len(short(made)) <= 280
    assert short(made).startswith(case["alert"]["severity"].upper())
    assert short(made).endswith(f"{BASE}/events/{case['event']['id']}")


def test_nothing_from_a_page_acts() -> None:
    """Hostile texts make no element, no attribute and no link of their own, and can still be read."""
    page = parser.document_fromstring(golden.message(CASES / "messages" / "hostile.json").html)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= {
        "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "p", "h1", "h2", "h3", "a", "b", "br", "span", "div",
    }  # fmt: skip
    attributes = {name for element in page.iter() if isinstance(element.tag, str) for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or name == "src"]
    assert set(page.xpath("//a/@href")) == {f"{BASE}/events/e1"}
    assert len(page.xpath("//style")) == 1
    text = page.text_content()
    for written in ("<script>alert(1)</script>", "<b>Outlet</b>", '"><img src=x onerror=alert(4)>', "{{ 7 * 7 }}", "<svg/onload=alert(6)>"):
        assert written in text
    assert "\u202e" not in text
    assert "\u200b" not in text


def test_mail_html_leans_on_nothing_outside() -> None:
    """Styles are on the elements, no image is fetched, and only the rules for dark and small screens stay in the head."""
    made = golden.message(CASES / "messages" / "suspension.json").html
    assert "prefers-color-scheme: dark" in made
    assert not re.search(r"<img|<link|<script|url\(|@import", made)
    rules = "".join(parser.document_fromstring(made).xpath("//style/text()")).replace(" ", "")
    assert rules.startswith("@media")
    assert 'style="' in made


def test_the_kind_of_change_decides_the_type() -> None:
    types = {field: messages.alert(alert(), change(field=field), event(), (), BASE).type for field in CHANGE_FIELDS}
    assert types == {field: {"new": "event.new", "deadline": "deadline.due"}.get(field, "event.changed") for field in CHANGE_FIELDS}


def test_ids_and_threads_are_constant() -> None:
    """The id depends on the alert alone, the thread on the event."""
    first, again = (messages.alert(alert(), change(), event(outlets=n), (), BASE) for n in (1, 5))
    other = messages.alert(alert(id="a2"), change(), event(), (), BASE)
    assert first.id == again.id != other.id
    assert first.id.startswith("msg_")
    assert first.thread == other.thread == "e1"


def test_chinese_evidence_has_a_gloss_that_says_it_is_none_of_the_sentence() -> None:
    made = messages.alert(alert(), change(), event(), (evidence("暂停实施。", language="zh"), evidence()), BASE)
    told = checked(made)["data"]["evidence"]
    assert [one["gloss"] is None for one in told] == [False, True]
    assert told[0]["quote"] == "暂停实施。"
    for part in (made.text, made.html):
        assert "English gloss from structured fields, not a translation" in part


def test_official_sentences_come_first() -> None:
    told = checked(messages.alert(alert(), change(), event(), (evidence("Wire."), evidence("Ministry.", official=True)), BASE))
    assert [one["quote"] for one in told["data"]["evidence"]] == ["Ministry.", "Wire."]


def test_a_body_that_is_too_long_is_shortened_and_says_so() -> None:
    many = tuple(evidence(f"{n} " + "导" * 900, url=f"https://news.example/{n}") for n in range(40))
    made = messages.alert(alert(), change(), event(recipients=tuple(f"Firm {n} " + "x" * 80 for n in range(500))), many, BASE)
    data = checked(made)["data"]
    assert "evidence: 12 of 40 shown" in data["trimmed"]
    assert any(note.startswith("event.recipients: ") and note.endswith("of 500 shown") for note in data["trimmed"])
    assert any(note.startswith("evidence.quote: ") for note in data["trimmed"])
    assert data["link"] == f"{BASE}/events/e1"


def test_a_body_that_fits_is_whole() -> None:
    assert checked(messages.alert(alert(), change(), event(), (evidence(),), BASE))["data"]["trimmed"] == []


def test_half_an_address_is_never_shown() -> None:
    """A web address that is too long is left out, since half of one leads somewhere else."""
    data = checked(messages.alert(alert(), change(), event(), (evidence(url="https://news.example/" + "a" * 9000),), BASE))["data"]
    assert data["evidence"][0]["url"] is None
    assert data["trimmed"] == ["evidence.url: left out, 9021 characters"]


NAMES = st.lists(st.text(max_size=400), max_size=60).map(tuple)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=3000), long=st.integers(1, 30), names=NAMES, count=st.integers(0, 30))
def test_any_text_makes_a_valid_body_and_readable_parts(text: str, long: int, names: tuple[str, ...], count: int) -> None:
    """Whatever pages say, the body is under 20 kB and valid, the first paragraph short, and the HTML loads."""
    said = evidence(text * long, outlet=text, url=text)
    one = event(recipients=names, actors=names, summary=text * long, instrument=text)
    made = messages.alert(
        alert(reason=text * long, rule=text), change(before=text, after=text * long, field="scope", reason=text), one, (said,) * count, BASE
    )
    checked(made)
    assert len(short(made)) <= 280
    assert "\n" not in made.subject
    parser.document_fromstring(made.html)


def test_a_failing_source_is_told_once_a_spell() -> None:
    first = messages.source_failing(SOURCE, FAILING, NOW, BASE)
    later = messages.source_failing(SOURCE, replace(FAILING, failures=9), NOW + timedelta(hours=3), BASE)
    next_spell = messages.source_failing(SOURCE, replace(FAILING, since=NOW + timedelta(days=1)), NOW + timedelta(days=1), BASE)
    assert first.id == later.id != next_spell.id
    told = checked(first)
    assert (told["type"], told["data"]["severity"], told["data"]["event"]) == ("source.failing", "high", None)
    assert told["data"]["source"]["since"] == "2025-11-07T06:30:00Z"
    assert "HTTP 503" in short(first)
    assert "silence from this source means nothing" in first.text


def test_a_source_that_answers_again_closes_the_thread() -> None:
    ok = SourceState(name="mofcom", health="ok", since=NOW + timedelta(hours=5))
    failing, resolved = (
        messages.source_failing(SOURCE, FAILING, NOW, BASE),
        messages.source_resolved(SOURCE, FAILING, ok, NOW + timedelta(hours=5), BASE),
    )
    assert failing.thread == resolved.thread
    assert checked(resolved)["type"] == "source.resolved"
    assert short(resolved).startswith("Ministry of Commerce (mofcom) can be read again after 5 hours. The trouble was: HTTP 503.")


def test_a_channel_can_be_tried() -> None:
    made = messages.test("buyers", NOW)
    assert checked(made)["data"]["channel"] == "buyers"
    assert "Nothing happened in the world." in made.text
    assert made.id != messages.test("buyers", NOW + timedelta(seconds=1)).id


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://news.example/a?b=1&c=2", True),
        ("HTTP://news.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//news.example/", False),
        ("https://news.example/ x", False),
        ('https://news.example/"onclick=x', False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, link: bool) -> None:
    assert (words.web_address(url) is not None) is link


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025-12-01", "1 December 2025"), ("2025-12", "December 2025"), ("2025", "2025"), ("2025-02-30", "2025-02-30"), (None, "not stated"),
        ("in_force (easing)", "in force (easing)"), ("dysprosium, ndfeb_magnets", "dysprosium, NdFeB magnets"),
        ("US, EU", "United States, European Union"),
        ("JL MAG Rare-Earth", "JL MAG Rare-Earth"),
    ],
)  # fmt: skip
def test_values_in_words(text: str | None, told: str) -> None:
    assert words.value(text) == told


def test_what_comes_next_knows_only_whole_days() -> None:
    today = datetime(2025, 11, 7, tzinfo=UTC).date()
    assert words.upcoming(event(effective="2025-12", until="2025-11-08"), today) == ("ends on 8 November 2025 (in 1 day)",)
    assert words.upcoming(event(effective="2025-11-06", until=None), today) == ()
