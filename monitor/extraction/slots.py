# ruff: noqa: E501  patterns read better on one line
"""What may fill the fields of an event, and the features that speak for it. Pure but for names already recognised.

A `Group` is the sentences of a document that assert one act of one type. For each field this module lists options and their features;
`decoder` weighs them. Features are short names such as "in:subject" (named in an asserting sentence, before anything else).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.extraction import dates, numbers, triggers
from monitor.extraction.lexicon import Hit
from monitor.extraction.reading import Document, Read, codes_of

FAMILIES = {
    "control": ("control_introduced", "export_banned", "control_reinstated", "quota_set"),
    "relief": ("control_eased", "control_suspended"),
    "licence": ("licence_granted", "licence_refused", "licence_delayed", "licence_rules_changed"),
    "trade": ("tariff_changed", "investigation_opened"),
    "listing": ("entity_listed", "entity_delisted"),
    "enforcement": ("enforcement_action",),
    "diplomacy": ("agreement_reached", "talks_held"),
    "position": ("position_stated",),
    "disrupted": ("supply_disrupted",),
    "supported": ("supply_supported",),
}
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
GENERIC = {"critical_minerals", "dual_use_items", "rare_earths", "rare_earth_magnets", "medium_heavy_rare_earths"}
WORDS_BEFORE = re.compile(r"[\w'’-]+\s+[\w'’-]+\s*$|[\u3400-\u9fff]{1,2}$")
WORD_BEFORE = re.compile(r"([\w'’-]+|[^\w\s])\s*$")
WORD_AFTER = re.compile(r"^['’]?\s*([\w-]+|[^\w\s])")
HAN = re.compile(r"[\u3400-\u9fff]")
SAYS = re.compile(
    r"\b(?:said|says|told|urged|warned|called|stressed|added|announced|replied|confirmed|denied|rejected|wrote|noted|asked|according)\b|表示|指出|强调|強調|称|稱|說|说|宣布|回应|回應|答|澄清",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Group:
    """Sentences (by index) that assert one act of one type, best first."""

    type: str
    reads: tuple[int, ...]
    score: float = 1.0
    why: str = ""


@dataclass(slots=True)
class Option:
    """A value that a field may take; `mentions` are its (sentence, start, end) in the order of the text."""

    value: str
    features: dict[str, float] = field(default_factory=dict)
    mentions: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, *names: str) -> None:
        for name in names:
            self.features[name] = 1.0


def where(group: Group, read: Read) -> str:
    """How near a sentence is to those that assert the event."""
    if read.index in group.reads:
        return "in"
    if read.index + 1 in group.reads:
        return "prev"
    if read.index - 1 in group.reads:
        return "next"
    if read.sentence.title:
        return "title"
    return "lead" if read.index <= 2 else "doc"


def around(read: Read, start: int, end: int) -> tuple[str, str]:
    """The words before and after a mention; in Chinese the characters."""
    text = read.text
    if HAN.search(text[start:end] or ""):
        return text[max(0, start - 1) : start], text[end : end + 2]
    before, after = WORD_BEFORE.search(text[:start]), WORD_AFTER.search(text[end:])
    return (before[1].lower() if before else "^"), (after[1].lower() if after else "$")


def typed(group: Group, names: Iterable[str]) -> Iterator[str]:
    """Features by themselves, and together with the event's family and type."""
    for name in names:
        yield name
        yield f"{FAMILY_OF[group.type]}&{name}"
        yield f"{group.type}&{name}"


def ranks(counts: Counter[str]) -> dict[str, int]:
    return {value: rank for rank, (value, _) in enumerate(counts.most_common(), 1)}


def gap(read: Read, group: Group, start: int) -> str:
    """How far a mention is from the words that make the sentence one of this type."""
    distances = [abs(start - t.start) for t in triggers.find(read.text) if t.type == group.type]
    if not distances:
        return "no trigger"
    return next((f"<{limit}" for limit in (20, 50, 100) if min(distances) < limit), "far")


# ---- governments ---------------------------------------------------------------------------------------------------------


