"""Which acts a sentence means that names no number: "suspended the controls announced on October 9", "the October controls", 10月9日公布的措施.

What is read is a key such as "CN:announced:2025-10-09", jurisdiction and (partial) day. Which acts it stands for depends on what is known on the
day that is asked for, so the states resolve it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from monitor.history import dates, materials
from monitor.model import Event

MARK = ":announced:"
MEANT = frozenset({"control_introduced", "export_banned"})
WIDE = frozenset({"critical_minerals", "dual_use_items"})
NAMES = "january february march april may june july august september october november december".split()
MONTH = (
    "(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
    "\\.?"
)
DAY = rf"(?:{MONTH}(?:\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b)?|(?P<early>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH.replace('month', 'late')})"
GOODS = "controls?|curbs?|measures?|restrictions?|rules?|notices?|announcements?|regulations?|limits?|bans?|requirements?"
TOLD = "announced|introduced|imposed|issued|published|unveiled|adopted|released|rolled out|brought in|dated"
PATTERNS = (
    re.compile(rf"\b(?:(?i:{TOLD})|(?i:{GOODS}) of)\s+(?:on\s+|in\s+)?(?:\w+day,?\s+)?{DAY}(?:,?\s+(?P<year>20\d\d))?"),
    re.compile(rf"\b{DAY}(?:,?\s+(?P<year>20\d\d))?(?:['’]s)?\s+(?:[\w-]+\s+){{0,4}}?(?i:{GOODS})\b"),
)
CHINESE = (
    re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|[1-9])月(?:(?P<day>[0-3]?\d)日)?(?:份)?(?:公布|发布|宣布|出台|实施|推出)的"),
    re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|[1-9])月(?:(?P<day>[0-3]?\d)日)?(?:份)?的?(?:稀土|出口|两用物项)*(?:管制|限制|禁令)"),
)


@lru_cache(maxsize=4096)
def days(text: str, published: date) -> tuple[str, ...]:
    """The days and months whose acts a text speaks of; without a year, the last ones before `published`."""
    found = [(hit.start(), day) for pattern in (*PATTERNS, *CHINESE) for hit in pattern.finditer(text) if (day := read(hit, published))]
    told = list(dict.fromkeys(day for _, day in sorted(found)))
    return tuple(day for day in told if not any(other != day and other.startswith(day) for other in told))


def read(hit: re.Match[str], published: date) -> str | None:
    """The partial date of a match; None when it lies ahead or is no date."""
    parts = hit.groupdict()
    name = str(parts["month"] or parts.get("late"))
    month = int(name) if name.isdigit() else next(at for at, full in enumerate(NAMES, 1) if full.startswith(name[:3].lower()))
    day = parts["day"] or parts.get("early")
    year = int(parts["year"]) if parts["year"] else published.year - ((month, int(day or 1)) > (published.month, published.day))
    text = f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    start = dates.first(text)
    return text if start and start <= published else None


def keys(text: str, published: date, jurisdiction: str) -> tuple[str, ...]:
    """Keys of the bundles of acts that a text means by their day."""
    return tuple(f"{jurisdiction}{MARK}{day}" for day in days(text, published))


def acts(key: str, by: Event, events: Iterable[Event]) -> tuple[Event, ...]:
    """The controls and bans that a key means: of that government and day, on goods of the family that `by` speaks of.

    Of a month, the acts of the day on which it issued most.
    """
    jurisdiction, _, day = key.partition(MARK)
    fitting = [e for e in events if e.type in MEANT and jurisdiction in e.jurisdictions and e.date and e.id != by.id and within(e.date, day)]
    meant = [event for event in fitting if event.status in ("in_force", "announced") and related(by, event)]
    if len(day) < 10 and meant:
        fullest = Counter(event.date for event in meant).most_common(1)[0][0]
        meant = [event for event in meant if event.date == fullest]
    return tuple(meant)


def within(told: str, day: str) -> bool:
    """Whether an act of a day belongs to a day or month."""
    return told.startswith(day)


def related(by: Event, event: Event) -> bool:
    """Whether the goods are of one family; words for everything mean all of them."""
    if not by.materials or not event.materials or WIDE & set(by.materials):
        return True
    return bool({materials.family(one) for one in by.materials} & {materials.family(one) for one in event.materials})
