"""A sentence that proves something, ready to be shown. Pure."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.model import Event, Evidence

GLOSS = "English gloss from structured fields, not a translation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`quote` is on one line; `url` is None where the address may not be a link; `gloss` is None for English."""

    quote: str
    outlet: str
    published: str
    url: str | None
    official: bool
    language: str
    gloss: str | None

    @property
    def source(self) -> str:
        """ "Ministry of Commerce (official), 9 October 2025"."""
        return ", ".join((f"{self.outlet} (official)" if self.official else self.outlet, self.published or "date unknown"))


def proofs(evidence: tuple[Evidence, ...], event: Event, zone: ZoneInfo, most: int, characters: int = 400) -> tuple[Proof, ...]:
    """The first `most` sentences, official ones first; a quote longer than `characters` is cut with an ellipsis."""
    return tuple(of(one, event, zone, characters) for one in sorted(evidence, key=lambda e: not e.official)[:most])


def of(evidence: Evidence, event: Event, zone: ZoneInfo, characters: int) -> Proof:
    published = words.day(evidence.published.astimezone(zone).date()) if evidence.published else ""
    return Proof(
        quote=words.clipped(words.plain(evidence.quote), characters),
        outlet=words.clipped(words.plain(evidence.outlet), 80),
        published=published,
        url=words.web_address(evidence.url),
        official=evidence.official,
        language=words.language(evidence.language),
        gloss=gloss(evidence, event),
    )


def gloss(evidence: Evidence, event: Event) -> str | None:
    """What the event's fields say, in English, for a sentence in another language; never a translation of the sentence."""
    return None if evidence.language == "en" else words.sentence(event)
