# ruff: noqa: E501  patterns read better on one line
"""From groups of sentences to events: fills every field by the decoder, and joins what speaks of one act."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from monitor.extraction import dates, days, modality, notices, numbers, roles, slots, triggers
from monitor.extraction.decoder import Decoder
from monitor.extraction.reading import Document, Read
from monitor.extraction.roles import Recognise
from monitor.extraction.slots import Group, Option

PARTIES = ("agreement_reached", "talks_held")
SHARED = ("licence_rules_changed", "investigation_opened", "supply_supported", "position_stated")  # acts that governments at times do together
CLASSES = {
    "focus": ("news", "background"),
    "status": ("in_force", "announced", "planned", "denied"),
    "certainty": ("confirmed", "reported"),
    "direction": ("tightening", "easing", "neutral"),
}
Heads = Callable[[Group], Mapping[str, float]]


def silent(_: Group) -> Mapping[str, float]:
    """What the heads say where there are none."""
    return {}


@dataclass(frozen=True, slots=True)
class Filled:
    """A group with its fields. `mentions` are the places of the text that gave a field: field -> (sentence, start, end)."""

    group: Group
    jurisdictions: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    instrument: str | None = None
    date: str | None = None
    effective: str | None = None
    until: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    mentions: dict[str, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)

    @property
    def focus(self) -> str:
        return self.labels.get("focus", "news")


def chosen(decoder: Decoder, name: str, options: list[Option]) -> list[tuple[float, Option]]:
    """Options above the slot's threshold, likeliest first."""
    scored = [(decoder.probability(name, option.features), option) for option in options]
    return sorted(((p, o) for p, o in scored if p >= decoder.threshold(name)), key=lambda pair: -pair[0])


def one(decoder: Decoder, name: str, options: list[Option]) -> Option | None:
    found = chosen(decoder, name, options)
    return found[0][1] if found else None


def jurisdictions(group: Group, decoder: Decoder, options: list[Option]) -> list[Option]:
    """Whose act it is: the likeliest government, and for agreements and talks every likely party."""
    scored = sorted(((decoder.probability("jurisdictions", o.features), o) for o in options), key=lambda pair: -pair[0])
    if not scored:
        return []
    limit = decoder.threshold("jurisdictions")
    if group.type in PARTIES:
        return [o for p, o in scored if p >= limit * 0.8] or [scored[0][1]]
    if scored[0][0] < 0.15:
        return []
    return [scored[0][1]] + [o for p, o in scored[1:] if p >= 0.7 and group.type in SHARED]


def fill(document: Document, group: Group, decoder: Decoder, recognise: Recognise, heads: Heads = silent) -> Filled:
    """All fields of a group."""
    said = heads(group)
    places = slots.places(document, group, said)
    who = jurisdictions(group, decoder, places)
    codes = tuple(o.value for o in who)
    out: dict[str, list[Option]] = {"jurisdictions": who}
    out["destinations"] = [
        o for _, o in chosen(decoder, "destinations", places) if o.value not in codes or group.type in ("agreement_reached", "supply_supported")
    ]
    out["materials"] = materials(document, group, decoder, said)
    people = roles.options(document, group, codes, recognise)
    out["actors"] = [o for _, o in chosen(decoder, "actors", people)]
    out["recipients"] = [o for _, o in chosen(decoder, "recipients", people) if o not in out["actors"]]
    when = days.date_options(document, group, said)
    found = {name: one(decoder, name, when) for name in ("date", "effective", "until")}
    values = settle({name: option.value if option else None for name, option in found.items()}, document, group)
    out |= {name: [option] for name, option in found.items() if option and values[name] == option.value}
    told = modality.features(document, group, values["date"] or values["effective"], said)
    labels = {name: decoder.best(name, classes, told)[0] for name, classes in CLASSES.items()}
    out["instrument"] = [o] if (o := one(decoder, "instrument", slots.instrument_options(document, group, codes, labels["focus"]))) else []
    ordered = {
        name: tuple(o.value for o in sorted(out[name], key=lambda o: o.mentions[0] if o.mentions else (999,)))
        for name in ("destinations", "materials", "actors", "recipients")
    }
    return Filled(
        group,
        codes,
        destinations=ordered["destinations"],
        materials=ordered["materials"],
        actors=ordered["actors"],
        recipients=ordered["recipients"],
        instrument=out["instrument"][0].value if out["instrument"] else None,
        date=values["date"],
        effective=values["effective"],
        until=values["until"],
        labels=labels,
        mentions={
            name: tuple(m for o in options for m in o.mentions if m[0] in group.reads or name != "materials")[:6] for name, options in out.items()
        },
    )


