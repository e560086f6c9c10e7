"""Which changes concern whom: rules select changes, and say why. Pure.

A rule's empty list means "any". An event without destinations is general and touches every destination; an event that names no material
matches only rules that ask for none. One change reaches a channel once: where two rules select it, the earlier one in the file speaks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from monitor.alerts import words
from monitor.model import CHANGE_FIELDS, EVENT_TYPES, SEVERITIES, Alert, Change, Event, Rule, Severity, Witness, digest

Found = tuple[Change, Event, Witness | None]
LISTS = ("types", "materials", "jurisdictions", "destinations", "changes", "certainty")
WORD = re.compile(r"[^\W_]+")


def alerts(changes: Iterable[Found], rules: tuple[Rule, ...], now: datetime) -> tuple[Alert, ...]:
    """An alert for each change and rule that selects it, in the order of changes and rules; ids depend on rule and change alone."""
    return tuple(made for found in changes for made in of_change(found, rules, now))


def of_change(found: Found, rules: tuple[Rule, ...], now: datetime) -> Iterable[Alert]:
    change, event, witness = found
    selecting = [rule for rule in rules if refusal(rule, change, event, witness) is None]
    served: set[str] = set()
    for rule in selecting:
        channels = tuple(channel for channel in dict.fromkeys(rule.channels) if channel not in served)
        served.update(channels)
        if channels:
            others = tuple(other.name for other in selecting if other is not rule and set(other.channels) & set(channels))
            yield Alert(
                id=digest("alert", rule.name, change.id), rule=rule.name, event=event.id, change=change.id, severity=change.severity,
                reason=reason(rule, change, event, others), at=now, channels=channels,
            )  # fmt: skip


def refusal(rule: Rule, change: Change, event: Event, witness: Witness | None) -> str | None:
    """Why the rule does not select the change, or None when it does."""
    official = witness.official if witness else event.official
    checks: tuple[tuple[bool, Callable[[], str]], ...] = (
        (not rule.types or event.type in rule.types, lambda: f"the type is {event.type}"),
        (not rule.changes or change.field in rule.changes, lambda: f"the change is {change.field}"),
        (not rule.materials or meets(rule.materials, event.materials), lambda: f"the materials are {named(event.materials)}"),
        (not rule.jurisdictions or meets(rule.jurisdictions, event.jurisdictions), lambda: f"the jurisdictions are {named(event.jurisdictions)}"),
        (
            not (rule.destinations and event.destinations) or meets(rule.destinations, event.destinations),
            lambda: f"the destinations are {named(event.destinations)}",
        ),
        (not rule.companies or bool(companies(rule, event)), lambda: "none of the companies is named"),
        (not rule.certainty or event.certainty in rule.certainty, lambda: f"the certainty is {event.certainty}"),
        (not rule.official_only or official, lambda: "no official source asserts it"),
        (rank(change.severity) >= rank(rule.min_severity), lambda: f"the severity is {change.severity}"),
    )
    return next((why() for fits, why in checks if not fits), None)


def meets(wanted: tuple[str, ...], there: tuple[str, ...]) -> bool:
    return not set(wanted).isdisjoint(there)


def named(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "not stated"


def rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def companies(rule: Rule, event: Event) -> tuple[str, ...]:
    """The event's actors and recipients that the rule names."""
    return tuple(name for name in dict.fromkeys((*event.recipients, *event.actors)) if any(same_company(asked, name) for asked in rule.companies))


def same_company(asked: str, name: str) -> bool:
    """Whether `name` contains the asked name word by word: "JL MAG" is in "JL MAG Rare-Earth Co.", "Ford" is not in "Stanford".

    Chinese is written without spaces, so there the asked name may stand anywhere.
    """
    if not asked.isascii() and asked.casefold() in name.casefold():
        return True
    wanted, given = (WORD.findall(text.casefold()) for text in (asked, name))
    return bool(wanted) and any(given[at : at + len(wanted)] == wanted for at in range(len(given) - len(wanted) + 1))


