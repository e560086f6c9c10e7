# ruff: noqa: E501  patterns read better on one line
"""Numbered legal instruments in every written form, and their canonical names and keys. Pure.

"商务部公告2025年第61号", "Announcement No. 61", "MOFCOM Notice 2025-61" are one: key "CN:2025:61", name
"Ministry of Commerce Announcement No. 61 of 2025".
"""

import re
from dataclasses import dataclass, replace

from monitor.extraction.lexicon import data

KINDS = {
    "announcement": "Announcement", "notice": "Notice", "order": "Order", "decision": "Decision", "decree": "Decree", "circular": "Circular",
    "resolution": "Resolution", "notification": "Notification", "directive": "Directive", "regulation": "Regulation", "communiqué": "Communiqué",
    "communique": "Communiqué", "proclamation": "Proclamation", "公告": "Announcement", "公告第": "Announcement", "令": "Order", "通知": "Circular", "决定": "Decision",
    "指令": "Directive", "決定": "Decision", "号令": "Order", "决议": "Resolution", "通告": "Notice",
}  # fmt: skip
KIND = r"(?:announcement|notice|order|decision|decree|circular|resolution|notification|directive|regulation|communiqué|communique)s?"
EN = re.compile(
    rf"""(?ix)
    (?P<k4>\b{KIND})\s+(?P<y4>20\d\d)[-/](?P<n4>\d{{1,4}})\b
  | (?P<k1>\b{KIND})\s*(?:,\s*)?(?:(?:no|nos|number|numbered)\.?\s*)?(?P<n1>(?:[A-Z]/)?\d{{1,4}}(?:/[\w.]+)*)(?!\s*(?:%|percent|per\s+cent|tonnes|days|months|years|companies|firms|of\s+them|January|February|March|April|May|June|July|August|September|October|November|December))
        (?:\s*(?:of|/|\(|,|-)\s*(?P<y1>(?:19|20)\d\d(?:-\d\d)?)\)?)?
  | \bno\.?\s*(?P<n2>\d{{1,4}})(?!\s*(?:%|percent))\b(?:\s*(?:of|/|\()\s*(?P<y2>(?:19|20)\d\d)\)?|\s+of\s+(?P<this>this|the|that)\s+year)?
  | \b(?:number(?:ed)?|under\s+number)\s+(?P<n3>\d{{1,4}})\b(?:\s*of\s*(?P<y3>20\d\d))?
    """
)
EN_LIST = re.compile(
    r"(?i)\b(?:nos|numbers|numbered|announcements|notices)\.?\s*(?:nos\.?\s*)?(?P<list>\d{1,3}(?:\s*(?:,|and|to|through|-|–)\s*(?:and\s+)?\d{1,3})+)(?:\s*of\s*(?P<y>20\d\d))?"
)
ZH = re.compile(
    r"(?P<k1>公告|令|通知|决定|決定|指令|通告)?[（(　 ]*(?:(?P<y1>20\d\d)年)?[）)]?第\s*(?P<n1>[A-Z]?/?\d{1,4}(?:/\d{4}-\d\d)?)\s*[号號](?P<k2>公告|令|通知|决定|決定|指令|通告)?"
)
CHINA = re.compile(r"商务部|商務部|海关总署|海關總署|MOFCOM|Ministry of Commerce|commerce ministry|General Administration of Customs", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An instrument named by number at characters `start` to `end` of its sentence. `year` and `body` are None when the words do not say."""

    start: int
    end: int
    text: str
    kind: str
    number: str
    year: str | None = None
    body: str | None = None
    bundle: bool = False


def expanded(listing: str) -> list[str]:
    """ "55 to 58, 61 and 62" -> every number in it."""
    out: list[str] = []
    pieces = re.findall(r"\d{1,3}|to|through|-|–", listing)
    for i, piece in enumerate(pieces):
        if piece.isdigit():
            if i >= 2 and not pieces[i - 1].isdigit() and out:
                out += [str(n) for n in range(int(out[-1]) + 1, int(piece))]
            out.append(piece)
    return out


def english(text: str, year: int | None) -> list[Numbered]:
    out = [
        Numbered(m.start(), m.end(), m[0], "Announcement", number, m["y"], bundle=True)
        for m in EN_LIST.finditer(text)
        for number in expanded(m["list"])
    ]
    taken = [(n.start, n.end) for n in out]
    for m in EN.finditer(text):
        if any(m.start() < end and start < m.end() for start, end in taken):
            continue
        number = m["n1"] or m["n2"] or m["n3"] or m["n4"]
        if m["n3"] and not re.search(r"number(?:ed)?\s+\d", m[0]):
            continue
        told = m["y1"] or m["y2"] or m["y3"] or m["y4"] or (str(year) if m["this"] in ("this", "the") and year else None)
        kind = KINDS[(m["k1"] or m["k4"]).lower().rstrip("s")] if m["k1"] or m["k4"] else ""
        if "/" in number and (found := re.search(r"20\d\d", number)):
            number, told = number.split("/")[0], found[0]
        if kind and not re.search(r"\b(?:no|nos|number)\b", m[0], re.IGNORECASE) and not told and not m[0][:1].isupper():
            continue
        out.append(Numbered(m.start(), m.end(), m[0], kind, number, told))
    return out


def chinese(text: str) -> list[Numbered]:
    out = []
    for m in ZH.finditer(text):
        kind = KINDS.get(m["k2"] or m["k1"] or "", "")
        number = m["n1"].split("/20")[0]
        out.append(Numbered(m.start(), m.end(), m[0], kind, number, m["y1"]))
    return out


BODIES_ZH = (
    (re.compile(r"(?:商务部|商務部)[、\s　和]*(?:海关总署|海關總署)\s*$"), "Ministry of Commerce and General Administration of Customs"),
    (re.compile(r"(?:商务部|商務部)\s*$"), "Ministry of Commerce"),
    (re.compile(r"(?:海关总署|海關總署)\s*$"), "General Administration of Customs"),
    (re.compile(r"(?:不可靠实体清单工作机制|不可靠實體清單工作機制)\s*$"), "Unreliable Entity List Working Mechanism"),
    (re.compile(r"(?:国务院|國務院)\s*$"), "State Council"),
    (re.compile(r"(?:税委会|关税税则委员会)\s*$"), "Customs Tariff Commission of the State Council"),
)
BODIES_EN = (
    (
        re.compile(
            r"(?:Commerce|MOFCOM)\W+(?:and|&)\W+(?:the\W+)?(?:General Administration of Customs|GACC|customs)\W*(?:joint\W+)?$", re.IGNORECASE
        ),
        "Ministry of Commerce and General Administration of Customs",
    ),
    (re.compile(r"(?:MOFCOM|MOC|Ministry of Commerce|commerce ministry)(?:['’]s)?\W*$", re.IGNORECASE), "Ministry of Commerce"),
    (re.compile(r"(?:General Administration of Customs|GACC)(?:['’]s)?\W*$", re.IGNORECASE), "General Administration of Customs"),
    (re.compile(r"Working Mechanism(?:['’]s)?\W*$", re.IGNORECASE), "Unreliable Entity List Working Mechanism"),
    (re.compile(r"State Council\W*$", re.IGNORECASE), "State Council"),
    (re.compile(r"ARECOMS\W*$", re.IGNORECASE), "ARECOMS"),
)


def find(text: str, year: int | None, language: str) -> tuple[Numbered, ...]:
    """The instruments that a sentence numbers; `year` is the document's, for "No. 23 of this year"."""
    patterns = BODIES_ZH if language == "zh" else BODIES_EN
    out = []
    for numbered in chinese(text) if language == "zh" else english(text, year):
        before = text[max(0, numbered.start - 80) : numbered.start]
        body = next((name for pattern, name in patterns if pattern.search(before)), None)
        out.append(replace(numbered, body=body))
    return tuple(sorted(out, key=lambda n: n.start))


def known_year(number: str, year: int | None) -> str | None:
    """The year of a well-known Chinese announcement that a text names by number alone."""
    told = data("instruments")["years"].get(number)
    return str(told) if told and (year is None or told <= year) else None


def signer(number: str, year: str | None) -> str:
    """Who signs a Chinese announcement when the text does not say."""
    joint = f"{year}-{number}" in data("instruments")["signed"]["joint"]
    return "Ministry of Commerce and General Administration of Customs" if joint else "Ministry of Commerce"


def known_control(numbered: Numbered) -> bool:
    """Whether a number with its year is that of a Chinese announcement on export control."""
    return (
        numbered.kind in ("", "Announcement", "Notice")
        and f"{numbered.year}-{numbered.number.lstrip('0')}" in data("instruments")["controls"]["known"]
    )


def key(numbered: Numbered, jurisdiction: str, year: str | None) -> str | None:
    """ "CN:2025:61", or None without a year."""
    told = numbered.year or year
    return f"{jurisdiction}:{told[:4]}:{numbered.number.lstrip('0') or '0'}" if told else None