def places(document: Document, group: Group, heads: Mapping[str, float]) -> list[Option]:
    """Governments that may have acted, or whose buyers a measure may target."""
    options: dict[str, Option] = {}
    here = {code for i in group.reads for hit in document.reads[i].hits for code, _ in codes_of(hit)}
    rank = ranks(document.places)
    for read in document.reads:
        position = where(group, read)
        order = 0
        for hit in read.hits:
            for code, form in codes_of(hit):
                option = options.setdefault(code, Option(code))
                option.mentions.append((read.index, hit.start, hit.end))
                option.add(*typed(group, place_features(read, hit, form, position, order)))
            order += hit.kind in ("place", "body", "person")
    for code in {"CN", *options}:
        option = options.setdefault(code, Option(code))
        option.add(*typed(group, [f"rank {min(rank.get(code, 9), 4)}", f"is {code}" if code in ("CN", "US", "EU", "JP", "CD") else "is other"]))
        option.add(*typed(group, [f"here {min(len(here), 3)} rank {min(rank.get(code, 9), 3)} {'named' if code in here else 'not named'}"]))
        if len(document.places) == 1 and code in document.places:
            option.add("only")
        if (said := heads.get(f"head jurisdiction {code}")) is not None:
            option.features["head"] = said / 4
    return list(options.values())


def place_features(read: Read, hit: Hit, form: str, position: str, order: int) -> list[str]:
    before, after = around(read, hit.start, hit.end)
    out = [position, f"{position}:{form}", f"{position}:{form}:{'first' if order == 0 else 'later'}"]
    if position in ("in", "title", "prev"):
        out += [f"{position}:before {before}", f"{position}:after {after}", f"{position}:{form}:before {before}"]
        if hit.start == 0:
            out.append(f"{position}:opens")
    if read.text[hit.end : hit.end + 2] in ("'s", "’s"):
        out.append(f"{position}:owns")
    if form in ("body", "person") and SAYS.search(read.text):
        out.append(f"{position}:speaks")
    return out


def focus_told(heads: Mapping[str, float]) -> str:
    return "background" if heads.get("head background", 0.0) > 0 else "news"


# ---- materials -----------------------------------------------------------------------------------------------------------


def materials(document: Document, group: Group, heads: Mapping[str, float]) -> list[Option]:
    """Materials that an event may be about. `heads`: what the heads say of the sentences."""
    told = focus_told(heads)
    local = {hit.value for i in range(min(group.reads) - 2, max(group.reads) + 3) if 0 <= i < len(document.reads) for hit in document.reads[i].of("material")}
    options: dict[str, Option] = {}
    here = {hit.value for i in group.reads for hit in document.reads[i].of("material") if hit.form != "weak"}
    rank = ranks(document.materials)
    for read in document.reads:
        position = where(group, read)
        for order, hit in enumerate(read.of("material")):
            option = options.setdefault(hit.value, Option(hit.value))
            option.mentions.append((read.index, hit.start, hit.end))
            names = [position, f"{position}:{hit.form}", f"{position}:{'first' if order == 0 else 'later'}"]
            if position == "in":
                near = near_trigger(read, group, hit.start, hit.end)
                names += [f"in gap {gap(read, group, hit.start)}", f"in before {around(read, hit.start, hit.end)[0]}", *near, f"{len(here) > 1} {' '.join(near)}"]
            option.add(*typed(group, names))
            option.add(f"{told} {position}", f"{told} {position} {'some' if here else 'none'} here")
    if group.type.startswith("entity") or not options:
        options.setdefault("dual_use_items", Option("dual_use_items"))
    specific = bool(here - GENERIC)
    titled = {hit.value for hit in document.reads[0].of("material")} if document.reads else set()
    for value, option in options.items():
        kind = value if value in GENERIC else "element"
        option.add(
            *typed(
                group,
                [f"is {kind}", f"rank {min(rank.get(value, 9), 4)}", f"{kind} of {min(len(here), 4)} here {'named' if value in here else 'not'}"],
            )
        )
        option.add(f"{kind} {'beside specific' if specific else 'alone'} {'here' if value in here else 'elsewhere'}")
        option.add(f"{told} {'title' if value in titled else 'not title'} {'named' if value in here else 'not'} of {min(len(here), 2)}")
        option.add(f"{'near' if value in local else 'far'} of {min(len(local), 4)} {'none here' if not here else ''}")
        option.add(f"is {value}", f"rank {min(rank.get(value, 9), 3)} with {min(len(here), 2)} here {'named' if value in here else 'not'}")
        if any(other != value and value in other for other in here):
            option.add("contained in one here")
        if {"rare_earths": "rare_earth", "rare_earth_magnets": "magnets"}.get(value, "§") in " ".join(here - {value}):
            option.add("general beside its kind")
    return list(options.values())


# ---- dates ---------------------------------------------------------------------------------------------------------------


CLAUSE = re.compile(r"[,;:，；：—–()（）]| - | \b(?:that|which|who|when|while|after|before|but|and)\b ")


