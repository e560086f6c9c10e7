"""What is said about a change, about a source, and to try a channel: one `Message` for every way out. Pure.

Each says what changed and from what to what, why this rule, how severe and why, the sentences that prove it, and what comes next. The text
begins with a paragraph of at most 280 characters that can stand alone.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerts import proof, render, words
from monitor.alerts.body import fitted
from monitor.model import Alert, Change, Event, Evidence, Message, Severity, Source, SourceState, digest

SHORT = 280
QUOTES = 4
MOST_EVIDENCE = 12
DAYS = ZoneInfo("UTC")
TYPES = {"new": "event.new", "deadline": "deadline.due"}


def alert(raised: Alert, change: Change, event: Event, evidence: tuple[Evidence, ...], base_url: str) -> Message:
    """The message of an alert. Its id depends on the alert alone; messages about one event share their thread."""
    link = words.event_link(base_url, event.id)
    today = raised.at.astimezone(UTC).date()
    headline = words.plain(words.headline(event))
    told = {
        "headline": headline,
        "severity": raised.severity,
        "because": words.full(change.severity_reason),
        "difference": words.plain(words.difference(change)),
        "change_reason": words.full(change.reason),
        "why": words.plain(raised.reason),
        "summary": words.plain(event.summary),
        "facts": facts(event),
        "upcoming": words.upcoming(event, today),
        "proofs": proof.proofs(evidence, event, DAYS, QUOTES),
        "more": max(0, len(evidence) - QUOTES),
        "gloss_label": proof.GLOSS,
        "link": link,
    }
    lead = lead_of(told)
    return Message(
        id=f"msg_{digest('alert', raised.id)}",
        type=TYPES.get(change.field, "event.changed"),
        timestamp=raised.at,
        subject=subject(raised, change, headline),
        text=render.text("alert.txt", lead=lead, **told),
        html=render.html("alert.html", title=headline, **told),
        data=data(raised, change, event, evidence, link),
        thread=event.id,
    )


def subject(raised: Alert, change: Change, headline: str) -> str:
    """ "[high] China: export banned (gallium): until changed: …"; a new act needs no more than its headline."""
    told = "" if change.field == "new" else f": {words.plain(words.difference(change))}"
    return words.clipped(f"[{raised.severity}] {headline}{told}", 160)


def facts(event: Event) -> tuple[tuple[str, str], ...]:
    """The event's fields that are known, as (name, value in words)."""
    rows = (
        ("Instrument", event.instrument or ""),
        ("Status", f"{words.named(event.status)}, {event.certainty}"),
        ("Materials", words.materials(event.materials, 12)),
        ("Destinations", words.places(event.destinations)),
        ("Acting", words.listing(event.actors)),
        ("Concerns", words.listing(event.recipients)),
        ("Dated", words.iso_day(event.date or "")),
        ("Effective", words.iso_day(event.effective or "")),
        ("Until", words.iso_day(event.until or "")),
    )
    return tuple((name, words.clipped(words.plain(value), 300)) for name, value in rows if value)


def lead_of(told: dict[str, Any]) -> str:
    """At most 280 characters: the headline and the link, then what fits of the difference, what comes next, and the first quote."""
    link = told["link"]
    room = SHORT - len(link) - 1
    lead = words.clipped(f"{told['severity'].upper()} · {told['headline']}.", room)
    extras = [words.full(told["difference"]), *(f"It {next_one}." for next_one in told["upcoming"][:1])]
    for extra in extras:
        if len(lead) + 1 + len(extra) <= room:
            lead += f" {extra}"
    for one in sorted(told["proofs"], key=lambda found: found.gloss is not None)[:1]:
        source = f"({one.source})"
        if (left := room - len(lead) - len(source) - 4) >= 40:
            lead += f" “{words.clipped(one.quote, left)}” {source}"
    return f"{lead} {link}"


def data(alert: Alert, change: Change, event: Event, evidence: tuple[Evidence, ...], link: str) -> dict[str, Any]:
    """The webhook body's `data`, shortened where it would not fit into 20 kB; `trimmed` then says what was."""
    notes = [f"evidence: {MOST_EVIDENCE} of {len(evidence)} shown"] if len(evidence) > MOST_EVIDENCE else []
    shown = sorted(evidence, key=lambda e: not e.official)[:MOST_EVIDENCE]
    return fitted(
        {
            "event": event_data(event),
            "change": change_data(change),
            "rule": alert.rule,
            "reason": alert.reason,
            "severity": alert.severity,
            "severity_reason": change.severity_reason,
            "evidence": [evidence_data(one, event) for one in shown],
            "link": link,
            "trimmed": notes,
        }
    )