def reason(rule: Rule, change: Change, event: Event, others: tuple[str, ...] = ()) -> str:
    """Why this rule selected the change and what it touches of the watch list, as sentences."""
    asked = [
        *([words.what(event)] if rule.types else []),
        *([words.CHANGES[change.field]] if rule.changes else []),
        *([f"an act of {words.places(shared)}"] if (shared := common(rule.jurisdictions, event.jurisdictions)) else []),
        *([f"{event.certainty}"] if rule.certainty else []),
        *(["from an official source"] if rule.official_only else []),
        *([f"severity {change.severity} (at least {rule.min_severity})"] if rule.min_severity != "low" else []),
    ]
    why = f'Rule "{rule.name}" asks for this: {", ".join(asked)}.' if asked else f'Rule "{rule.name}" asks for every change of what it watches.'
    touched = touches(rule, event)
    also = f" Also selected by {words.listing(others)}." if others else ""
    return why + (f" It touches {touched}." if touched else "") + also


def touches(rule: Rule, event: Event) -> str:
    """What of the rule's materials, destinations and companies the event touches; empty when the rule names none."""
    parts = [words.materials(common(rule.materials, event.materials)), words.listing(companies(rule, event))]
    if rule.destinations:
        shared = common(rule.destinations, event.destinations)
        parts.append(f"buyers in {words.places(shared)}" if shared else f"buyers everywhere, so also in {words.places(rule.destinations)}")
    return "; ".join(part for part in parts if part)


def common(wanted: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in there if value in wanted)


# ---- for `monitor check`: rules that say nothing ------------------------------------------------------------------------


def never(rules: tuple[Rule, ...], highest: Mapping[str, Severity] | None = None) -> tuple[tuple[Rule, str], ...]:
    """Rules that can never select anything, each with the reason. `highest` is the greatest severity that a type of event can have."""
    return tuple((rule, why) for rule in rules if (why := impossible(rule, highest or {})))


def impossible(rule: Rule, highest: Mapping[str, Severity]) -> str | None:
    for field, known in (("types", EVENT_TYPES), ("changes", CHANGE_FIELDS), ("certainty", ("confirmed", "reported"))):
        values = getattr(rule, field)
        if values and not meets(values, known):
            return f"{field} lists nothing that exists: {named(values)}"
    if not rule.channels:
        return "it names no channel"
    reachable = [highest[t] for t in rule.types or EVENT_TYPES if t in highest]
    if reachable and len(reachable) == len(rule.types or EVENT_TYPES) and max(map(rank, reachable)) < rank(rule.min_severity):
        return f"min_severity is {rule.min_severity}, but its types reach {SEVERITIES[max(map(rank, reachable))]} at most"
    return None


def swallowed(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, Rule], ...]:
    """(rule, the rule that swallows it): whatever the first selects, the second selects too, for all of its channels.

    Of two rules that select the same, the later one is swallowed.
    """
    return tuple(
        (rule, wider)
        for at, rule in enumerate(rules)
        if (wider := next((w for i, w in enumerate(rules) if i != at and covers(w, rule) and (i < at or not covers(rule, w))), None))
    )


def covers(wide: Rule, narrow: Rule) -> bool:
    """Whether `wide` selects everything that `narrow` selects, for every channel of it."""
    lists = all(within(getattr(narrow, field), getattr(wide, field)) for field in LISTS)
    firms = not wide.companies or (bool(narrow.companies) and all(any(same_company(w, n) for w in wide.companies) for n in narrow.companies))
    official = not wide.official_only or narrow.official_only
    severity = rank(wide.min_severity) <= rank(narrow.min_severity)
    return lists and firms and official and severity and set(narrow.channels) <= set(wide.channels)


def within(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    """Whether the values of one list are among those of another, where an empty list means all."""
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
