"""Ids and codes in the words of a reader. Pure; a code without a word of its own is shown as it is, nothing is guessed."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.model import Cell, Change, ChangeField, Event, Fields, Verdict

TYPES = {
    "control_introduced": "export control introduced",
    "control_eased": "export control eased",
    "control_suspended": "export control suspended",
    "control_reinstated": "export control reinstated",
    "export_banned": "export banned",
    "licence_granted": "licences granted",
    "licence_refused": "licences refused",
    "licence_delayed": "licences delayed",
    "licence_rules_changed": "licence rules changed",
    "quota_set": "quota set",
    "tariff_changed": "tariff changed",
    "entity_listed": "entities listed",
    "entity_delisted": "entities delisted",
    "investigation_opened": "investigation opened",
    "enforcement_action": "enforcement action",
    "agreement_reached": "agreement reached",
    "talks_held": "talks held",
    "position_stated": "position stated",
    "supply_disrupted": "supply disrupted",
    "supply_supported": "supply supported",
}
CHANGES: dict[ChangeField, str] = {
    "new": "new act",
    "status": "status changed",
    "certainty": "certainty changed",
    "effective": "start of effect changed",
    "until": "end date changed",
    "scope": "scope changed",
    "denied": "denied",
    "correction": "corrected",
    "deadline": "deadline",
    "conflict": "claims in conflict",
}
VERDICTS: dict[Verdict, str] = {
    "prohibited": "prohibited",
    "licence_required": "licence required",
    "quota": "quota",
    "announced": "announced, not yet in force",
    "suspended": "suspended",
    "window_passed": "window passed, outcome unconfirmed",
    "free": "free as far as known",
}
PLACES = {
    "AE": "United Arab Emirates", "AR": "Argentina", "AU": "Australia", "BO": "Bolivia", "BR": "Brazil", "CA": "Canada", "CD": "DR Congo",
    "CH": "Switzerland", "CL": "Chile", "CN": "China", "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "ES": "Spain", "EU": "European Union",
    "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GL": "Greenland", "HK": "Hong Kong", "ID": "Indonesia", "IN": "India", "IT": "Italy",
    "JP": "Japan", "KH": "Cambodia", "KR": "South Korea", "KZ": "Kazakhstan", "LA": "Laos", "MM": "Myanmar", "MX": "Mexico", "MY": "Malaysia",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PH": "Philippines", "PK": "Pakistan", "PL": "Poland", "RU": "Russia",
    "SA": "Saudi Arabia", "SE": "Sweden", "SG": "Singapore", "TH": "Thailand", "TR": "Turkey", "TW": "Taiwan", "UA": "Ukraine",
    "US": "United States", "UZ": "Uzbekistan", "VN": "Vietnam", "ZA": "South Africa", "ZW": "Zimbabwe",
}  # fmt: skip
MATERIALS = {
    "rare_earths": "rare earths",
    "light_rare_earths": "light rare earths",
    "medium_heavy_rare_earths": "medium and heavy rare earths",
    "rare_earth_magnets": "rare-earth magnets",
    "ndfeb_magnets": "NdFeB magnets",
    "smco_magnets": "SmCo magnets",
    "rare_earth_alloys": "rare-earth alloys",
    "rare_earth_oxides": "rare-earth oxides",
    "rare_earth_technology": "rare-earth technology",
    "rare_earth_equipment": "rare-earth equipment",
    "dual_use_items": "dual-use items",
}
ISO_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
DATED = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
CODE = re.compile(r"[A-Z]{2}")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
STATUSES = {"in_force": "in force"}
LANGUAGES = {"zh": "Chinese", "ja": "Japanese", "ko": "Korean", "de": "German", "fr": "French", "es": "Spanish", "ru": "Russian"}


def named(id: str) -> str:
    """A material, status or other id in words: "ndfeb_magnets" is "NdFeB magnets"."""
    return MATERIALS.get(id) or STATUSES.get(id) or id.replace("_", " ")


def place(code: str) -> str:
    return PLACES.get(code, code)


def listing(names: tuple[str, ...], most: int = 6) -> str:
    """ "a, b and c"; beyond `most` names the rest is counted."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def places(codes: tuple[str, ...]) -> str:
    return listing(tuple(map(place, codes)))


