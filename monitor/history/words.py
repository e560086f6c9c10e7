"""Words of a sentence that tell acts apart, in English and Chinese, and the ideas behind them."""

import math
import re
from functools import lru_cache

from monitor.history import shelf

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}|\d[\d.,]*\d|\d")
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
COMMON = frozenset(
    """the and for that with from this which will its was were has have had been are not but their they said says say after before under into over
    than more also would could may can last year month week day days weeks months years china chinese beijing washington united states american
    export exports exporting control controls rare earth earths ministry commerce new first since until october november december april january
    one two three all other such some now then when who what there""".split()
)


@lru_cache(maxsize=65536)
def tokens(text: str) -> frozenset[str]:
    """Word stems and numbers of a text; pairs of characters of Chinese."""
    found = {word.lower()[:7] if word[0].isalpha() else word.replace(",", "") for word in WORD.findall(text) if word.lower() not in COMMON}
    for run in HAN.findall(text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return frozenset(found)


@lru_cache(maxsize=1)
def rarity() -> tuple[dict[str, float], float]:
    """(weight of the common words, weight of all others): how little a shared word says, as counted on annotated documents by fit.py."""
    table = shelf.table("words.toml")
    return {word: float(weight) for word, weight in table["common"].items()}, float(table["rare"])


def mass(words: frozenset[str]) -> float:
    common, rare = rarity()
    return sum(common.get(word, rare) for word in words)


def alike(left: frozenset[str], right: frozenset[str]) -> float:
    """How much of two sets of words is the same, rare words counting more; 0 where one has too few words to tell."""
    if min(len(left), len(right)) < 3:
        return 0.0
    return mass(left & right) / math.sqrt(mass(left) * mass(right))


@lru_cache(maxsize=1)
def patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """Group -> idea -> how texts name it."""
    return {group: {name: re.compile(text, re.IGNORECASE) for name, text in ideas.items()} for group, ideas in shelf.table("concepts.toml").items()}


@lru_cache(maxsize=65536)
def ideas(text: str, group: str) -> frozenset[str]:
    """The ideas of a group that a text names."""
    return frozenset(name for name, pattern in patterns()[group].items() if pattern.search(text))
