# ruff: noqa: E501  patterns read better on one line
"""Sentences with exact offsets into `Article.whole`, for English and Chinese alike.

The splitter reads characters and not a parse: it costs a hundredth of one, never crosses a line, and knows the abbreviations of
trade news ("No. 61", "Jan. 6", "U.S."). Clauses parted by a semicolon stay together in English and are parted in Chinese, where a
semicolon parts items of a notice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.extraction.boilerplate import Line

ABBREVIATIONS = frozenset(
    "no nos mr mrs ms dr st sen sens rep gov gen col lt capt sgt prof hon rev jan feb mar apr jun jul aug sep sept oct nov dec inc corp co ltd llc plc bros "
    "vs etc al approx est fig art sec para pt vol op cit dept div min max cf eg ie i.e e.g u.s u.k u.n e.u d.c a.m p.m s.a b.v n.v tel ref ph.d jr sr "
    "messrs datuk conn mich calif tex fla ill ind mass minn penn tenn wash ala ariz colo ore wis mo okla hrs tbc crs rs m.p usd".split()
)
BOUNDARY = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9¡¿\u00C0-\u00DE]|\s+[\"'“‘(\[]*(?:e|i)[A-Z]|\s*$)|(?<=[a-z0-9])[.!?][\"”](?=\s+[\"“A-Z])"
)
BOUNDARY_ZH = re.compile(r"[。！？!?；]+[」』”’）)】]*|(?<=[\u4e00-\u9fff])；")
LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*)$")
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` of the whole. `line` counts the lines of text, 0 being the title; `noise` is the line's reason, if any."""

    start: int
    end: int
    text: str
    line: int
    noise: str = ""

    @property
    def title(self) -> bool:
        return self.line == 0


def abbreviated(before: str, after: str) -> bool:
    """Whether the full stop between `before` and `after` ends an abbreviation or an initial and not a sentence."""
    found = LAST_WORD.search(before)
    if not found:
        return bool(re.search(r"(?:^|\s)\d{1,2}$", before) and re.match(r"\s+[a-z]", after))
    word = found[1].lower().rstrip(".")
    if word in ("no", "nos"):
        return bool(re.match(r"\s*\d", after)) and found[1][0] in "Nn"
    if word in ABBREVIATIONS:
        return not (
            word in ("u.s", "u.k", "e.u", "a.m", "p.m", "inc", "corp", "co", "ltd", "etc")
            and re.match(r"\s+(?:The|It|In|On|But|And|A|He|She|They|That|This|We|If|At|For|As)\b", after)
        )
    return len(word) == 1 and found[1].isupper() and word != "i"


def english(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in BOUNDARY.finditer(line):
        end = found.end()
        if found[0].startswith(".") and len(found[0].rstrip("\"'”’)]")) == 1 and abbreviated(line[: found.start()], line[end:]):
            continue
        if line[start:end].strip():
            yield start, end
        start = end
    if line[start:].strip():
        yield start, len(line)


def chinese(line: str) -> Iterator[tuple[int, int]]:
    start, depth_from = 0, 0
    for found in BOUNDARY_ZH.finditer(line):
        end = found.end()
        inside = line[depth_from:end]
        if any(inside.count(opening) > inside.count(closing) for opening, closing in ("“”", "「」", "（）", "《》")):
            continue
        if line[start:end].strip():
            yield start, end
        start = depth_from = end
    if line[start:].strip():
        yield start, len(line)


def split(lines: tuple[Line, ...], language: str) -> tuple[Sentence, ...]:
    """The sentences of all lines, those of page furniture included and marked, without surrounding blanks."""
    out = []
    for number, line in enumerate(lines):
        splitter = chinese if language == "zh" or len(HAN.findall(line.text)) > len(line.text) / 4 else english
        for start, end in splitter(line.text):
            piece = line.text[start:end]
            left = len(piece) - len(piece.lstrip())
            text = piece.strip()
            begin = line.start + start + left
            out.append(Sentence(begin, begin + len(text), text, number, line.noise))
    return tuple(out)
