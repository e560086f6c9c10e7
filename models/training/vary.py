"""Variations of a document that leave its labels as they are: other materials and months throughout, typing errors here and there."""

import random
import re

from models.training.corpus import Example

MATERIALS = (
    "lanthanum cerium praseodymium neodymium samarium europium gadolinium terbium dysprosium holmium erbium thulium ytterbium lutetium scandium "
    "yttrium gallium germanium antimony graphite tungsten tellurium bismuth molybdenum indium cobalt nickel lithium tantalum niobium"
).split()
MONTHS = "January February March April May June July August September October November December".split()
MATERIAL = re.compile(rf"\b({'|'.join(MATERIALS)})\b", re.IGNORECASE)
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})(?=\b)")
SWAPPED, TYPOS, TYPO = 0.4, 0.1, 0.02  # share of documents with other materials, with typing errors, of words that have one


def varied(example: Example, chance: random.Random) -> tuple[str, list[str]]:
    """Title and sentences, the same words replaced alike everywhere."""
    texts = [example.title, *example.texts]
    if chance.random() < SWAPPED:
        texts = swapped(texts, chance)
    if chance.random() < TYPOS:
        texts = [typed(text, chance) for text in texts]
    return texts[0], texts[1:]


def swapped(texts: list[str], chance: random.Random) -> list[str]:
    others = dict(zip(MATERIALS, chance.sample(MATERIALS, len(MATERIALS)), strict=True))
    shift = chance.randrange(12)
    moved = {month: MONTHS[(i + shift) % 12] for i, month in enumerate(MONTHS) if month != "May"}
    return [MONTH.sub(lambda m: moved.get(m[0], m[0]), MATERIAL.sub(lambda m: others[m[0].lower()], text)) for text in texts]


def typed(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return " ".join(slip(word, chance) if len(word) > 3 and chance.random() < TYPO else word for word in words)


def slip(word: str, chance: random.Random) -> str:
    """Two letters change places, or one is lost."""
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :] if chance.random() < 0.5 else word[:at] + word[at + 1 :]
