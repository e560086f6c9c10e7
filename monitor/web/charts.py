"""Small pictures as numbers: templates draw them as SVG, the style sheet colours them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.alerts import words
from monitor.model import Change
from monitor.web.reading import EventLife

WIDTH, MARGIN, ROOM = 960.0, 12.0, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: where it stands and how high, in the chart's units; `key` is what it counts, such as a month."""

    x: float
    y: float
    width: float
    height: float
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart of bars; `ticks` are (x, text) under it."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    top: int


def bars(counted: Sequence[tuple[str, str, int]], ticks: dict[str, str], height: float = 90.0) -> Bars:
    """A chart of (key, label, count) in their order; `ticks` gives the texts under some keys."""
    top = max((count for *_, count in counted), default=0)
    step = WIDTH / max(1, len(counted))
    made = []
    for at, (key, label, count) in enumerate(counted):
        tall = round(height * count / top, 1) if top else 0.0
        tall = max(tall, 2.0) if count else 0.0
        gap = min(2.0, step * 0.2)
        made.append(
            Bar(
                x=round(at * step + gap / 2, 1), y=round(height - tall, 1), width=round(step - gap, 1), height=tall, key=key, label=label, count=count
            )
        )
    under = tuple((bar.x, ticks[bar.key]) for bar in made if bar.key in ticks)
    return Bars(width=WIDTH, height=height, bars=tuple(made), ticks=under, top=top)


def weekly(changes: Iterable[Change], last: date, weeks: int = 26) -> Bars:
    """Changes by week, the last week being that of `last`."""
    monday = last - timedelta(days=last.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    counts = dict.fromkeys(starts, 0)
    for change in changes:
        day = change.at.date()
        week = day - timedelta(days=day.weekday())
        if week in counts:
            counts[week] += 1
    ticks, shown = {}, ""
    for start in starts:
        if (month := f"{start:%b %Y}") != shown and start.day <= 7:
            ticks[start.isoformat()], shown = month, month
    return bars([(start.isoformat(), f"week of {words.day(start)}", count) for start, count in counts.items()], ticks, 70.0)


def monthly(months: Iterable[tuple[str, int]]) -> Bars:
    """Events by month with the empty months between; by year where that would be too many bars."""
    counts = {month: count for month, count in months if len(month) == 7}
    if not counts:
        return bars([], {})
    first, last = min(counts), max(counts)
    every = months_between(first, last)
    if len(every) > 180:
        years: dict[str, int] = {str(year): 0 for year in range(int(first[:4]), int(last[:4]) + 1)}
        for month, count in counts.items():
            years[month[:4]] += count
        return bars([(year, year, count) for year, count in years.items()], {year: year for year in spread(list(years))})
    januaries = {month: month[:4] for month in every if month.endswith("-01")}
    ticks = {month: januaries[month] for month in spread(list(januaries))} or {every[0]: words.iso_day(every[0])}
    return bars([(month, words.iso_day(month), counts.get(month, 0)) for month in every], ticks)


def months_between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    found: list[str] = []
    while (key := f"{year:04}-{month:02}") <= last and len(found) < 10_000:
        found.append(key)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def spread(keys: list[str], most: int = 9) -> list[str]:
    """At most so many keys, evenly spread."""
    step = max(1, -(-len(keys) // most))
    return keys[::step]


# ---- an event's life -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A dated step in an event's life; `kind` is its class in the style sheet."""

    on: date
    kind: str
    text: str
    x: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time between two points: "announced" until it takes effect, "holds" from then to its end."""

    kind: str
    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeLine:
    """An event's steps on an axis of time; `ticks` are (x, text)."""

    width: float
    points: tuple[Point, ...]
    stretches: tuple[Stretch, ...]
    ticks: tuple[tuple[float, str], ...]
    today: float | None = None


def life_line(life: EventLife, today: date) -> LifeLine | None:
    """The picture of an event's dates, other acts on it and reports; None when fewer than two days are known."""
    found = sorted(steps(life), key=lambda point: (point.on, point.kind != "report"))
    if len({point.on for point in found}) < 2:
        return None
    first, last = found[0].on, found[-1].on
    scale = (WIDTH - 2 * MARGIN) / (last - first).days

    def place(on: date) -> float:
        return round(MARGIN + (on - first).days * scale, 1)

    points = tuple(Point(on=p.on, kind=p.kind, text=p.text, x=place(p.on)) for p in found)
    ticks = tuple((place(on), text) for on, text in axis(first, last) if place(on) < WIDTH - ROOM)
    return LifeLine(
        width=WIDTH, points=points, stretches=stretches(life, place, last), ticks=ticks, today=place(today) if first <= today <= last else None
    )


def steps(life: EventLife) -> Iterable[Point]:
    """Every dated step: the act's own dates, the acts on it, and each report."""
    event = life.event
    for name, text in (("date", "decided"), ("effective", "takes effect"), ("until", "ends")):
        if on := words.whole_day(getattr(event, name)):
            yield Point(on=on, kind=name, text=f"{text} on {words.day(on)}")
    for other in life.modified_by:
        if on := words.whole_day(other.effective or other.date):
            yield Point(on=on, kind="act", text=f"{words.day(on)}: {words.headline(other)}")
            if end := words.whole_day(other.until):
                yield Point(on=end, kind="act", text=f"{words.day(end)}: {words.what(other)} until then")
    for told in life.testimonies:
        on = told.witness.known.date()
        yield Point(on=on, kind="official" if told.witness.official else "report", text=f"{words.day(on)}: {words.plain(told.witness.outlet)}")


def stretches(life: EventLife, place: Callable[[date], float], last: date) -> tuple[Stretch, ...]:
    """From decision to effect, and from effect to the end; to the end of the picture where no end is known."""
    event = life.event
    decided, effective, until = (words.whole_day(day) for day in (event.date, event.effective, event.until))
    start = effective or (decided if event.status == "in_force" else None)
    found: list[tuple[str, date, date, str]] = []
    if decided and start and decided < start:
        found.append(("announced", decided, start, "announced"))
    if start and start < (until or last):
        found.append(("holds", start, until or last, "in force" if until else "in force, no end known"))
    for other in life.modified_by:
        begins, ends = words.whole_day(other.effective or other.date), words.whole_day(other.until)
        if begins and ends and begins < ends:
            found.append(("acted", begins, ends, f"{words.what(other)} until {words.day(ends)}"))
    return tuple(Stretch(kind=kind, x=place(a), width=round(place(b) - place(a), 1), text=text) for kind, a, b, text in found)


def axis(first: date, last: date) -> list[tuple[date, str]]:
    """A few first days of months or years within a period, with their names."""
    months = [date(int(m[:4]), int(m[5:]), 1) for m in months_between(f"{first:%Y-%m}", f"{last:%Y-%m}")]
    inside = [on for on in months if first <= on <= last]
    if len(inside) > 30:
        inside = [on for on in inside if on.month == 1]
    step = max(1, -(-len(inside) // 7))
    return [(on, f"{on:%Y}" if len(months) > 30 else f"{on:%b %Y}") for on in inside[::step]]
