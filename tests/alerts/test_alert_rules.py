"""Which rule selects which change, and what it says of it."""

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CASES, NOW, change, event, read

from monitor.alerts import rules, words
from monitor.model import CHANGE_FIELDS, EVENT_TYPES, SEVERITIES, Rule, Witness

RULE = Rule(name="Magnets", channels=("buyers",))


@pytest.mark.parametrize("file", sorted((CASES / "rules").glob("*.json")), ids=lambda file: file.stem)
def test_a_rule_says_why_it_selects_or_not(file: Path) -> None:
    """`expect` holds the reason of the alert, or `refusal` why there is none."""
    case = read(file)
    found = rules.alerts([(case["change"], case["event"], case.get("witness"))], (case["rule"],), NOW)
    refused = rules.refusal(case["rule"], case["change"], case["event"], case.get("witness"))
    assert [one.reason for one in found] == ([case["expect"]] if "expect" in case else [])
    assert refused == case.get("refusal")


def test_an_alert_carries_its_change_and_a_constant_id() -> None:
    first, again = (rules.alerts([(change(), event(), None)], (RULE,), NOW)[0] for _ in range(2))
    assert (first.event, first.change, first.severity, first.at, first.channels) == ("e1", "c1", "high", NOW, ("buyers",))
    assert first.id == again.id
    assert first.id != rules.alerts([(change(id="c2"), event(), None)], (RULE,), NOW)[0].id


def test_one_change_reaches_a_channel_once() -> None:
    """Two rules that select it share out the channels; the earlier one speaks and names the other."""
    wide = Rule(name="Everything", channels=("desk", "buyers", "desk"))
    found = rules.alerts([(change(), event(), None)], (RULE, wide), NOW)
    assert [(one.rule, one.channels) for one in found] == [("Magnets", ("buyers",)), ("Everything", ("desk",))]
    assert found[0].reason.endswith("Also selected by Everything.")
    assert "Also selected" not in found[1].reason


def test_a_rule_whose_channels_are_served_raises_nothing() -> None:
    twin = Rule(name="Twin", channels=("buyers",))
    assert [one.rule for one in rules.alerts([(change(), event(), None)], (RULE, twin), NOW)] == ["Magnets"]


@pytest.mark.parametrize(
    ("asked", "name", "same"),
    [
        ("JL MAG", "JL MAG Rare-Earth Co., Ltd.", True),
        ("jl mag rare-earth", "JL MAG Rare-Earth", True),
        ("Ford", "Ford", True),
        ("Ford", "Stanford University", False),
        ("Rare Earth", "JL MAG Rare-Earth", True),
        ("MAG JL", "JL MAG Rare-Earth", False),
        ("北方稀土", "中国北方稀土（集团）高科技股份有限公司", True),
        ("北方稀土", "南方稀土", False),
        ("...", "Anything", False),
    ],
)
def test_companies_are_compared_word_by_word(asked: str, name: str, same: bool) -> None:
    assert rules.same_company(asked, name) is same


def test_official_only_looks_at_who_asserts_this_change() -> None:
    """A wire's report about an act that a ministry announced earlier is not official; a deadline takes the event's word."""
    rule = Rule(name="Official", channels=("buyers",), official_only=True)
    wire = Witness(mention=None, outlet="Wire", url="", official=False, published=None, seen=NOW)  # type: ignore[arg-type]
    official = event(official=True)
    assert rules.refusal(rule, change(), official, wire) == "no official source asserts it"
    assert rules.refusal(rule, change(field="deadline"), official, None) is None


def test_rules_that_can_never_fire_are_named() -> None:
    table = (
        Rule(name="fine", channels=("a",)),
        Rule(name="silent", channels=()),
        Rule(name="unknown", channels=("a",), types=("no_such_type",)),
        Rule(name="high talks", channels=("a",), types=("talks_held",), min_severity="critical"),
    )
    assert {rule.name: why for rule, why in rules.never(table, {"talks_held": "medium"})} == {
        "silent": "it names no channel",
        "unknown": "types lists nothing that exists: no_such_type",
        "high talks": "min_severity is critical, but its types reach medium at most",
    }


def test_swallowed_rules_name_the_wider_one() -> None:
    """The narrower is swallowed wherever it stands; of twins the later one; another channel or a wider list saves a rule."""
    wide = Rule(name="wide", channels=("a", "b"), jurisdictions=("CN", "US"))
    table = (
        Rule(name="narrow", channels=("a",), jurisdictions=("CN",), materials=("terbium",)),
        wide,
        Rule(name="twin", channels=("a", "b"), jurisdictions=("US", "CN")),
        Rule(name="elsewhere", channels=("c",), jurisdictions=("CN",)),
        Rule(name="wider", channels=("a",), jurisdictions=("CN", "JP")),
        Rule(name="any", channels=("a",)),
    )
    assert [(rule.name, by.name) for rule, by in rules.swallowed(table)] == [("narrow", "wide"), ("twin", "wide"), ("wider", "any")]


RULES = st.builds(
    Rule,
    name=st.just("r"),
    channels=st.just(("a",)),
    types=st.sampled_from([(), ("export_banned",), ("export_banned", "quota_set")]),
    materials=st.sampled_from([(), ("terbium",), ("terbium", "gallium")]),
    destinations=st.sampled_from([(), ("US",), ("US", "JP")]),
    companies=st.sampled_from([(), ("Ford",), ("Ford Motor", "Tesla")]),
    changes=st.sampled_from([(), ("new",), ("new", "until")]),
    certainty=st.sampled_from([(), ("confirmed",)]),
    official_only=st.booleans(),
    min_severity=st.sampled_from(SEVERITIES),
)


@given(wide=RULES, narrow=RULES)
def test_what_covers_selects_at_least_as_much(wide: Rule, narrow: Rule) -> None:
    """Whenever one rule is said to cover another, no event is selected by the other alone."""
    if not rules.covers(wide, narrow):
        return
    for kind, material, destinations, company, field, official in product(
        ("export_banned", "quota_set", "talks_held"), ("terbium", "gallium"), ((), ("US",), ("JP",)), ("Ford Motor Company", "Tesla"),
        ("new", "until"), (True, False),
    ):  # fmt: skip
        one = event(type=kind, materials=(material,), destinations=destinations, actors=(company,), official=official)
        if rules.refusal(narrow, change(field=field), one, None) is None:
            assert rules.refusal(wide, change(field=field), one, None) is None


def test_every_type_and_change_has_words() -> None:
    assert set(words.TYPES) == set(EVENT_TYPES)
    assert set(words.CHANGES) == set(CHANGE_FIELDS)


def test_the_case_files_are_all_read() -> None:
    cases = [json.loads(file.read_text(encoding="utf-8")) for file in (CASES / "rules").glob("*.json")]
    assert len(cases) >= 12
    assert all(("expect" in case) != ("refusal" in case) for case in cases)
