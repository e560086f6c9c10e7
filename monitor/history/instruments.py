"""Numbers and names of legal instruments in every written form become one key: "CN:2025:61", "CN:2025:uel-7", "US:name:section-232".

A key has three parts: jurisdiction, year (or "name" or a kind that counts without years) and number. A number without a year takes the year
that the caller gives; without one it makes no key, since the same number comes back every year.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.history import shelf

KINDS = {
    "announcement": "announcement", "notice": "announcement", "公告": "announcement", "通告": "announcement",
    "order": "order", "令": "order", "decree": "decree", "decision": "decision", "决定": "decision", "notification": "notification",
    "circular": "circular", "directive": "directive", "regulation": "regulation", "resolution": "resolution", "communiqué": "communique",
    "instrument": "instrument", "law": "law",
}  # fmt: skip
KIND = "|".join(sorted((k for k in KINDS if k.isascii() or k == "communiqué"), key=len, reverse=True))
NUMBER = r"0*\d{1,4}(?![\d/.,]*\d{4})"
LIST = rf"{NUMBER}(?:\s*(?:,|、|and|to|&|-|–|至|和|及|or|through)+\s*(?:and\s+)?(?:Nos?\.?\s*)?{NUMBER})*"
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
YEAR_AFTER = rf"(?:\s*(?:of|/|,|\()?\s*(?:\d{{1,2}}\s+)?(?:(?:{MONTH})\s+)?(?:\d{{1,2}},\s+)?[\[(〔]?(?P<after>(?:19|20)\d\d)\b)?"
ENGLISH = re.compile(
    rf"(?:\b(?P<kind>{KIND})s?\s*(?:(?P<before>[\[(〔]?(?:19|20)\d\d[\])〕]?)\s*(?:-|–|/|No\.?|,)?\s*)?(?:\s*(?:Nos?\.?|numbers?)\s*)?|\b(?:Nos?\.?|Numbers?)\s?)"
    rf"(?P<numbers>{LIST}){YEAR_AFTER}",
    re.IGNORECASE,
)
CHINESE = re.compile(
    r"(?P<kind>公告|通告|令|决定)?[（(〔]?(?:(?P<before>20\d\d|19\d\d)年?[〕]?)?[，,]?第?(?<=第)(?P<numbers>\d{1,4}(?:号?(?:、|至|和|及|-|—)+第?\d{1,4})*)号(?P<later>公告|通告|令|等[^，。]{0,4}公告|等)?"
)
COUNTED = re.compile(
    r"\b(?P<kind>Executive Order|Proclamation|Republic Act|WTO dispute DS|WT/DS)\s*(?:No\.?\s*)?(?P<number>\d{2,5})\b|\bDS(?P<dispute>\d{3})\b",
    re.IGNORECASE,
)
EU_REGULATION = re.compile(r"\((?:EU|EC)\)\s*(?:No\.?\s*)?(?P<year>20\d\d)/(?P<number>\d{1,4})\b")
COUNTED_KEYS = {"executive order": "US:executive-order", "proclamation": "US:proclamation", "republic act": "PH:republic-act"}
NOT_AN_ACT = re.compile(
    r"(?:supplement|file|annex|part|gazette|schedule|clause|item|issue|page|table|category|phase|case|berth|unit|line|by)\s*$", re.IGNORECASE
)


@lru_cache(maxsize=1)
def bodies() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """(pattern, jurisdiction, series) of the bodies that number their acts."""
    return tuple((re.compile(b["pattern"], re.IGNORECASE), b["jurisdiction"], b["series"]) for b in shelf.table("instruments.toml")["bodies"])


@lru_cache(maxsize=1)
def names() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern, key) of the acts that are known by name."""
    return tuple((re.compile(n["pattern"], re.IGNORECASE), n["key"]) for n in shelf.table("instruments.toml")["names"])


@lru_cache(maxsize=16384)
def keys(text: str, year: int | None = None, jurisdiction: str | None = None) -> tuple[str, ...]:
    """The keys of all instruments that a text names, in the order of the text, each once.

    `year` completes numbers that are written without one; `jurisdiction` tells whose they are where the words do not.
    """
    found = list(enumerate_all(text, year, jurisdiction))
    return tuple(dict.fromkeys(key for _, key in sorted(found, key=lambda pair: pair[0])))


def numbered(key: str) -> bool:
    """Whether a key identifies one act (a number of a year, or a counted act); a mere name does not."""
    return ":name:" not in key


def series(key: str) -> str:
    """What two numbers must share to be comparable: jurisdiction and series, such as "CN:" or "CN:uel"."""
    jurisdiction, _, number = key.split(":", 2)
    return f"{jurisdiction}:{number.rpartition('-')[0]}"


