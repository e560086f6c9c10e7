# ruff: noqa: E501  patterns read better on one line
"""Who acts and who receives: bodies, people and firms near an event, under their canonical names, with features for the decoder."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.extraction import lexicon
from monitor.extraction.lexicon import Hit
from monitor.extraction.reading import Document, Read, codes_of
from monitor.extraction.slots import SAYS, Group, Option, around, typed, where

Recognise = Callable[[Read], None]  # fills `read.doc.ents` once

MINISTRY = re.compile(
    r"\b(?:(?P<of>(?i:ministry|department)) (?i:of|for) (?P<topic1>(?:the )?[A-Z][\w]+(?:(?:,)? (?:and |& |of )?[A-Z][\w]+){0,5})"
    r"|(?P<topic2>[A-Za-z]+(?:(?:,)? (?:and )?[a-zA-Z]+)?) (?P<min>[Mm]inistry|[Dd]epartment)\b)"
)
STOP_TOPICS = frozenset(
    "the a an this that its his her their our same said his each every another one and by of other that's no any former foreign".split()
)
TOPICS = {
    "mines": "Ministry of Mines", "mining": "Ministry of Mining", "trade": "Ministry of Trade", "industry": "Ministry of Industry", "energy": "Ministry of Energy",
    "commerce": "Ministry of Commerce", "finance": "Ministry of Finance", "foreign": "Ministry of Foreign Affairs", "economy": "Ministry of Economy",
    "defence": "Ministry of Defence", "defense": "Ministry of Defense", "interior": "Ministry of Interior", "environment": "Ministry of Environment",
}  # fmt: skip
OFFICE = re.compile(
    r"(?:minister|secretary|spokes(?:man|woman|person)|commissioner|president|premier|chancellor|ambassador|governor|chairman|chairwoman|chief|director|director-general|official|senator|sens?\.|judge|envoy|negotiator|justice|commander|colonel|head|deputy|representative|chief executive|congress(?:man|woman))\b[\w ,'’&-]{0,60}$",
    re.IGNORECASE,
)
OFFICE_AFTER = re.compile(
    r"^,? (?:the |its |a |an |his |her |their |[A-Z][\w']+(?:'s)? )?(?:[\w-]+ ){0,4}(?:minister|secretary|spokes(?:man|woman|person)|commissioner|president|premier|ambassador|governor|chairman|chief|director|official|senator|judge|head|executive|founder|manager|owner)\b",
    re.IGNORECASE,
)
FIRM_END = re.compile(
    r"\b(?:Inc|Corp|Ltd|Limited|Group|Holdings|Co|LLC|PLC|plc|AG|GmbH|SA|BV|AB|Oy|NV|KK|Metals|Materials|Motors|Motor|Magnetics|Resources|Industries|Mining|Minerals|Technologies|Technology|Systems|Electric|Drives|Antriebe|Steel|Energy|Aerospace|Aerial|Rare Earths?|Tungsten|Cobalt|Lithium|Chemicals?|Precision|Electronics|Trading|Optics|Robotics|Dynamics|Solutions|International|Imaging)\b\.?$"
)
BODY_END = re.compile(
    r"\b(?:Ministry|Department|Commission|Agency|Authority|Bureau|Court|Council|Parliament|Assembly|Senate|Cabinet|Committee|Office|Bank|Fund|Board|Administration|Service|Corporation|Customs|Directorate|Embassy|Police|Army|Association|Chamber|Organization)\b"
)
FIRM_ZH = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()·]{2,24}?(?:股份有限公司|有限责任公司|有限公司|株式会社|集团|公司|大学校|研究院|研究所|研究开发机构)(?:（[^）]{2,40}）)?|[A-Z][A-Za-z&.]+(?: [A-Z][A-Za-z&.]+){0,4}"
)
LATIN_IN_BRACKETS = re.compile(r"（([A-Z][^）]{2,50})）")
OFFICIAL_ZH = re.compile(
    r"(?:部长|部長|主席|发言人|發言人|总统|總統|首相|总理|總理|局长|局長|大使|署长|署長|司长|司長|委员|專員|专员|国务卿|财长|財長|贸长|經長)"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A body, person or firm named in a sentence. `kind`: body person firm; `source`: how it was found; `code`: its government, if any."""

    kind: str
    value: str
    source: str
    code: str
    start: int
    end: int


