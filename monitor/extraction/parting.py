# ruff: noqa: E501  patterns read better on one line
"""Events that share a sentence, told apart by what the annotation guide settles. Pure."""

import re
from dataclasses import replace

from monitor.extraction import compose, days, notices
from monitor.extraction.compose import Filled
from monitor.extraction.decoder import Decoder
from monitor.extraction.reading import Document

RECALLED = ("control_introduced", "export_banned")
RECALLING = (
    "control_suspended", "control_eased", "control_reinstated", "licence_granted", "licence_refused", "licence_delayed", "entity_delisted", "position_stated", "talks_held",
)  # fmt: skip
LISTED = re.compile(
    r"entit|firm|compan|organi[sz]|bod(?:y|ies)|name|outfit|group|contractor|suppli|watch list|blacklist|maker|subsidiar|institut|unreliable|affiliat|名单|名單|实体|實體|清单|清單|公司|企业|企業",
    re.IGNORECASE,
)


def parted(document: Document, events: list[Filled], decoder: Decoder, heads: compose.Heads = compose.silent) -> list[Filled]:
    """Events that share a sentence, told apart: a control that another act bears upon is recalled, a material is no entity, a principle of
    refusal belongs to the control that states it."""
    kept = [f for f in events if not (material_listed(document, f, events) or principle(document, f, events))]
    return [recalled(document, f, other, decoder, heads) if (other := bears_upon(f, kept)) else f for f in kept]


def bears_upon(filled: Filled, events: list[Filled]) -> Filled | None:
    """The likelier act in whose sentences all that is said of a control stands ("suspended the October controls")."""
    if filled.group.type not in RECALLED:
        return None
    others = [f for f in events if f.group.type in RECALLING and set(filled.group.reads) <= set(f.group.reads)]
    best = max(others, key=lambda f: f.group.score, default=None)
    return best if best and best.group.score >= filled.group.score else None


def recalled(document: Document, filled: Filled, other: Filled, decoder: Decoder, heads: compose.Heads) -> Filled:
    """A recalled act as background with its own date and number, never those of the act that recalls it."""
    out = replace(filled, labels=filled.labels | {"focus": "background", "status": "in_force" if filled.focus == "news" else filled.labels["status"]})
    if out.instrument and out.instrument == other.instrument:
        out = replace(out, instrument=None, mentions={k: v for k, v in out.mentions.items() if k != "instrument"})
    if out.date and out.date == other.date:
        options = [o for o in days.date_options(document, filled.group, heads(filled.group)) if o.value not in (other.date, other.until)]
        own = compose.one(decoder, "date", options)
        places = {"date": tuple(own.mentions[:6])} if own else {}
        out = replace(out, date=own.value if own else None, mentions={k: v for k, v in out.mentions.items() if k != "date"} | places)
    if out.effective and out.effective in (other.date, other.effective):
        out = replace(out, effective=None)
    return replace(out, until=None) if out.until and out.until == other.until else out


def material_listed(document: Document, filled: Filled, events: list[Filled]) -> bool:
    """Whether a "listing" puts goods on a control list and names nobody: then it is the control beside it."""
    if filled.group.type != "entity_listed" or filled.recipients or any(LISTED.search(document.reads[i].text) for i in filled.group.reads):
        return False
    return any(f.group.type == "control_introduced" and set(f.group.reads) & set(filled.group.reads) for f in events)


def principle(document: Document, filled: Filled, events: list[Filled]) -> bool:
    """Whether a "ban" is a notice's clause on how it treats applications for its goods from certain users."""
    reads = [document.reads[i] for i in filled.group.reads]
    if filled.group.type != "export_banned" or not all(notices.REFUSAL.search(r.text) and not r.of("place") for r in reads):
        return False
    named = any(hit.form != "weak" and hit.value != "dual_use_items" for r in reads for hit in r.of("material"))
    return not named and notices.is_notice(document) and any(f.group.type == "control_introduced" for f in events)
