"""Partial dates: "2025", "2025-04" and "2025-04-04" are spans of days, and an unknown day stays unknown."""

import calendar
from datetime import UTC, date, datetime, time
from functools import lru_cache

Span = tuple[date, date]


@lru_cache(maxsize=65536)
def span(text: str | None) -> Span | None:
    """The first and last day that a partial date may mean; None for what is no date."""
    if not text:
        return None
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        if len(parts) == 2:
            return date(parts[0], parts[1], 1), date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
        return date(*parts), date(*parts)
    except (ValueError, TypeError, calendar.IllegalMonthError):
        return None


def first(text: str | None) -> date | None:
    """The earliest day that a partial date may mean."""
    found = span(text)
    return found[0] if found else None


def last(text: str | None) -> date | None:
    """The latest day that a partial date may mean."""
    found = span(text)
    return found[1] if found else None


def exact(text: str | None) -> bool:
    """Whether a day is known."""
    return bool(text) and span(text) is not None and len(str(text)) == 10


def gap(a: str | None, b: str | None) -> int | None:
    """Days between two partial dates, 0 where they may be the same day; None where one is unknown."""
    left, right = span(a), span(b)
    if left is None or right is None:
        return None
    return max(0, (right[0] - left[1]).days, (left[0] - right[1]).days)


def agree(a: str | None, b: str | None) -> bool:
    """Whether two partial dates may be the same day; an unknown one agrees with everything."""
    return gap(a, b) in (None, 0)


def finer(a: str | None, b: str | None) -> bool:
    """Whether `a` says more than `b` of the same day: "2025-04-04" than "2025-04", anything than nothing."""
    return bool(a) and agree(a, b) and len(a or "") > len(b or "")


def midnight(day: date) -> datetime:
    """The first moment of a day in UTC: when an act of that day could first be known."""
    return datetime.combine(day, time(), UTC)
