"""Deadlines as a calendar file (RFC 5545) that calendars keep up to date: one all-day entry for each event and date, under a constant UID. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from monitor.alerts import words
from monitor.alerts.facts import Deadline
from monitor.model import digest

MEANING = {"effective": "takes effect", "until": "ends"}


def calendar(deadlines: Iterable[Deadline], base_url: str, now: datetime) -> bytes:
    """The calendar file of `deadlines`; an entry's link leads to the event's page under `base_url`."""
    made = Calendar()
    made.add("prodid", "-//rare-earth-monitor//deadlines//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", "Rare-earth licensing deadlines")
    for deadline in deadlines:
        made.add_component(entry(deadline, base_url, now))
    return bytes(made.to_ical())


def entry(deadline: Deadline, base_url: str, now: datetime) -> Event:
    event, made = deadline.event, Event()
    made.add("uid", f"{digest('deadline', event.id, deadline.field)}@rare-earth-monitor")
    made.add("dtstamp", now)
    made.add("sequence", event.revision)
    made.add("dtstart", deadline.on)
    made.add("dtend", deadline.on + timedelta(days=1))
    made.add("summary", title(deadline))
    made.add("description", event.summary or words.sentence(event))
    made.add("url", words.event_link(base_url, event.id))
    made.add("transp", "TRANSPARENT")
    return made


def title(deadline: Deadline) -> str:
    """ "China: export control suspended (rare earths) – ends"."""
    return f"{words.headline(deadline.event)} – {MEANING[deadline.field]}"