def enumerate_all(text: str, year: int | None, jurisdiction: str | None) -> Iterator[tuple[int, str]]:
    """(place in the text, key) of every instrument."""
    for hit in CHINESE.finditer(text):
        yield from chinese(text, hit, year, jurisdiction)
    for hit in ENGLISH.finditer(text):
        yield from english(text, hit, year, jurisdiction)
    for hit in COUNTED.finditer(text):
        kind = (hit["kind"] or "").lower()
        yield hit.start(), f"{COUNTED_KEYS.get(kind, 'WTO:name:dispute')}:{int(hit['number'] or hit['dispute'])}"
    for hit in EU_REGULATION.finditer(text):
        yield hit.start(), f"EU:{hit['year']}:regulation-{int(hit['number'])}"
    for pattern, key in names():
        if named := pattern.search(text):
            yield named.start(), key


def chinese(text: str, hit: re.Match[str], year: int | None, jurisdiction: str | None) -> Iterator[tuple[int, str]]:
    """Keys of one 第…号; without a word such as 公告 beside it, it is no act."""
    before = text[max(0, hit.start() - 24) : hit.start()]
    kind = hit["kind"] or (hit["later"] or "")[-2:].strip("等") or (KINDS.keys() & {before[-2:], before[-3:-1]} and "公告") or ""
    if not kind and not (hit["later"] or "").startswith("等"):
        return
    yield from made(expanded(hit["numbers"]), hit["before"] or early_year(before), kind or "公告", before, hit.start(), year, jurisdiction)


def early_year(before: str) -> str | None:
    """A year that stands just before the body, as in "2025年商务部公告第61号"."""
    found = re.search(r"(20\d\d)年[^，。；\d]{0,14}$", before)
    return found[1] if found else None


def english(text: str, hit: re.Match[str], year: int | None, jurisdiction: str | None) -> Iterator[tuple[int, str]]:
    """Keys of one "Announcement Nos. 55 to 58 of 2025" or bare "No. 61"."""
    before = text[max(0, hit.start() - 70) : hit.start()]
    kind = (hit["kind"] or "").lower()
    if COUNTED.match(text, max(0, hit.start() - 10)) or NOT_AN_ACT.search(before) or (kind == "order" and before.lower().endswith("executive ")):
        return
    if not kind and jurisdiction not in (None, "CN"):
        return
    stated = hit["after"] or (hit["before"] or "").strip("[](〔〕 ") or None
    yield from made(expanded(hit["numbers"]), stated, kind or "announcement", before, hit.start(), year, jurisdiction)


def made(
    numbers: list[int], stated: str | None, kind: str, before: str, place: int, year: int | None, jurisdiction: str | None
) -> Iterator[tuple[int, str]]:
    """Keys from the parts of a written form."""
    when = int(stated) if stated else year
    if when is None:
        return
    owner, own_series = owner_of(before, jurisdiction)
    label = label_of(
        KINDS.get(kind, kind),
        owner,
        own_series,
        named=bool(before.strip()) and before.rstrip()[-8:].lower().endswith(("commerce", "mofcom", "商务部")),
    )
    for offset, number in enumerate(numbers):
        yield place + offset, f"{owner}:{when}:{label}{number}"


def owner_of(before: str, jurisdiction: str | None) -> tuple[str, str]:
    """Whose act it is, and its series: by the body named last before the number, else the caller's jurisdiction, else China's."""
    found = [(hit.start(), owner, own) for pattern, owner, own in bodies() if (hit := last_match(pattern, before))]
    found = [one for one in found if jurisdiction in (None, one[1])]
    if not found:
        return jurisdiction or "CN", ""
    by_series = {own for _, _, own in found}
    if "" in by_series and "customs" in by_series:
        return "CN", ""
    return max(found)[1:]


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last place where a pattern stands."""
    hits = list(pattern.finditer(text))
    return hits[-1] if hits else None


def label_of(kind: str, owner: str, own_series: str, *, named: bool) -> str:
    """The series part of a key: China's ministries count announcements through the year, everybody else counts by kind.

    A bare "Order 61" is loose talk for an announcement; an order whose ministry is `named` before it is of another series.
    """
    if owner == "CN" and own_series == "" and kind == "order" and not named:
        return ""
    if own_series:
        return f"{own_series}-"
    return "" if owner == "CN" and kind == "announcement" else f"{kind}-"


def expanded(text: str) -> list[int]:
    """The numbers of "55 to 58, 61 and 62"."""
    found: list[int] = []
    tokens = re.findall(r"\d+|to|through|至|-|–|—", text)
    for at, token in enumerate(tokens):
        if token.isdigit():
            number = int(token)
            ranged = at >= 2 and not tokens[at - 1].isdigit() and found and found[-1] < number <= found[-1] + 40
            found += range(found[-1] + 1, number + 1) if ranged else [number]
    return found