def materials(document: Document, group: Group, decoder: Decoder, said: Mapping[str, float]) -> list[Option]:
    """The likely materials; the likeliest where none is likely enough, as an event here is always about some."""
    options = slots.materials(document, group, said)
    found = [o for _, o in chosen(decoder, "materials", options)]
    if found or not options:
        return found
    best = max(options, key=lambda o: decoder.probability("materials", o.features))
    return [best] if decoder.probability("materials", best.features) > 0.25 else []


def settle(values: dict[str, str | None], document: Document, group: Group) -> dict[str, str | None]:
    """What dates say of each other: "at once" is the day of the act, a term that starts on a day ends on a day, an end is no start."""
    text = " ".join(document.reads[i].text for i in group.reads)
    if values["effective"] is None and days.AT_ONCE.search(text) and values["date"] and len(values["date"]) == 10:
        values["effective"] = values["date"]
    if group.type in ENACTED and min(group.reads) <= 2 and notices.is_notice(document):
        values["effective"] = values["effective"] or notices.own_dates(document, group.reads)[0]
        values["date"] = values["date"] if values["date"] and len(values["date"]) == 10 else notices.signed(document) or values["date"]
    start = values["effective"] or values["date"]
    if values["until"] is None and start and (m := TERM.search(text)):
        values["until"] = dates.ending(start, m[0]) if group.type in TERMS else None
    if values["until"] and re.search(r"(?i)\bend of (?:19|20)\d\d", text) and len(values["until"]) == 4:
        values["until"] += "-12-31"
    for name in ("date", "effective"):
        if values["until"] and values[name] == values["until"]:
            values[name] = None
    return values


ENACTED = (
    "control_introduced", "control_eased", "control_suspended", "control_reinstated", "export_banned", "licence_rules_changed", "quota_set", "tariff_changed", "entity_listed",
)  # fmt: skip
TERMS = ("control_suspended", "export_banned", "entity_delisted", "tariff_changed", "licence_granted")
TERM = re.compile(
    rf"(?:for (?:a period of )?{dates.COUNT}[ -](?:days|months|years|year|month)\b(?=[^.]{{0,20}}\b(?:from|starting|beginning)\b)|{dates.COUNT}[ -](?:days|months|years|year|month) from\b"
    r"|(?:暂停|中止|停止)[^。；]{0,20}?(?:\d+|[一二两三六九十]+)(?:天|日|个月|年))",
    re.IGNORECASE,
)


# ---- is it one ---------------------------------------------------------------------------------------------------------------


