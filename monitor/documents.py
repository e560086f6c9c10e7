"""Reading what servers send, for the rooms that read documents: bytes to text, written moments to UTC, markup to plain words.

Pure; no clock. A moment is a pair of an aware UTC datetime and the offset in minutes that it was written with (None when it had none).
"""

import codecs
import html
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import charset_normalizer

Moment = tuple[datetime | None, int | None]
UNKNOWN: Moment = (None, None)

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
SEVEN_BIT = {"iso2022_jp", "iso2022_kr", "hz", "utf-7"}
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}encoding=["']([\w.:-]+)|<meta[^>]{1,300}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)

TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>|<!\[CDATA\[|\]\]>", re.S)
HIDDEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
CLOCK = r"(?:\D{0,6}?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?)?"
WRITTEN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<!\d)(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日{CLOCK}",
        rf"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?!\d){CLOCK}",
        rf"\b{MONTH}\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)(?!\d){CLOCK}",
        rf"(?<!\d)(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:\s+|-){MONTH},?(?:\s+|-)(?P<year>(?:19|20)\d\d)(?!\d){CLOCK}",
    )
)


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`. Bytes that are valid UTF-8 are UTF-8 whatever is declared; else header, declaration in the document, detection."""
    for bom, name in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    declared = charsets(body, content_type)
    for name in ([] if declared and declared[0] in SEVEN_BIT else ["utf-8"]) + declared:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    if declared and mostly_readable(body, declared[0]):
        return body.decode(declared[0], "replace")
    if mostly_readable(body, "utf-8"):
        return body.decode("utf-8", "replace")
    best = charset_normalizer.from_bytes(body[:50_000]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


def charsets(body: bytes, content_type: str) -> list[str]:
    """The charsets that the header and the document declare, each as the wider one that the web means by it; unknown names are left out."""
    found = HEADER.findall(content_type) + [(a or b).decode("ascii", "replace") for a, b in DECLARED.findall(body[:4096])]
    names = []
    for name in found:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        names.append(WIDER.get(known, known))
    return [name for name in dict.fromkeys(names) if name != "utf-8"] + (["utf-8"] if "utf-8" in names else [])


def mostly_readable(body: bytes, name: str) -> bool:
    """Whether fewer than one character in fifty of the beginning is unreadable in this charset, and some are not plain ASCII."""
    text = body[:100_000].decode(name, "replace")
    foreign = sum(c > "\x7f" for c in text)
    return foreign > 0 and text.count("\ufffd") * 2 < foreign and text.count("\ufffd") * 50 < len(text)


def plain(markup: str) -> str:
    """One line of plain text: tags gone, entities resolved, white space collapsed, invisible characters removed."""
    if "<" in markup:
        markup = TAG.sub(" ", markup) if re.search(r"<(?:p|br|div|li)\b", markup, re.I) else TAG.sub("", markup)
    if "&" in markup:
        markup = html.unescape(markup)
    return " ".join(HIDDEN.sub("", markup).split())


def moment(written: str, default_zone: timezone = UTC, *, assumed: int | None = None) -> Moment:
    """What a date as written says. A date without an offset is read in `default_zone`; then the offset returned is `assumed`.

    A date written in UTC says nothing of where the publisher is, so `assumed` is its offset too, where there is one.
    A day without an hour is its midnight there. Returns (None, None) when no date is found: nothing is guessed.
    """
    text = written.strip()
    found = iso(text) or rfc822(text) or loose(text)
    if found is None:
        return UNKNOWN
    try:
        if found.tzinfo is None:
            return found.replace(tzinfo=default_zone).astimezone(UTC), assumed
        minutes = int((found.utcoffset() or timedelta()).total_seconds() // 60)
        return found.astimezone(UTC), assumed if minutes == 0 and assumed is not None else minutes
    except OverflowError:
        return UNKNOWN


def iso(text: str) -> datetime | None:
    compact = re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text.removesuffix(" UTC") + ("Z" if text.endswith(" UTC") else ""))
    try:
        return datetime.fromisoformat(compact) if re.match(r"\d{4}-?\d\d-?\d\d", compact) else None
    except ValueError:
        return None


def rfc822(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if ":" in text else None
    except ValueError:
        return None
    if found is None or not 1970 <= found.year < 2200:
        return None
    return found.replace(tzinfo=UTC) if text.endswith("-0000") else found


def loose(text: str) -> datetime | None:
    """The first date that stands somewhere in `text` and can be meant in one way only."""
    for pattern in WRITTEN:
        if found := pattern.search(text):
            return from_groups(found)
    return None


def from_groups(found: re.Match[str]) -> datetime | None:
    """A datetime without zone from the groups year, month or name, day, and hour, minute, second where there are."""
    part = found.groupdict()
    month = MONTHS.index(part["name"][:3].lower()) + 1 if part.get("name") else int(part["month"])
    year = int(part["year"]) + (2000 if len(part["year"]) == 2 else 0)
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime(year, month, int(part["day"]), hour, minute, second)
    except ValueError:
        return None


ZONES = {"zh": 480, "ja": 540, "ko": 540}


def zone_of(language: str | None) -> int | None:
    """The offset in minutes of the countries that publish in this language, where they all share one; else None."""
    return ZONES.get(language or "")
