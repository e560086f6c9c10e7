"""What someone types into the search box becomes a full-text expression and filters; nothing typed is an error. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.store.index import CJK, CJK_RUN, pairs

FIELD_NAMES = {
    "type": "types", "material": "materials", "jurisdiction": "jurisdictions", "destination": "destinations", "company": "companies",
    "instrument": "instrument", "certainty": "certainty", "status": "status", "outlet": "outlet", "since": "since", "until": "until",
}  # fmt: skip
TERM = re.compile(r'(?P<minus>-)?(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
LATIN = re.compile(rf"[^\W_{CJK}]+")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(slots=True)
class Parsed:
    """`wanted` and `unwanted` are full-text expressions that must and must not match; `filters` are (field, value) pairs."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)


def parse(typed: str) -> Parsed:
    """Reads words, "quoted phrases", prefixes*, -minus and field:value. What reads as none of these is read as words."""
    parsed = Parsed()
    for term in TERM.finditer(typed.replace("\0", " ")):
        text = term["phrase"] if term["phrase"] is not None else term["word"]
        name = FIELD_NAMES.get((term["field"] or "").lower())
        if name and not term["minus"] and usable(name, text):
            parsed.filters.append((name, text))
            continue
        if term["field"] and not name:
            text = f"{term['field']} {text}"
        (parsed.unwanted if term["minus"] else parsed.wanted).extend(expressions(text))
    return parsed


def usable(name: str, text: str) -> bool:
    return bool(DATE.fullmatch(text)) if name in ("since", "until") else bool(text.strip())


def expressions(text: str) -> Iterator[str]:
    """The full-text expressions of one word or phrase: its words in order, and each of its Chinese runs."""
    for run in CJK_RUN.findall(text):
        yield f'cjk : "{pairs(run)}"' if len(run) > 1 else f'cjk : "{run}"*'
    latin = LATIN.findall(text)
    if latin:
        star = "*" if text.rstrip().endswith("*") else ""
        yield f'{{head body}} : "{" ".join(latin)}"{star}'
