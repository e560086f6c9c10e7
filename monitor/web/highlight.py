"""An article's text cut into pieces at the borders of its evidence, so that a template can mark them. Pure; nothing here is markup."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from monitor.model import Article, Mention

BREAK = "\n\n"
CONTEXT = 140  # characters around a quote that are shown with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text: which mentions it proves, which fields' words it holds, and for which mentions it is the first piece."""

    text: str
    mentions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` belong to a mention: as its evidence, or as the words of one field."""

    start: int
    end: int
    mention: str
    field: str | None = None


def marks(mentions: Iterable[Mention], length: int) -> list[Mark]:
    """The marks of all mentions within a text of so many characters; a span outside of it is left out."""
    found = [Mark(s.start, s.end, m.id) for m in mentions for s in m.evidence]
    found += [Mark(s.start, s.end, m.id, name) for m in mentions for name, s in m.surface]
    return [mark for mark in found if 0 <= mark.start < mark.end <= length]


def pieces(text: str, found: list[Mark], start: int, end: int, begun: set[str]) -> tuple[Piece, ...]:
    """The pieces of `text[start:end]`. `begun` gathers the mentions whose first piece was seen."""
    near = [mark for mark in found if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(c for mark in near for c in (mark.start, mark.end) if start < c < end)})
    made = []
    for left, right in pairwise(cuts):
        inside = [mark for mark in near if mark.start <= left and mark.end >= right]
        proves = tuple(dict.fromkeys(mark.mention for mark in inside if mark.field is None))
        fresh = tuple(name for name in proves if name not in begun)
        begun.update(fresh)
        fields = tuple(dict.fromkeys(mark.field for mark in inside if mark.field is not None))
        made.append(Piece(text=text[left:right], mentions=proves, fields=fields, begins=fresh))
    return tuple(made)


def paragraphs(article: Article, mentions: tuple[Mention, ...]) -> tuple[tuple[Piece, ...], ...]:
    """The title and each paragraph of an article as pieces; the title comes first."""
    whole, begun = article.whole, set[str]()
    found, made, start = marks(mentions, len(whole)), [], 0
    for paragraph in whole.split(BREAK):
        end = start + len(paragraph)
        made.append(pieces(whole, found, start, end, begun))
        start = end + len(BREAK)
    return tuple(made)


def quotes(article: Article, mention: Mention) -> tuple[tuple[Piece, ...], ...]:
    """Each evidence sentence of a mention with a little of what stands around it in its paragraph."""
    whole = article.whole
    found = marks((mention,), len(whole))
    return tuple(around(whole, found, mark) for mark in found if mark.field is None)


def around(whole: str, found: list[Mark], mark: Mark) -> tuple[Piece, ...]:
    first, last = whole.rfind(BREAK, 0, mark.start) + len(BREAK), whole.find(BREAK, mark.end)
    low = max(first if first >= len(BREAK) else 0, mark.start - CONTEXT)
    high = min(last if last >= 0 else len(whole), mark.end + CONTEXT)
    begin = (Piece(text="…"),) if low not in (0, first) else ()
    close = (Piece(text="…"),) if high not in (last, len(whole)) else ()
    return (*begin, *pieces(whole, found, low, high, set()), *close)