EVENT_FIELDS = (
    "id", "ref", "type", "direction", "status", "certainty", "jurisdictions", "actors", "recipients", "destinations", "materials",
    "instrument", "date", "effective", "until", "summary", "official", "outlets", "revision",
)  # fmt: skip


def event_data(event: Event) -> dict[str, Any]:
    values = ((name, getattr(event, name)) for name in EVENT_FIELDS)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def change_data(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "at": stamp(change.at),
    }


def evidence_data(evidence: Evidence, event: Event) -> dict[str, Any]:
    return {
        "quote": evidence.quote,
        "url": words.web_address(evidence.url),
        "outlet": evidence.outlet,
        "published": stamp(evidence.published),
        "language": evidence.language,
        "official": evidence.official,
        "gloss": proof.gloss(evidence, event),
    }


def stamp(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


# ---- about the monitor itself -----------------------------------------------------------------------------------------


def source_failing(source: Source, state: SourceState, now: datetime, base_url: str) -> Message:
    """A source fails, went quiet or is gone. The same spell of failure gives the same id, however often it is told."""
    words_of = {"failing": "cannot be read", "quiet": "is quieter than it should be", "gone": "is gone"}
    severity: Severity = "high" if source.official else "medium"
    since = f" since {words.moment(state.since, DAYS)} UTC" if state.since else ""
    says = f"{source.outlet} ({source.name}) {words_of.get(state.health, state.health)}{since}"
    detail = f"{state.message or 'No reason is known.'} Until this is mended, silence from this source means nothing."
    return about_source("source.failing", source, state, state.since, says, detail, severity, now, base_url)


def source_resolved(source: Source, before: SourceState, state: SourceState, now: datetime, base_url: str) -> Message:
    """The closing notice: a source that was told as failing answers again."""
    spell = f" after {round((now - before.since).total_seconds() / 3600, 1):g} hours" if before.since else ""
    says = f"{source.outlet} ({source.name}) can be read again{spell}"
    detail = f"The trouble was: {before.message or 'not known'}. What it published meanwhile is read as it is found."
    return about_source("source.resolved", source, state, before.since, says, detail, "low", now, base_url)


def about_source(
    type: str, source: Source, state: SourceState, spell: datetime | None, says: str, detail: str, severity: Severity, now: datetime, base_url: str
) -> Message:
    says, detail, link = words.plain(says), words.plain(detail), f"{base_url.rstrip('/')}/sources"
    about: dict[str, Any] = {
        "name": source.name,
        "outlet": source.outlet,
        "url": source.url,
        "health": state.health,
        "message": state.message,
        "failures": state.failures,
        "since": stamp(spell),
        "last_check": stamp(state.last_check),
        "last_success": stamp(state.last_success),
        "last_item": stamp(state.last_item),
    }
    return notice(f"msg_{digest(type, source.name, spell)}", type, now, severity, says, detail, link, {"source": about}, f"source {source.name}")


def test(channel: str, now: datetime) -> Message:
    """A signed sample that says it is one; every call is a new message."""
    says = f'Test of the channel "{channel}"'
    detail = "If you can read this, alerts reach you. Nothing happened in the world."
    return notice(f"msg_{digest('test', channel, now.isoformat())}", "channel.test", now, "low", says, detail, None, {"channel": channel}, None)


def notice(
    id: str, type: str, now: datetime, severity: Severity, says: str, detail: str, link: str | None, about: dict[str, Any], thread: str | None
) -> Message:
    """A message that is about no event: the same parts, with nothing in `event` and `change`."""
    lead = words.clipped(f"{says}. {detail}", SHORT - (len(link) + 1 if link else 0)) + (f" {link}" if link else "")
    told = {"headline": says, "detail": detail, "severity": severity, "link": link}
    body: dict[str, Any] = {
        "event": None,
        "change": None,
        "rule": None,
        "reason": detail,
        "severity": severity,
        "severity_reason": "",
        "evidence": [],
        "link": link,
    }
    return Message(
        id=id, type=type, timestamp=now, subject=words.clipped(f"[{severity}] {says}", 160), text=render.text("notice.txt", lead=lead, **told),
        html=render.html("notice.html", title=says, **told), data=fitted({**body, **about}), thread=digest(thread) if thread else None,
    )  # fmt: skip