def governed(read: Read, hit: Hit) -> str:
    """The government that the words right before a body name ("Japan's trade ministry", "the Dutch economy ministry")."""
    for other in read.of("place"):
        if -1 <= hit.start - other.end <= 4:
            return other.value.split("_")[0]
    return ""


def resolved(read: Read, hit: Hit, default: str) -> Name:
    """A body named by a short form: whose it is, from the words beside it or from the event."""
    code = governed(read, hit) or default
    told = lexicon.short_bodies().get((hit.text.lower(), code))
    if told:
        return Name("body", told, "short", code, hit.start, hit.end)
    return Name("body", ministry(hit.text) or hit.text, "foreign short", code, hit.start, hit.end)


def ministry(text: str) -> str | None:
    """ "mines ministry" -> "Ministry of Mines"; a name in capitals is kept."""
    if re.match(r"(?:the )?(?:Ministry|Department) (?:of|for) [A-Z]", text):
        return re.sub(r"^the ", "", text)
    topic = re.sub(r"\s+(?:ministry|department)$", "", text, flags=re.IGNORECASE).lower()
    if topic in TOPICS:
        return TOPICS[topic]
    if " and " in topic:
        return "Ministry of " + " and ".join(part.title() for part in topic.split(" and "))
    return None


def names(document: Document, read: Read, default: str) -> Iterator[Name]:
    """Whatever acts or receives in a sentence, without repeats of one place in the text."""
    taken: list[tuple[int, int]] = []
    for name in known_names(read, default):
        taken.append((name.start, name.end))
        yield name
    if "names" not in read.doc.user_data and (document.language == "zh" or read.doc.user_data.get("named")):
        read.doc.user_data["names"] = tuple(chinese_names(read) if document.language == "zh" else recognised(read))
    found = read.doc.user_data.get("names", ())
    for name in found:
        if not any(name.start < end and start < name.end for start, end in taken):
            yield name


def known_names(read: Read, default: str) -> Iterator[Name]:
    for hit in read.hits:
        if hit.kind == "body":
            if hit.form == "short":
                yield resolved(read, hit, default)
            else:
                body = lexicon.bodies()[int(hit.value)]
                yield Name("body", body.name, "full", body.code, hit.start, hit.end)
        elif hit.kind == "person" and (hit.form == "full" or usual(read, hit)):
            person = lexicon.people()[hit.value]
            yield Name("person", person.name, hit.form, person.code, hit.start, hit.end)
            if person.body:
                yield Name("body", person.body, "implied", person.code, hit.start, hit.end)
        elif hit.kind == "firm":
            yield Name("firm", hit.value, "full", "", hit.start, hit.end)
    covered = [(h.start, h.end) for h in read.of("body")]
    for m in MINISTRY.finditer(read.text):
        topic = m["topic1"] or m["topic2"]
        if any(m.start() < end and start < m.end() for start, end in covered) or (topic.split()[0].lower() in STOP_TOPICS and not m["topic1"]):
            continue
        if m["min"] and m["min"].lower() == "department" and not m["of"]:
            continue
        value = ministry(m[0])
        if value:
            hit = Hit("body", "", "short", m.start(), m.end(), m[0])
            code = governed(read, hit) or default
            told = lexicon.short_bodies().get((m[0].lower(), code))
            yield Name("body", told or value, "pattern", code, m.start(), m.end())


def usual(read: Read, hit: Hit) -> bool:
    """A family name alone is the office holder unless another first name stands before it."""
    before = read.text[: hit.start].rstrip()
    return not re.search(r"\b[A-Z][a-z]+$", before) or bool(
        re.search(
            r"(?:President|Minister|Secretary|Premier|Mr|Ms|Commissioner|Chief|Chancellor|Chairman|Ambassador|Vice|with|and|Leader|Presidents)$",
            before,
        )
    )


