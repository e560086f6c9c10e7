"""Linear heads over hashed n-grams: what a sentence, its title and its neighbours say, with numpy alone.

Features are n-grams of words (English, and Chinese word by word in English) or of characters (Chinese), each hashed into one of
`BUCKETS` places together with the field it stands in. Training and running both make them here, so that they cannot drift apart.
"""

import itertools
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from monitor.extraction.gloss import simplified

BUCKETS = 1 << 17
OWN = 1 << 16  # the lower half is the sentence's own, the upper half is for its title, neighbours and place
FIELDS = ((0, 2654435761, 1.0), (OWN, 2246822519, 0.5), (OWN, 3266489917, 0.35), (OWN, 668265263, 0.25))  # the sentence, title, before, after
MARK = 0.3
WORD = re.compile(r"[a-z]+|\d+|[%$€£¥]|[\"“”‘’?!:;]")
YEAR = re.compile(r"(19|20)\d\d")
PLACES = (1, 2, 3, 5, 9, 16)

Floats = npt.NDArray[np.floating]
Kind = Literal["words", "characters"]
Row = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]


def words(text: str) -> list[str]:
    """Words with crude stems, numbers by shape, and pairs of neighbours."""
    ones = [shape(word) for word in WORD.findall(text.lower().replace("’", "'").replace("'s ", " "))]
    stems = [f"~{word[:6]}" for word in ones if len(word) > 6]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(ones)]
    skips = [f"{a} _ {b}" for a, b in zip(ones, ones[2:], strict=False)]
    return ones + stems + pairs + skips


def shape(word: str) -> str:
    if not word.isdigit():
        return word
    return word if YEAR.fullmatch(word) else "0" * min(len(word), 4)


def characters(text: str) -> list[str]:
    """One to four characters in a row, Traditional as Simplified; digits by shape."""
    plain = re.sub(r"\d", "0", re.sub(r"\s+", "", simplified(text.lower())))
    return [plain[i : i + n] for n in (1, 2, 3, 4) for i in range(len(plain) - n + 1)]


def place(index: int) -> str:
    return f"place {sum(index >= limit for limit in PLACES)}"


@lru_cache(maxsize=4096)
def hashed(text: str, kind: Kind) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]:
    """The n-grams of a text as numbers, and how often each is there, damped."""
    grams = Counter(characters(text) if kind == "characters" else words(text))
    hashes = np.fromiter((zlib.crc32(gram.encode()) for gram in grams), np.uint32, len(grams))
    return hashes, 1 + np.log(np.fromiter(grams.values(), np.float32, len(grams)))


def features(title: str, sentences: Sequence[str], index: int, kind: Kind, idf: Floats | None = None) -> Row:
    """Buckets and values of sentence `index`: every field's n-grams, weighted by `idf`, brought to length 1 and scaled. Buckets may repeat."""
    texts = (sentences[index], title, sentences[index - 1] if index else "", sentences[index + 1] if index + 1 < len(sentences) else "")
    rows = [one_field(text, kind, *field, idf) for text, field in zip(texts, FIELDS, strict=True) if text]
    marks = [place(index), "title"] if sentences[index] == title else [place(index)]
    rows.append((np.array([OWN + zlib.crc32(mark.encode()) % OWN for mark in marks], np.int32), np.full(len(marks), MARK, np.float32)))
    return np.concatenate([buckets for buckets, _ in rows]), np.concatenate([values for _, values in rows])


def one_field(text: str, kind: Kind, start: int, spread: int, scale: float, idf: Floats | None) -> Row:
    """`start` is the field's half, `spread` an odd number that moves a gram to another bucket in each field."""
    hashes, values = hashed(text, kind)
    buckets = (start + (hashes * np.uint32(spread) >> np.uint32(16))).astype(np.int32)
    if idf is not None:
        values = values * idf[buckets].astype(np.float32)
    length = np.sqrt((values**2).sum()) or np.float32(1)
    return buckets, (values / length * scale).astype(np.float32)


@dataclass(frozen=True)
class Linear:
    """Weights as int8 with one scale per output, kept only for buckets that training saw; `by_type` [types, facets] is added by the reader."""

    idf: npt.NDArray[np.float16]
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    by_type: npt.NDArray[np.float32]

    @classmethod
    def read(cls, path: Path) -> "Linear":
        with np.load(path) as stored:
            rows = np.full(BUCKETS, -1, np.int32)
            rows[stored["buckets"]] = np.arange(len(stored["buckets"]), dtype=np.int32)
            idf = np.zeros(BUCKETS, np.float16)
            idf[stored["buckets"]] = stored["idf"]
            return cls(idf, rows, stored["weights"], stored["scale"], stored["bias"], stored["by_type"])

    def logits(self, title: str, sentences: Sequence[str], index: int, kind: Kind) -> npt.NDArray[np.float32]:
        """One number per output for the sentence at `index`."""
        buckets, values = features(title, sentences, index, kind, self.idf)
        rows = self.rows[buckets]
        seen = rows >= 0
        total: npt.NDArray[np.float32] = (values[seen] @ self.weights[rows[seen]].astype(np.float32)) * self.scale + self.bias
        return total


def write(path: Path, idf: Floats, weights: Floats, bias: Floats, by_type: Floats) -> None:
    """Store `weights` [BUCKETS, outputs] as int8; buckets whose weights all round to nothing are left out."""
    scale = np.abs(weights).max(axis=0) / 127
    whole = np.round(weights / np.where(scale, scale, 1)).astype(np.int8)
    buckets = np.flatnonzero((idf > 0) & (whole != 0).any(axis=1)).astype(np.int32)
    small = {"scale": scale.astype(np.float32), "bias": bias.astype(np.float32), "by_type": by_type.astype(np.float32)}
    np.savez_compressed(path, buckets=buckets, idf=idf[buckets].astype(np.float16), weights=whole[buckets], **small)
