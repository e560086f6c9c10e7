"""What someone types into the search box becomes full-text expressions and filters; nothing typed is an error. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.store.index import CJK, CJK_RUN, one_spelling, pairs

FIELD_NAMES = {
    "type": "types", "material": "materials", "jurisdiction": "jurisdictions", "destination": "destinations", "company": "companies",
    "instrument": "instrument", "certainty": "certainty", "status": "status", "outlet": "outlet", "since": "since", "until": "until",
}  # fmt: skip
TERM = re.compile(r'(?P<minus>-)?(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
LATIN = re.compile(rf"[^\W_{CJK}]+")
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
HALF_A_SUFFIX = re.compile(r"(?<=\w{4})(?:at)?(?:i|in|io|ie)$", re.IGNORECASE)
LATIN_COLUMNS = "{head body}"


@dataclass(slots=True)
class Parsed:
    """`wanted` and `unwanted` are full-text expressions that must and must not match; `filters` are (field, value) pairs."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)


def parse(typed: str) -> Parsed:
    """Reads words, "quoted phrases", prefixes*, -minus and field:value. What reads as none of these is read as words."""
    parsed = Parsed()
    for term in TERM.finditer(typed):
        text = term["phrase"] if term["phrase"] is not None else term["word"]
        name = FIELD_NAMES.get((term["field"] or "").lower())
        if name and not term["minus"] and usable(name, text):
            parsed.filters.append((name, text.strip()))
            continue
        if term["field"]:
            text = f"{term['field']} {text}"
        (parsed.unwanted if term["minus"] else parsed.wanted).extend(expressions(text))
    return parsed


def usable(name: str, text: str) -> bool:
    """Whether a field's value can narrow a search; a half-typed date is read as words."""
    return bool(DATE.fullmatch(text)) if name in ("since", "until") else bool(text.strip())


def expressions(text: str) -> Iterator[str]:
    """The full-text expressions of one word or phrase: its words in order, and each of its Chinese runs."""
    for run in CJK_RUN.findall(text):
        yield f'cjk : "{pairs(run)}"' if len(run) > 1 else f'cjk : "{run}"*'
    latin = LATIN.findall(one_spelling(text))
    if latin and text.rstrip().endswith("*"):
        yield f"{LATIN_COLUMNS} : ({beginning(latin)})"
    elif latin:
        yield f'{LATIN_COLUMNS} : "{" ".join(latin)}"'


def beginning(latin: list[str]) -> str:
    """Words whose last is only begun. Words are stored as stems, so "licensi" must also find what begins with "licens"."""
    whole = " ".join(latin)
    stem = HALF_A_SUFFIX.sub("", whole)
    return f'"{whole}"*' if stem == whole else f'"{whole}"* OR "{stem}"*'


def in_summary(expression: str) -> str:
    """The same expression, satisfied by an event's summary and numbers alone where it asks for words."""
    return expression.replace(f"{LATIN_COLUMNS} :", "head :")
