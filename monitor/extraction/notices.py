# ruff: noqa: E501  patterns read better on one line
"""Official notices into clauses, each with its own materials and dates. Pure.

A notice of a ministry numbers its items (一、 二、 or "1.", "I.", "Article 6"); what stands before them is preamble and legal basis, which
are no act of their own. A clause says what it does to which goods, and from when; what it leaves open is the notice's.
"""

import re
from dataclasses import dataclass

from monitor.extraction import dates, days
from monitor.extraction.reading import Document, Read

ITEM = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、条條款]|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.、](?=\s|\D)|(?:[IVX]{1,4}|Article \d+)[.:)]|\((?:\d|[a-z])\))\s*"
)
ENACTS = re.compile(
    r"公告如下|决定|決定|現公告|现公告|特此公告|本公告|实施出口管制|實施出口管制|hereby (?:announced|decided|notified)|shall (?:take effect|come into force|be implemented)|has decided|have decided|the following",
    re.IGNORECASE,
)
BASIS = re.compile(r"^(?:为|為|根据|依据|依照|根據|依據)|^(?:Pursuant to|In accordance with|Under the authority|For the purpose)", re.IGNORECASE)


REFUSAL = re.compile(
    r"不予许可|不予許可|presumption of denial|\b(?:in principle|as a rule|generally)\b[^.;]{0,60}\b(?:not|refus|den)|\bnot\b[^.;]{0,40}\b(?:in principle|as a rule)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One item of a notice: the sentences it covers, what it names, and its own dates where it states any."""

    label: str
    reads: tuple[int, ...]
    materials: tuple[str, ...]
    effective: str | None = None
    until: str | None = None
    basis: bool = False


def is_notice(document: Document) -> bool:
    """Whether a document is an official notice itself and not news of one: it numbers its items and enacts."""
    items = sum(bool(ITEM.match(read.text)) for read in document.reads)
    return items >= 2 and any(ENACTS.search(read.text) for read in document.reads)


def clauses(document: Document) -> tuple[Clause, ...]:
    """The clauses of a notice in order, the preamble first; nothing for a document that is no notice."""
    if not is_notice(document):
        return ()
    parts: list[list[Read]] = [[]]
    for read in document.reads:
        if ITEM.match(read.text):
            parts.append([])
        parts[-1].append(read)
    issued = signed(document)
    return tuple(clause(part, issued) for part in parts if part)


def signed(document: Document) -> str | None:
    """The day in the signature: the last line that is nothing but a date."""
    alone = [r.dates[0].value for r in document.reads if r.dates and len(r.text) - len(r.dates[0].text) < 6]
    return alone[-1] if alone else None


def clause(part: list[Read], issued: str | None) -> Clause:
    label = ITEM.match(part[0].text)
    materials = tuple(dict.fromkeys(hit.value for read in part for hit in read.of("material") if hit.form != "weak"))
    found = {"effective": None, "until": None, "date": None}
    for read in part:
        for one in read.dates:
            role = dates.role(read.text, one)
            found[role] = found[role] or one.value  # type: ignore[assignment]
        if found["effective"] is None and days.AT_ONCE.search(read.text):
            found["effective"] = issued  # type: ignore[assignment]
    return Clause(
        label[0].strip() if label else "",
        tuple(read.index for read in part),
        materials,
        found["effective"],
        found["until"],
        not label and all(BASIS.search(read.text) for read in part[1:2] or part),
    )


def own_dates(document: Document, reads: tuple[int, ...]) -> tuple[str | None, str | None]:
    """(effective, until) of the clauses that hold these sentences; where they state none, those that the notice states for all of it."""
    found = clauses(document)
    mine = [c for c in found if set(c.reads) & set(reads)]
    general = [c for c in found if not c.materials]
    effective = next((c.effective for c in (*mine, *general) if c.effective), None)
    return effective, next((c.until for c in mine if c.until), None)
