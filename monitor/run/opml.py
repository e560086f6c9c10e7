"""Subscriptions in and out as OPML."""

import re
from pathlib import Path
from xml.etree import ElementTree

from lxml import etree

from monitor.errors import BadInput
from monitor.model import Source


def written(sources: tuple[Source, ...]) -> str:
    """OPML 2.0 of the sources; ministries' listing pages are kept with their kind."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Sources of the rare-earth monitor"
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        kind = "rss" if source.kind == "feed" else source.kind
        ElementTree.SubElement(body, "outline", type=kind, text=source.outlet, title=source.name, xmlUrl=source.url)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def read(file: Path) -> list[tuple[str, str, str]]:
    """(title, address, kind) of each outline with an address. Raises BadInput when FILE is no OPML."""
    try:
        root = etree.fromstring(file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, recover=False))
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise BadInput(f"{file}: is no OPML: {error}") from error
    if etree.QName(root).localname != "opml":
        raise BadInput(f"{file}: is no OPML: its outermost element is <{etree.QName(root).localname}>")
    found = [
        (str(o.get("text") or o.get("title") or o.get("xmlUrl")), str(o.get("xmlUrl")), str(o.get("type") or "rss"))
        for o in root.iter("outline")
        if o.get("xmlUrl")
    ]
    if not found:
        raise BadInput(f"{file}: holds no outline with an xmlUrl")
    return found


def as_toml(feeds: list[tuple[str, str, str]], every: str) -> str:
    """The config.toml lines that subscribe to these feeds."""
    names: set[str] = set()
    blocks = []
    for title, url, kind in feeds:
        name = unused(slug(title) or slug(url), names)
        names.add(name)
        kind = "page" if kind == "page" else "feed"
        blocks.append(f'[sources.{name}]\nkind = "{kind}"\nurl = {quoted(url)}\noutlet = {quoted(title)}\nevery = {quoted(every)}\n')
    return "\n".join(blocks)


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")


def unused(name: str, names: set[str]) -> str:
    name = name or "feed"
    return name if name not in names else next(f"{name}-{n}" for n in range(2, len(names) + 3) if f"{name}-{n}" not in names)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isprintable() else " " for c in escaped)}"'