def near_trigger(read: Read, group: Group, start: int, end: int) -> list[str]:
    """Whether the words nearest to a date are those of this type or of another, and how many clauses lie between it and its own words."""
    found = sorted((min(abs(start - t.end), abs(t.start - end)), t.type == group.type, t.start, t.end) for t in triggers.find(read.text) if t.strong)
    own = [f for f in found if f[1]]
    out = [f"nearest {'own' if found[0][0] == own[0][0] else 'other'}" if own else "nearest other only" if found else "nearest none"]
    if own:
        between = read.text[min(end, own[0][3]) : max(start, own[0][2])]
        out.append(f"clauses {min(len(CLAUSE.findall(between)), 3)}")
    return out


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


ALONE = re.compile(r"[\w\s,./年月日（）()\-–:：—]{0,40}$")
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
        if DATELINE.match(read.text[: found.start]) and re.match(r"\W{0,3}(?:\([^)]*\))?\s*(?:[-–—]|电|電|讯|訊|\|)", read.text[found.end : found.end + 30]):
            out.append("dateline")
        near = near_trigger(read, group, found.start, found.end)
        out += [*near, " ".join(near), f"{role}:{near[0]}"]
        if dates.STRONG_EFFECT.search(read.text[max(0, found.start - 30) : found.end + 6]):
            out.append("words of effect")
    return out


# ---- instruments ---------------------------------------------------------------------------------------------------------


def instrument_options(document: Document, group: Group, jurisdictions: tuple[str, ...], focus: str) -> list[Option]:
    """Numbered instruments and laws by name, under their canonical names: those that the asserting sentences name; for news also
    that of the title, and one that is the only one in the document."""
    found = all_instruments(document, group, jurisdictions)
    return [o for o in found if any(i in group.reads or (focus == "news" and (i == 0 or len(found) == 1)) for i, _, _ in o.mentions)]


def all_instruments(document: Document, group: Group, jurisdictions: tuple[str, ...]) -> list[Option]:
    options: dict[str, Option] = {}
    listed = len({n.number for i in group.reads for n in document.reads[i].numbers})
    for read in document.reads:
        position = where(group, read)
        for order, numbered in enumerate(read.numbers):
            value = instrument_name(document, numbered, jurisdictions)
            if value is None:
                continue
            option = options.setdefault(value, Option(value))
            option.mentions.append((read.index, numbered.start, numbered.end))
            names = [
                position,
                f"{position}:number",
                f"{position}:order {min(order, 2)}",
                f"{position}:{'bundle' if numbered.bundle else 'single'}",
                f"{position} of {min(listed, 3)}",
            ]
            if position == "in":
                names += [
                    f"gap {gap(read, group, numbered.start)}",
                    f"before {around(read, numbered.start, numbered.end)[0]}",
                    f"told year {bool(numbered.year)}",
                ]
            option.add(*typed(group, names))
        for hit in read.of("law"):
            option = options.setdefault(hit.value, Option(hit.value))
            option.mentions.append((read.index, hit.start, hit.end))
            option.add(*typed(group, [position, f"{position}:law", f"{position}:{hit.value}"]))
            if position == "in":
                option.add(*typed(group, [f"law gap {gap(read, group, hit.start)}"]))
    return list(options.values())


def instrument_name(document: Document, numbered: numbers.Numbered, jurisdictions: tuple[str, ...]) -> str | None:
    """ "<body> <kind> No. <n> of <year>"; None when the year or the body stays unknown."""
    year = numbered.year or told_elsewhere(document, numbered)
    chinese = "CN" in jurisdictions or not jurisdictions
    if year is None and chinese:
        year = numbers.known_year(numbered.number, document.anchor.year if document.anchor else None)
    body = numbered.body or body_elsewhere(document, numbered, year)
    if body is None and chinese:
        body = numbers.signer(numbered.number, year)
    if year is None or body is None:
        return None
    return f"{body} {numbered.kind or 'Announcement'} No. {numbered.number} of {year}"


def told_elsewhere(document: Document, numbered: numbers.Numbered) -> str | None:
    years = [n.year for read in document.reads for n in read.numbers if n.number == numbered.number and n.year]
    return years[0] if years else None


def body_elsewhere(document: Document, numbered: numbers.Numbered, year: str | None) -> str | None:
    bodies = [n.body for read in document.reads for n in read.numbers if n.number == numbered.number and n.body and n.year in (None, year)]
    return max(bodies, key=len) if bodies else None
