"""Telling whether two texts are the same story word for word, or nearly: 64 bits that near-duplicates nearly share (simhash). Pure.

Words in English, single characters in Chinese are the units; three in a row make a feature. Features with digits weigh more, because
notices that differ in nothing but a number are different notices.
"""

import re
from collections import Counter
from hashlib import blake2b
from itertools import combinations

UNITS = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W_]+")
LENGTH = 3
WEIGHT_OF_DIGITS = 3
BITS = 64
DIFFERENT = 4
BLOCKS = ((0, 11), (11, 11), (22, 11), (33, 11), (44, 10), (54, 10))
LANE = 24
LANES = tuple(sum(1 << (bit * LANE) for bit in range(8) if byte >> bit & 1) for byte in range(256))


def fingerprint(text: str) -> str:
    """16 hex digits; empty for a text too short to be compared."""
    features = shingles(text)
    if not features:
        return ""
    total, weights = 0, 0
    for feature, weight in features.items():
        hashed = blake2b(feature.encode(), digest_size=8).digest()
        spread = 0
        for byte in hashed:
            spread = spread << (8 * LANE) | LANES[byte]
        total += spread * weight
        weights += weight
    return f"{majority(total, weights):016x}"


def majority(total: int, weights: int) -> int:
    """The number whose bits are those that more than half of all weights have."""
    mask = (1 << LANE) - 1
    return sum(1 << bit for bit in range(BITS) if (total >> (bit * LANE) & mask) * 2 > weights)


def shingles(text: str) -> dict[str, int]:
    """Features of a text with their weights."""
    units = UNITS.findall(text.lower())
    rows = (" ".join(units[i : i + LENGTH]) for i in range(len(units) - LENGTH + 1))
    return {row: count * (WEIGHT_OF_DIGITS if any(c.isdigit() for c in row) else 1) for row, count in Counter(rows).items()}


def same(a: str, b: str) -> bool:
    """Whether two fingerprints are of nearly the same text."""
    return bool(a) and bool(b) and (int(a, 16) ^ int(b, 16)).bit_count() <= DIFFERENT


def bands(fingerprint: str) -> tuple[str, ...]:
    """Keys for an index: two fingerprints that are `same` share at least one.

    Of six blocks of bits, four differences leave two untouched; each pair of blocks is a key.
    """
    if not fingerprint:
        return ()
    bits = int(fingerprint, 16)
    parts = [(bits >> start) & ((1 << length) - 1) for start, length in BLOCKS]
    return tuple(f"{a}{b}:{parts[a]:03x}{parts[b]:03x}" for a, b in combinations(range(len(BLOCKS)), 2))