def event_features(document: Document, filled: Filled, found: list[Filled], scores: Mapping[tuple[int, str], float]) -> dict[str, float]:
    """What tells a real event from a sentence that only sounds like one. `scores` are the log-odds of (sentence, type)."""
    group = filled.group
    own = sorted((scores.get((i, group.type), -4.0) for i in group.reads), reverse=True)
    best = max(group.reads, key=lambda i: scores.get((i, group.type), -4.0))
    rivals = [value for (i, kind), value in scores.items() if i == best and kind != group.type]
    stronger = max(rivals, default=-4.0) - own[0]
    here = [hit for i in group.reads for hit in document.reads[i].of("material")]
    fired = {t.type for i in group.reads for t in triggers.find(document.reads[i].text) if t.strong}
    names = [
        f"rank {min(sum(r > own[0] for r in rivals), 3)}", f"sentences {min(len(own), 3)}", f"title {0 in group.reads}", f"rule {group.type in fired}",
        f"focus {filled.focus}", f"status {filled.labels.get('status')}", f"certainty {filled.labels.get('certainty')}",
        f"material {'strong' if any(h.form != 'weak' for h in here) else 'weak' if here else 'none'}", f"jurisdictions {min(len(filled.jurisdictions), 2)}",
        f"date {bool(filled.date)}", f"instrument {bool(filled.instrument)}", f"actors {bool(filled.actors)}", f"recipients {bool(filled.recipients)}",
        f"of its type {min(sum(f.group.type == group.type for f in found), 4)}", f"of all {min(len(found), 8) // 2}", f"late {min(best, 12) // 3}",
    ]  # fmt: skip
    out = dict.fromkeys((*names, f"type {group.type}", *(f"{group.type} {n}" for n in names[:4])), 1.0)
    family = [
        f"of its family {min(sum(slots.FAMILY_OF[f.group.type] == slots.FAMILY_OF[group.type] for f in found), 4)}",
        f"language {document.language}",
    ]
    return (
        out
        | dict.fromkeys((*family, *siblings(filled, found, scores)), 1.0)
        | {"best": own[0], "second": own[1] if len(own) > 1 else 0.0, "rival": max(stronger, -3.0), f"best {slots.FAMILY_OF[group.type]}": own[0] / 2}
    )


def siblings(filled: Filled, found: list[Filled], scores: Mapping[tuple[int, str], float]) -> set[str]:
    """What candidates of other types share a sentence with this one: often the same act, seen as another type."""
    out: set[str] = set()
    kind, family = filled.group.type, slots.FAMILY_OF[filled.group.type]
    for other in found:
        shared = set(filled.group.reads) & set(other.group.reads)
        if other.group.type == kind or not shared:
            continue
        ahead = max(scores.get((i, other.group.type), -4.0) - scores.get((i, kind), -4.0) for i in shared)
        rank = "far stronger" if ahead > 2 else "stronger" if ahead > 0 else "weaker" if ahead > -2 else "far weaker"
        when = f"{agree(filled.date, other.date)} date {'same' if filled.focus == other.focus else 'other'} focus"
        out |= {f"beside {rank}", f"beside {rank} {when}", f"{kind} beside {other.group.type}", f"{kind} beside {other.group.type} {rank}"}
        out |= {
            f"{kind} beside {slots.FAMILY_OF[other.group.type]} {when}",
            f"{family} beside {rank} {'all' if shared == set(filled.group.reads) else 'part'}",
        }
    return out


def anchored(document: Document, group: Group) -> bool:
    """Whether a material of ours, or a list of entities, is named in the title or within three sentences of the event."""
    near = [read for read in document.reads if read.sentence.title or any(abs(read.index - i) <= 3 for i in group.reads)]
    return (
        any(hit.form != "weak" and hit.value not in COMMON for read in near for hit in read.of("material"))
        or any(read.of("law") or LISTS.search(read.text) for read in near)
        or numbered(near)
    )


def numbered(reads: Iterable[Read]) -> bool:
    """Whether a sentence names a notice on export control by its number."""
    return any(numbers.known_control(n) for read in reads for n in read.numbers)


COMMON = {"copper", "silver", "titanium", "uranium", "tin"}
LISTS = re.compile(
    r"entit(?:y|ies)[- ]list|unreliable entit|export[- ]control|general licen[cs]e|export (?:licen[cs]e|permit|ban|quota|curb)|concentrates\b|(?:ore|copper|tungsten|tin|zinc|lithium|nickel|cobalt|mineral|antimony|tantalum) concentrate|\bores?\b|smelt|管控名单|管控名單|实体清单|實體清單|不可靠|出口管制|关注名单|許可|许可|矿|礦",
    re.IGNORECASE,
)