def recognised(read: Read) -> Iterator[Name]:
    """Names that the pretrained recogniser found; what they are is told by their last word and by an office beside them."""
    for ent in read.doc.ents:
        text = re.sub(r"^(?:the|The) ", "", ent.text).strip(" ,.'’\"“”")
        text = re.sub(r"['’]s$", "", text)
        start = ent.start_char + ent.text.find(text)
        if len(text) < 3 or not text[0].isupper() or "\n" in text:
            continue
        end = start + len(text)
        if any(h.kind in ("place", "material", "law") and h.start <= start and end <= h.end for h in read.hits):
            continue
        if ent.label_ == "PERSON":
            office = OFFICE.search(read.text[max(0, start - 70) : start]) or OFFICE_AFTER.match(read.text[end : end + 60])
            yield Name("person", text, "office" if office else "recognised", "", start, end)
        elif ent.label_ in ("ORG", "PRODUCT", "FAC"):
            kind = "body" if BODY_END.search(text) else "firm"
            yield Name(kind, text, "recognised firm" if FIRM_END.search(text) else "recognised", "", start, end)


def chinese_names(read: Read) -> Iterator[Name]:
    for m in FIRM_ZH.finditer(read.text):
        text = re.sub(r"^.*?(?:对|将|把|与|和|及|、|向|为|給|给|在|称|稱|，|是)(?=[\u4e00-\u9fff]{4,})", "", m[0]) if not m[0].isascii() else m[0]
        start = m.end() - len(text)
        latin = LATIN_IN_BRACKETS.search(text)
        value = latin[1] if latin else text
        if len(value) >= 3:
            yield Name("firm", value, "latin" if value.isascii() else "chinese firm", "", start, m.end())


def options(document: Document, group: Group, jurisdictions: tuple[str, ...], recognise: Recognise) -> list[Option]:
    """Everyone who may act or receive in an event, with features; one list serves both fields, under different weights."""
    default = jurisdictions[0] if jurisdictions else next((code for code, _ in document.places.most_common(1)), "")
    out: dict[str, Option] = {}
    near = [read for read in document.reads if where(group, read) in ("in", "prev", "next", "title", "lead")]
    for read in near:
        if read.index in group.reads:
            recognise(read)
        position = where(group, read)
        for order, name in enumerate(names(document, read, default)):
            if position != "in" and name.source.startswith(("recognised", "chinese", "latin", "office")):
                continue
            option = out.setdefault(name.value, Option(name.value))
            option.mentions.append((read.index, name.start, name.end))
            option.add(*typed(group, name_features(read, name, position, order, jurisdictions)))
    for option in out.values():
        option.add(f"of {min(len(out), 5)}", f"count {min(len(option.mentions), 3)}")
    return list(out.values())


def name_features(read: Read, name: Name, position: str, order: int, jurisdictions: tuple[str, ...]) -> list[str]:
    before, after = around(read, name.start, name.end)
    ours = "ours" if name.code in jurisdictions and name.code else "stateless" if not name.code else "foreign"
    out = [f"{position}:{name.kind}", f"{position}:{name.kind}:{name.source}", f"{position}:{name.kind}:{ours}"]
    if position == "in":
        out += [
            f"{name.kind}:before {before}", f"{name.kind}:after {after}", f"{name.kind}:{ours}:{'first' if order == 0 else 'later'}",
            f"{name.kind}:{ours}:{'speaks' if SAYS.search(read.text[max(0, name.start - 25) : name.end + 40]) else 'silent'}",
        ]  # fmt: skip
        if "(" in read.text[max(0, name.start - 2) : name.start] or position_of_dateline(read, name):
            out.append("in brackets")
    elif position == "title":
        out.append(f"title:{name.kind}:{ours}")
    return out


def position_of_dateline(read: Read, name: Name) -> bool:
    """ "TOKYO, Jan 7 (Northgate) -": an agency's name before the story starts."""
    return (
        bool(re.match(r"[^a-z]{0,40}\(?[\w ]*\)?\s*[-–—:]{1,2}\s", read.text))
        and name.end < 50
        and bool(re.match(r"\)?\s*(?:[-–—]|--)", read.text[name.end : name.end + 4]))
    )


def of_codes(read: Read) -> set[str]:
    return {code for hit in read.hits for code, _ in codes_of(hit)}
