"""Dates that refer to one told before: "the same day", "that December", 次日. Pure."""

import re
from datetime import date, timedelta

from monitor.extraction.dates import MONTH, MONTHS, Found

EN = re.compile(
    rf"""(?ix)\b(?:
    (?P<same>(?:on\s+)?(?:the\s+(?:very\s+)?same|that(?:\s+(?:very|same))?)\s+day)
  | (?P<before>(?:the\s+(?:previous\s+day|day\s+before(?!\s+yesterday)))|(?:a|one)\s+day\s+(?:earlier|before))
  | (?P<after>(?:the\s+(?:next|following)\s+day|the\s+day\s+after)|(?:a|one)\s+day\s+later)
  | (?P<month>(?:that|the\s+same)\s+month)
  | (?:that|the\s+same)\s+(?P<named>{MONTH})
  | (?P<year>(?:that|the\s+same)\s+year)
    )"""
)
ZH = re.compile(
    r"(?P<same>同日|同一天|当日|當日|当天|當天)|(?P<before>前一日|前一天)|(?P<after>次日|翌日|隔天|隔日|第二天)|(?P<month>同月|当月|當月)(?!\d)|(?P<named>(?!x)x)|(?P<year>同年|当年|當年)(?!\d)"
)
STEP = {"same": 0, "before": -1, "after": 1}


def follow(text: str, found: tuple[Found, ...], last: str | None, language: str) -> tuple[Found, ...]:
    """The dates of a sentence with those that refer to a date in it or, failing that, to `last`, told in a sentence before."""
    out = list(found)
    for m in (ZH if language == "zh" else EN).finditer(text):
        told = max((f for f in found if f.end <= m.start() and f.text != m[0]), key=lambda f: f.end, default=None)
        value = referred(m, told.value if told else last)
        if value:
            out = [f for f in out if f.end <= m.start() or m.end() <= f.start]
            out.append(Found(m.start(), m.end(), m[0], value, "referred"))
    return tuple(sorted(out, key=lambda f: f.start))


def referred(m: re.Match[str], last: str | None) -> str | None:
    """What a reference means after the date `last`; None where that is not known finely enough."""
    if last is None:
        return None
    if m["year"]:
        return last[:4]
    if m["month"]:
        return last[:7] if len(last) >= 7 else None
    if m["named"]:
        month = MONTHS[m["named"].lower().rstrip(".")]
        later = len(last) >= 7 and int(last[5:7]) > month
        return f"{int(last[:4]) + later}-{month:02d}"
    if len(last) < 10:
        return None
    step = next(days for name, days in STEP.items() if m[name])
    return (date.fromisoformat(last) + timedelta(days=step)).isoformat()
