# ruff: noqa: E501  patterns read better on one line
"""Which dates may be the day of an act, of its entry into force or of its end, and what speaks for each. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from monitor.extraction import dates
from monitor.extraction.reading import Document, Read
from monitor.extraction.slots import FAMILY_OF, Group, Option, around, focus_told, gap, near_trigger, typed, where

WORDS_BEFORE = re.compile(r"[\w'’-]+\s+[\w'’-]+\s*$|[\u3400-\u9fff]{1,2}$")


def recency(value: str, document: Document) -> str:
    if document.anchor is None:
        return "no anchor"
    today = document.anchor.isoformat()
    if value > today[: len(value)]:
        return "future"
    if value == today:
        return "today"
    if len(value) == 10:
        days = (document.anchor.toordinal()) - date.fromisoformat(value).toordinal()
        return "week" if days <= 7 else "month" if days <= 45 else "year" if days <= 400 else "old"
    return "this month" if value == today[:7] else "this year" if value[:4] == today[:4] else "earlier"


AT_ONCE = re.compile(
    r"\b(?:at once|immediately|with immediate effect|effective immediately|applied from the moment|from (?:that|the same) day|on publication|upon publication|as of (?:publication|today)|on the day of (?:its )?publication|from the day of (?:release|publication))\b"
    r"|即日起|自即日|即刻生效|即時生效|即时生效|自(?:本公告)?(?:公布|发布|發布)之日起|今日起",
    re.IGNORECASE,
)


DATELINE = re.compile(r"\W{0,3}[A-Z][A-Za-z.'’ ]+(?:,[A-Za-z. ]+)?,? \W?$|.{0,14}?[报報社讯訊电電]?\W{0,2}$")


def date_options(document: Document, group: Group, heads: Mapping[str, float]) -> list[Option]:
    """Dates in and around the asserting sentences, for all three date fields. `heads`: what the heads say of the sentences."""
    options: dict[str, Option] = {}
    for read in document.reads:
        position = where(group, read)
        alone = len(read.text) < 60 and bool(read.dates) and len(read.text) - len(read.dates[0].text) < 22
        if position == "doc" and not alone:
            continue
        values = list(dict.fromkeys(found.value for found in read.dates))
        for found in read.dates:
            option = options.setdefault(found.value, Option(found.value))
            option.mentions.append((read.index, found.start, found.end))
            option.add(*typed(group, date_features(document, group, read, found, position if not alone else f"alone {position}", values)))
    for read in (document.reads[i] for i in group.reads):
        for numbered in read.numbers:
            if numbered.year:
                options.setdefault(numbered.year[:4], Option(numbered.year[:4])).add("year of a number")
    told = focus_told(heads)
    beside = sorted({FAMILY_OF[name[7:]] for name in heads if name.startswith("beside ")})
    for option in options.values():
        age = recency(option.value, document)
        option.add(f"of {min(len(options), 4)}", age, f"length {len(option.value)}", f"{told} {age}", f"{group.type} {told} {age}")
        option.add(*(f"{group.type} beside {family} {age}" for family in beside))
        option.features[f"background and {age}"] = heads.get("head background", 0.0) / 4
        if any(other != option.value and other.startswith(option.value) for other in options):
            option.add("finer one beside")
    return list(options.values())


def date_features(document: Document, group: Group, read: Read, found: dates.Found, position: str, values: list[str]) -> list[str]:
    role = dates.role(read.text, found)
    order = values.index(found.value)
    before = around(read, found.start, found.end)[0]
    out = [
        position, f"{position}:{role}", f"{position}:{found.kind}", f"{position}:{role}:{recency(found.value, document)}",
        f"{position}:order {min(order, 2)} of {min(len(values), 3)}",
    ]  # fmt: skip
    if position == "in":
        lead = WORDS_BEFORE.search(read.text[: found.start])
        out += [f"before {before}", f"gap {gap(read, group, found.start)}", f"{role}:before {before}", f"lead {lead[0].lower() if lead else '^'}"]
        if DATELINE.match(read.text[: found.start]) and re.match(
            r"\W{0,3}(?:\([^)]*\))?\s*(?:[-–—]|电|電|讯|訊|\|)", read.text[found.end : found.end + 30]
        ):
            out.append("dateline")
        near = near_trigger(read, group, found.start, found.end)
        out += [*near, " ".join(near), f"{role}:{near[0]}"]
        if dates.STRONG_EFFECT.search(read.text[max(0, found.start - 30) : found.end + 6]):
            out.append("words of effect")
    return out
