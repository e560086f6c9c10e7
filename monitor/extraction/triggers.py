"""Rules that say what a sentence asserts. They work without any trained part, and add to what the trained heads say."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.extraction.lexicon import data


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule that fired at characters `start` to `end` of a sentence."""

    type: str
    strong: bool
    start: int
    end: int
    text: str


@cache
def rules() -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """(type, strong, pattern): one pattern a type and strength, all alternatives of the data file in it."""
    out = []
    for kind, told in data("triggers").items():
        for name in ("strong", "weak"):
            if told[name]:
                out.append((kind, name == "strong", re.compile("|".join(f"(?:{p})" for p in told[name]), re.IGNORECASE)))
    return tuple(out)


@lru_cache(maxsize=1024)
def find(text: str) -> tuple[Trigger, ...]:
    """The first firing of each rule in a sentence."""
    return tuple(Trigger(kind, strong, m.start(), m.end(), m[0]) for kind, strong, pattern in rules() if (m := pattern.search(text)))
