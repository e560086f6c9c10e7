"""Windows for the encoder: the title, then as many sentences to score as fit, each with what stands before it.

`[CLS] title [SEP] (before [SEP]) [place] sentence [SEP] [place] sentence [SEP] ...`; context is segment 0, what is scored is segment 1.
`[place]` is one of the vocabulary's unused pieces and says how far down the document the sentence stands. Training makes the same windows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

CLS, SEP, FIRST_UNUSED = 101, 102, 1
TITLE, BEFORE, SENTENCE, WHOLE = 32, 40, 96, 192  # most pieces of each part
PLACES = (1, 2, 3, 5, 9, 16)


@dataclass
class Pack:
    """`targets` are (sentence, first piece, closing [SEP])."""

    ids: list[int]
    segments: list[int]
    targets: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, pieces: Sequence[int], segment: int) -> None:
        self.ids += [*pieces, SEP]
        self.segments += [segment] * (len(pieces) + 1)

    def target(self, index: int, pieces: Sequence[int]) -> None:
        start = len(self.ids)
        self.add([place(index), *pieces], 1)
        self.targets.append((index, start, len(self.ids) - 1))


def place(index: int) -> int:
    return FIRST_UNUSED + sum(index >= limit for limit in PLACES)


def packs(title: Sequence[int], sentences: Sequence[Sequence[int]], wanted: Sequence[int], limit: int = WHOLE) -> Iterator[Pack]:
    """Windows of at most about `limit` pieces in which every index of `wanted` (ascending) is a target once."""
    pack, last = None, -2
    for index in wanted:
        pieces = sentences[index][:SENTENCE]
        before = sentences[index - 1][-BEFORE:] if index else []
        context = 0 if pack and last == index - 1 else len(before) + 1
        if pack and len(pack.ids) + context + len(pieces) + 2 > limit:
            yield pack
            pack = None
        if pack is None:
            start = [CLS, *title[:TITLE], SEP]
            pack, last = Pack(start, [0] * len(start)), -2
        if last != index - 1 and before:
            pack.add(before, 0)
        pack.target(index, pieces)
        last = index
    if pack:
        yield pack