def materials(ids: tuple[str, ...], most: int = 6) -> str:
    return listing(tuple(map(named, ids)), most)


def whole_day(text: str | None) -> date | None:
    """The day that a full ISO date names; None for a partial one."""
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def iso_day(text: str) -> str:
    """ "1 December 2025" of "2025-12-01", "December 2025" of "2025-12"; what is no such date comes back as it is."""
    if not ISO_DATE.fullmatch(text) or len(text) == 4:
        return text
    try:
        whole = date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError:
        return text
    return day(whole) if len(text) == 10 else f"{whole:%B %Y}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    local = value.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"


def days_until(text: str, today: date) -> int:
    """Days from `today` to a full ISO date; -1, as if past, where the day is not known."""
    return (on - today).days if (on := whole_day(text)) else -1


def distance(days: int) -> str:
    if days == 0:
        return "today"
    many = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {many}" if days > 0 else f"{many} ago"


def value(text: str | None) -> str:
    """One side of a change in words: dates as dates, codes as countries, ids as words, lists item by item."""
    if text is None or not text.strip():
        return "not stated"
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(iso_day(p) if ISO_DATE.fullmatch(p) else place(p) if CODE.fullmatch(p) else named(p) if p.islower() else p for p in parts)


def what(fields: Fields) -> str:
    return TYPES[fields.type]


def headline(event: Event) -> str:
    """Whose act, what, on which materials: "China: export control introduced (dysprosium and terbium)"."""
    on = materials(event.materials, 3)
    return f"{places(event.jurisdictions) or 'Unnamed government'}: {what(event)}{f' ({on})' if on else ''}"


def sentence(event: Event) -> str:
    """The event's fields as one English sentence: the gloss of evidence in another language, never a translation."""
    parts = [headline(event)]
    if event.destinations:
        parts.append(f"for {places(event.destinations)}")
    if event.recipients:
        parts.append(f"concerning {listing(event.recipients, 3)}")
    if event.instrument:
        parts.append(event.instrument)
    parts.append(f"{named(event.status)}, {event.certainty}")
    dates = (("dated", event.date), ("effective", event.effective), ("until", event.until))
    parts.extend(f"{word} {iso_day(when)}" for word, when in dates if when)
    return "; ".join(parts) + "."


def difference(change: Change) -> str:
    """From what to what: "status changed: announced → in force". A new act has no before, a deadline is a day, a conflict has two sides."""
    told = CHANGES[change.field]
    if change.field == "new" or (change.before is None and change.after is None):
        return told
    if change.field == "deadline":
        return f"{told}: {value(change.after)}"
    return f"{told}: {value(change.before)} {'or' if change.field == 'conflict' else '→'} {value(change.after)}"


def upcoming(event: Event, today: date) -> tuple[str, ...]:
    """What comes next by the event's own dates, soonest first: "takes effect on 1 December 2025 (in 23 days)"."""
    told = ((event.effective, "takes effect on"), (event.until, "ends on"))
    ahead = sorted((days, f"{word} {iso_day(when)} ({distance(days)})") for when, word in told if when and (days := days_until(when, today)) >= 0)
    return tuple(text for _, text in ahead)


def verdict(cell: Cell) -> str:
    return VERDICTS[cell.verdict] + (" (general licence available)" if cell.general_licence else "")


def language(code: str) -> str:
    return LANGUAGES.get(code, code)


def plain(text: str) -> str:
    """A text from a page on one line, without characters that no reader sees or that turn the direction of writing."""
    return " ".join(UNSEEN.sub("", text).split())


def full(text: str) -> str:
    """A remark as a sentence: a capital, dates in words, a full stop; nothing of nothing."""
    told = DATED.sub(lambda found: iso_day(found[0]), plain(text))
    return f"{told[:1].upper()}{told[1:]}{'' if told[-1:] in '.!?…' else '.'}" if told else ""


def clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def web_address(url: str | None) -> str | None:
    """The address if it is one that may be a link: "javascript:" and its kin are not."""
    return url if url and re.match(r"https?://[^\s<>\"']+$", url, re.IGNORECASE) else None


def event_link(base_url: str, event: str) -> str:
    """The event's page as readers reach it."""
    return f"{base_url.rstrip('/')}/events/{event}"
