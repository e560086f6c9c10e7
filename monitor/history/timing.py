"""Features of time: how the days that a mention `m` tells compare with those of an event `e`. Each is 0 to 1."""

from monitor.history import dates
from monitor.history.about import directions_opposed, jurisdictions_same, materials_alike
from monitor.history.sides import LASTING, RULES, Side, age, buyers, once, undated, when
from monitor.history.stages import further, status_same


def same_day(m: Side, e: Side) -> float:
    """Dates to the day, and the same."""
    return float(when(m, e) == (0, True))


def may_be_same_day(m: Side, e: Side) -> float:
    """One date is a month or a year that holds the other; a month counts fully, a year half."""
    if when(m, e) != (0, False):
        return 0.0
    told = max((len(text) for text in (m.fields.date, m.fields.effective) if text), default=0)
    return 1.0 if told >= 7 else 0.5


def days_apart(m: Side, e: Side) -> float:
    """Dates one to three days apart, and no further step of the act."""
    found = None if further(m, e) else when(m, e)
    return float(found is not None and 1 <= found[0] <= 3)


def weeks_apart(m: Side, e: Side) -> float:
    """Dates four to thirty-one days apart, and no further step of the act."""
    found = None if further(m, e) else when(m, e)
    return float(found is not None and 4 <= found[0] <= 31)


def months_apart(m: Side, e: Side) -> float:
    """Dates more than a month apart."""
    found = when(m, e)
    return float(found is not None and found[0] > 31)


def dates_differ(m: Side, e: Side) -> float:
    """Days of two acts that are done in a day (a listing, a meeting, a grant), and not the same."""
    found = None if further(m, e) else when(m, e)
    return float(m.fields.type not in RULES | LASTING and found is not None and found[0] > 0 and found[1])


def acts_of_a_day(m: Side, e: Side) -> float:
    """The same day, of what is done in a day: a listing, a meeting, a grant."""
    return float(m.fields.type not in RULES | LASTING and when(m, e) == (0, True))


def effective_same(m: Side, e: Side) -> float:
    """The same entry into force."""
    a, b = m.fields.effective, e.fields.effective
    return float(bool(a) and bool(b) and dates.agree(a, b))


def effective_differs(m: Side, e: Side) -> float:
    """Another entry into force."""
    return float((dates.gap(m.fields.effective, e.fields.effective) or 0) > 3)


def starts_apart(m: Side, e: Side) -> float:
    """Both are told to start on a day, and the days are more than a week apart: notices of one day with other starts are two."""
    a, b = m.fields.effective, e.fields.effective
    return float(dates.exact(a) and dates.exact(b) and (dates.gap(a, b) or 0) > 7)


def until_same(m: Side, e: Side) -> float:
    """The same end."""
    a, b = m.fields.until, e.fields.until
    return float(bool(a) and bool(b) and dates.agree(a, b))


def until_differs(m: Side, e: Side) -> float:
    """Another end, by more than a month: a prolongation is another act."""
    return float((dates.gap(m.fields.until, e.fields.until) or 0) > 31)


@once
def undated_fresh(m: Side, e: Side) -> float:
    """News without a date about something of the last days."""
    days = age(m, e)
    return float(undated(m) and m.fields.focus == "news" and days is not None and -3 <= days <= 4)


def undated_recent(m: Side, e: Side) -> float:
    """News without a date of something of the last three weeks."""
    days = age(m, e)
    return float(undated(m) and m.fields.focus == "news" and days is not None and -3 <= days <= 21)


def undated_old_news(m: Side, e: Side) -> float:
    """News without a date, and the event is older than three weeks."""
    days = age(m, e)
    return float(undated(m) and m.fields.focus == "news" and days is not None and days > 21)


def undated_recap(m: Side, e: Side) -> float:
    """A recap without a date; less so the more years the event is old."""
    days = age(m, e)
    return 365 / (365 + max(0, days)) if undated(m) and m.fields.focus == "background" and days is not None and days >= -3 else 0.0


def undated_recap_near(m: Side, e: Side) -> float:
    """A recap without a date; less so the more months the event is old."""
    days = age(m, e)
    return 45 / (45 + max(0, days)) if undated(m) and m.fields.focus == "background" and days is not None and days >= -3 else 0.0


def newest_of_kind(m: Side, e: Side) -> float:
    """A mention without a day, and the event is the latest that fits: "the truce" is the last one."""
    return float(e.newest and (undated(m) or not dates.exact(m.fields.date or m.fields.effective)))


def same_parties(m: Side, e: Side) -> float:
    """The same two or more governments, at the same time."""
    if len(m.fields.jurisdictions) < 2 or not jurisdictions_same(m, e):
        return 0.0
    found = when(m, e)
    return undated_fresh(m, e) if undated(m) else float(found is not None and found[0] == 0)


def repeat(m: Side, e: Side) -> float:
    """Fresh news without a date that says nothing else than the event: same stage, governments, buyers and materials."""
    alike = m.materials == e.materials or materials_alike(m, e) > 0.25
    same = alike and jurisdictions_same(m, e) and buyers(m, e) in ("same", "none", "within") and not directions_opposed(m, e)
    return undated_fresh(m, e) * status_same(m, e) * float(same)


def only_one(m: Side, e: Side) -> float:
    """A dated mention, and no other known event fits."""
    return float(e.fitting == 1 and not undated(m))


def only_one_undated(m: Side, e: Side) -> float:
    """A mention without a date, and no other known event fits."""
    return float(e.fitting == 1 and undated(m))


def rivals(m: Side, e: Side) -> float:
    """How many other events fit a dated mention or a recap as well, up to ten; fresh news may choose among them."""
    if undated(m) and m.fields.focus == "news":
        return 0.0
    return min(10, max(0, e.fitting - 1)) / 10