def real(document: Document, found: list[Filled], scores: Mapping[tuple[int, str], float], decoder: Decoder) -> list[Filled]:
    """Only those that are events, each with its probability as score, in the order of the text."""
    judged = [replace(f, group=replace(f.group, score=decoder.probability("event", event_features(document, f, found, scores)))) for f in found]
    return sorted(
        (f for f in judged if f.group.score >= decoder.threshold("event") and anchored(document, f.group)), key=lambda f: min(f.group.reads)
    )


# ---- joining ----------------------------------------------------------------------------------------------------------------


def overlap(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if not a or not b:
        return "empty"
    return "same" if set(a) == set(b) else "shared" if set(a) & set(b) else "apart"


def agree(a: str | None, b: str | None) -> str:
    if not a or not b:
        return "unknown"
    return "same" if a == b else "compatible" if a.startswith(b) or b.startswith(a) else "apart"


def pair_features(document: Document, a: Filled, b: Filled) -> dict[str, float]:
    """What tells whether two groups of one type speak of one act."""
    kind = a.group.type
    near = min(abs(i - j) for i in a.group.reads for j in b.group.reads)
    line = {document.reads[i].sentence.line for i in a.group.reads} & {document.reads[i].sentence.line for i in b.group.reads}
    names = [
        f"distance {min(near, 4)}", f"same line {bool(line)}", f"focus {'same' if a.focus == b.focus else 'apart'} {a.focus}",
        f"status {'same' if a.labels.get('status') == b.labels.get('status') else 'apart'}", f"certainty {a.labels.get('certainty') == b.labels.get('certainty')}",
        f"title {0 in a.group.reads or 0 in b.group.reads}", f"jurisdictions {overlap(a.jurisdictions, b.jurisdictions)}",
        f"destinations {overlap(a.destinations, b.destinations)}", f"materials {overlap(a.materials, b.materials)}",
        f"recipients {overlap(a.recipients, b.recipients)}", f"actors {overlap(a.actors, b.actors)}", f"date {agree(a.date, b.date)}",
        f"effective {agree(a.effective, b.effective)}", f"until {agree(a.until, b.until)}", f"instrument {agree(a.instrument, b.instrument)}", f"type {kind}",
        f"title {0 in a.group.reads or 0 in b.group.reads} focus {a.focus == b.focus}",
    ]  # fmt: skip
    names += [f"{slots.FAMILY_OF[kind]} {name}" for name in names]
    return dict.fromkeys(names, 1.0)


def join(document: Document, groups: list[Group], decoder: Decoder, refill: Callable[[Group], Filled]) -> list[Filled]:
    """One event per act: joins the likeliest pair of one type, fills it anew, and goes on while a pair is likely enough."""
    filled = [refill(group) for group in groups]
    scores: dict[tuple[int, int], float] = {}
    while True:
        for i, a in enumerate(filled):
            for j in range(i + 1, len(filled)):
                if (id(a), id(filled[j])) not in scores and a.group.type == filled[j].group.type:
                    scores[id(a), id(filled[j])] = decoder.probability("same", pair_features(document, a, filled[j]))
        best = max(
            ((scores.get((id(a), id(b)), 0.0), i, j) for i, a in enumerate(filled) for j, b in enumerate(filled) if j > i), default=(0.0, 0, 0)
        )
        if best[0] < decoder.threshold("same"):
            return filled
        _, i, j = best
        filled[i] = refill(both(filled[i].group, filled[j].group))
        del filled[j]


def both(a: Group, b: Group) -> Group:
    """One group of two: the surer one's sentences first."""
    first, second = (a, b) if a.score >= b.score else (b, a)
    return replace(first, reads=tuple(dict.fromkeys((*first.reads, *second.reads))))
