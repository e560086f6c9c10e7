"""What may fill the fields of an event, and the features that speak for it. Pure but for names already recognised.

A `Group` is the sentences of a document that assert one act of one type. For each field this module lists options and their features;
`decoder` weighs them. Features are short names such as "in:subject" (named in an asserting sentence, before anything else).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.extraction import numbers, triggers
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


def focus_told(heads: Mapping[str, float]) -> str:
    return "background" if heads.get("head background", 0.0) > 0 else "news"


# ---- materials -----------------------------------------------------------------------------------------------------------


def materials(document: Document, group: Group, heads: Mapping[str, float]) -> list[Option]:
    """Materials that an event may be about. `heads`: what the heads say of the sentences."""
    told = focus_told(heads)
    local = {
        hit.value
        for i in range(min(group.reads) - 2, max(group.reads) + 3)
        if 0 <= i < len(document.reads)
        for hit in document.reads[i].of("material")
    }
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
                names += [
                    f"in gap {gap(read, group, hit.start)}",
                    f"in before {around(read, hit.start, hit.end)[0]}",
                    *near,
                    f"{len(here) > 1} {' '.join(near)}",
                ]
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
