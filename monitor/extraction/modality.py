"""How an event is asserted: news or background, done or planned or denied, confirmed or reported, tighter or easier.

Features for the decoder: cue words by meaning, the place in the document, the age of the event's date, and what the trained heads say.
"""

import re
from functools import cache, lru_cache

from monitor.extraction import days
from monitor.extraction.decoder import Features
from monitor.extraction.lexicon import data
from monitor.extraction.reading import Document
from monitor.extraction.slots import FAMILY_OF, Group


@cache
def cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Groups of words with one meaning: (name, pattern)."""
    return tuple((name, re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)) for name, patterns in data("cues").items())


@lru_cache(maxsize=1024)
def cues_in(text: str) -> tuple[str, ...]:
    """The groups of cue words that a sentence uses."""
    return tuple(name for name, pattern in cues() if pattern.search(text))


def features(document: Document, group: Group, date: str | None, heads: Features) -> dict[str, float]:
    """Everything that bears on focus, status, certainty and direction of a group. `heads` are log-odds by name, empty without heads."""
    reads = [document.reads[i] for i in group.reads]
    text = " ".join(read.text for read in reads)
    out = {f"cue {name}": 1.0 for read in reads for name in cues_in(read.text)}
    around = [document.reads[j] for i in group.reads[:1] for j in (i - 1, i + 1) if 0 <= j < len(document.reads)]
    out |= {f"near {name}": 1.0 for read in around for name in cues_in(read.text)}
    first = min(group.reads)
    place = "title" if first == 0 else "lead" if first <= 2 else "early" if first <= 5 else "late"
    age = days.recency(date, document) if date else "undated"
    names = [
        f"place {place}",
        f"age {age}",
        f"{place} {age}",
        f"sentences {min(len(reads), 3)}",
        f"third {int(3 * first / max(1, len(document.reads)))}",
    ]
    names += [f"type {group.type}", *(f"{FAMILY_OF[group.type]} {name}" for name in (*out, f"place {place}", f"age {age}"))]
    names += [f"{group.type} {name}" for name in out if name.startswith("cue")]
    for word in {w.lower() for w in re.findall(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2}", text)}:
        out[f"w {word}"] = 0.5
    names += [f"{group.type} {name}" for name in heads if name.startswith("beside")]
    return out | dict.fromkeys(names, 1.0) | dict(heads)
