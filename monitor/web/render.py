"""Templates to pages. Everything is escaped by the template engine; what comes from a page never passes as markup."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.alerts import words
from monitor.history import materials
from monitor.model import Event, Verdict

TEMPLATES = Path(__file__).resolve().parent / "templates"
FACETS = (
    ("type", "Type"), ("material", "Material"), ("jurisdiction", "Whose act"), ("destination", "Destination"), ("certainty", "Certainty"),
    ("status", "Status"), ("company", "Firm or body"), ("instrument", "Instrument"), ("outlet", "Outlet"),
)  # fmt: skip
SHORT: dict[Verdict, str] = {
    "prohibited": "prohibited", "licence_required": "licence", "quota": "quota", "announced": "announced", "suspended": "suspended",
    "window_passed": "window passed", "free": "free",
}  # fmt: skip


class Pages:
    """Renders the templates, with the words of the house and a zone for moments."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.environment.filters |= filters(zone)
        self.environment.globals |= {"FACETS": FACETS, "facet_label": facet_label, "SHORT": SHORT, "zone": zone.key}

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self.environment.get_template(template).render(**values), status_code=status)


def filters(zone: ZoneInfo) -> dict[str, Any]:
    """What templates call to put nouns into words."""
    return {
        "named": words.named,
        "place": words.place,
        "places": words.places,
        "materials": words.materials,
        "headline": words.headline,
        "what": words.what,
        "difference": words.difference,
        "value": words.value,
        "day": day,
        "moment": lambda value: words.moment(value, zone) if value else "never",
        "local_day": lambda value: words.day(value.astimezone(zone).date()) if value else "undated",
        "distance": words.distance,
        "plain": words.plain,
        "web_address": words.web_address,
        "full": words.full,
        "language": language,
        "clipped": words.clipped,
        "capital": lambda text: text[:1].upper() + text[1:],
        "instrument_path": instrument_path,
        "urlencoded": lambda pairs: urlencode(list(pairs)),
        "verdict": lambda found: words.VERDICTS[found],
        "clean": clean,
        "iso": iso,
        "sentences": sentences,
    }


def clean(text: str) -> str:
    """Text as it is shown in running text: without characters that no reader sees, line breaks kept."""
    return words.UNSEEN.sub("", text)


def day(value: date | str | None) -> str:
    if value is None:
        return "not stated"
    return words.day(value) if isinstance(value, date) else words.iso_day(value)


def iso(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def language(code: str) -> str:
    return {"en": "English", "und": "language not recognised"}.get(code) or words.language(code)


def instrument_path(event: Event) -> str:
    """The address of the page of an event's instrument."""
    return f"/instruments/{quote(event.numbers[0] if event.numbers else event.id, safe=':')}"


def facet_label(kind: str, value: str) -> str:
    """A facet's value in words."""
    if kind == "type":
        return words.TYPES.get(value, value)
    if kind in ("jurisdiction", "destination"):
        return words.place(value)
    return words.named(value) if kind in ("material", "status", "certainty") else words.plain(value)


def sentences(evidence: Iterable[dict[str, Any]]) -> list[tuple[str, list[tuple[str, str, str | None]]]]:
    """Each sentence once, with (label, address, published) of all who print it; what the register cites is labelled by its host."""
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for one in evidence:
        label = (urlsplit(one["url"]).hostname or one["outlet"]) if one["outlet"] == "baseline register" else one["outlet"]
        found.setdefault(one["quote"], []).append((label, one["url"], one["published"]))
    return list(found.items())


def material_groups(ids: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Materials for the board's rows: rare earths and what is made of them, then the others; each by name."""
    wanted = sorted(set(ids), key=lambda one: (len(materials.members(one)) == 1, words.named(one).lower()))
    first = [one for one in wanted if "rare_earths" in materials.groups(one) or one.startswith(("rare_earth", "ndfeb", "smco"))]
    others = [one for one in wanted if one not in first]
    return [(name, some) for name, some in (("Rare earths and magnets", first), ("Other materials", others)) if some]
