"""A page that lists items as links, as ministries publish their announcements.

Without a selector the links are found by themselves: the largest group of links that stand alike in the page and read like headlines.
A page without such links is a ParseFailed, never silently empty: a redesign must not look like a quiet week.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag

from monitor.documents import Moment, decode, from_groups, loose, plain
from monitor.errors import ParseFailed
from monitor.model import Fetched, Item, Source, digest
from monitor.options import option
from monitor.sources.links import TIMEZONE, address, dated, known_zone

FURNITURE = ("nav", "header", "footer", "aside", "form", "select")
FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|breadcrumbs?|crumbs?|footer|header|pagination|pager|sidebar|share|social|tags?)(?:$|[\s_-])", re.I
)
DATE_IN_ADDRESS = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/_]?(?P<month>0[1-9]|1[0-2])[-/_]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")
HAN = re.compile(r"[\u3400-\u9fff]")
HEADLINE = 12
TOP = ("body", "html", "[document]")
ITEM_BLOCKS = ("li", "tr", "article", "dd", "dt", "p", "div", "section")


def selector(value: str | None) -> str | None:
    """What is wrong with a CSS selector, or None."""
    try:
        soupsieve.compile(value or "*")
    except soupsieve.SelectorSyntaxError as error:
        return f'"{value}" is no CSS selector: {str(error).splitlines()[0]}'
    return None


def expression(value: str | None) -> str | None:
    """What is wrong with a regular expression, or None."""
    try:
        re.compile(value or "")
    except re.error as error:
        return f'"{value}" is no regular expression: {error}'
    return None


def date_expression(value: str | None) -> str | None:
    """What is wrong with a regular expression for dates, or None."""
    if value is None or (wrong := expression(value)):
        return wrong if value is not None else None
    groups = set(re.compile(value).groupindex)
    return (
        None
        if {"year", "month", "day"} <= groups or {"year", "name", "day"} <= groups
        else f'"{value}" lacks groups. Allowed: (?P<year>...), (?P<month>...) or (?P<name>...), (?P<day>...)'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    links: str | None = option(
        "CSS selector of the links, or of the blocks that hold one link each; found by itself when left out.", default=None, check=selector
    )
    match: str | None = option("Regular expression that an item's address must contain.", default=None, check=expression)
    dates: str | None = option("CSS selector of the date inside an item's block; found beside the link when left out.", default=None, check=selector)
    pattern: str | None = option(
        "Regular expression with the groups year, month (or name) and day for dates that are written unusually.", default=None, check=date_expression
    )
    timezone: str | None = option(TIMEZONE, default=None, check=known_zone)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be an item."""

    tag: Tag
    url: str
    title: str


def items(fetched: Fetched, source: Source) -> tuple[Item, ...]:
    """The items that a listing page links to, each address once. Raises ParseFailed when there are none."""
    options = source.options if isinstance(source.options, Options) else Options()
    soup = BeautifulSoup(decode(fetched.body, fetched.content_type), "lxml")
    base = soup.find("base", href=True)
    root = address(fetched.url, str(base["href"])) if isinstance(base, Tag) else fetched.url
    found = once(chosen(soup, root or fetched.url, fetched.url, options))
    if not found:
        raise ParseFailed(f"{fetched.url} has no links to items{sought(options)}")
    return tuple(item(link, block, source, options) for link, block in zip(found, blocks(found), strict=True))


def sought(options: Options) -> str:
    told = [f'{name} = "{value}"' for name, value in (("links", options.links), ("match", options.match)) if value]
    return f" for {' and '.join(told)}" if told else ""


def chosen(soup: BeautifulSoup, root: str, page: str, options: Options) -> list[Link]:
    """The links that are items, by the selector or by themselves."""
    if options.links:
        tags: Iterator[Tag] = (tag if tag.name == "a" else tag.find("a", href=True) or tag for tag in soup.select(options.links))
        return [link for tag in tags if (link := as_link(tag, root, page, options))]
    candidates = [link for tag in soup.find_all("a", href=True) if (link := as_link(tag, root, page, options))]
    return best_group(candidates)


def as_link(tag: Tag, root: str, page: str, options: Options) -> Link | None:
    """The link of an <a>; None when it leads nowhere, back to this page, or to what `match` excludes."""
    url = address(root, str(tag.get("href") or ""))
    title = words_of(tag)
    if not url or not title or url.partition("#")[0] == page.partition("#")[0]:
        return None
    return None if options.match and not re.search(options.match, url) else Link(tag, url, title)


def words_of(tag: Tag) -> str:
    """What a link says; its `title` where the words are cut short or missing."""
    shown, told = plain(tag.get_text(" ")), plain(str(tag.get("title") or ""))
    return told if told and (not shown or shown.endswith(("...", "…", ".."))) else shown


def best_group(candidates: list[Link]) -> list[Link]:
    """The group of links with the same place in the page's structure that reads most like a list of headlines."""
    groups: dict[tuple[str, ...], list[Link]] = defaultdict(list)
    for link in candidates:
        if weight(link.title) >= HEADLINE and not in_furniture(link.tag):
            groups[place(link.tag)].append(link)
    return max(groups.values(), key=worth, default=[])


def weight(text: str) -> int:
    """Length in letters; a Chinese character says as much as three."""
    return len(text) + 2 * len(HAN.findall(text))


def in_furniture(tag: Tag) -> bool:
    return any(parent.name in FURNITURE or FURNITURE_NAMES.search(names(parent)) for parent in tag.parents if parent.name not in TOP)


def names(tag: Tag) -> str:
    """Class and id of a tag as one string."""
    return " ".join(str(value) for value in (*tag.get_attribute_list("class"), tag.get("id")) if value)


def place(tag: Tag) -> tuple[str, ...]:
    """Where a link stands: the tags around it, those near it with their classes."""
    around = [parent.name for parent in tag.parents]
    near = [re.sub(r"\d+", "", f"{parent.name} {names(parent)}") for parent, _ in zip(tag.parents, range(2), strict=False)]
    return (*near, *around[2:])


def worth(group: list[Link]) -> float:
    """Headlines are long, dated, and lead to different pages of one site."""
    distinct = {link.url: link for link in group}.values()
    return sum(min(weight(link.title), 90) + (60 if near_date(link.tag) else 0) for link in distinct)


def near_date(tag: Tag) -> bool:
    block = tag.find_parent(ITEM_BLOCKS)
    return block is not None and loose(block.get_text(" ")[:1000]) is not None


def once(links: list[Link]) -> list[Link]:
    """Each address once, with its longest title: an image and a headline often lead to the same page."""
    best: dict[str, Link] = {}
    for link in links:
        if link.url not in best or len(link.title) > len(best[link.url].title):
            best[link.url] = link
    return list(best.values())


def item(link: Link, block: Tag, source: Source, options: Options) -> Item:
    published, zone = date_of(link, block, source, options)
    return Item(
        id=digest("item", link.url),
        source=source.name,
        key=link.url,
        url=link.url,
        title=headline(link.title),
        published=published,
        zone=zone,
        language=source.language,
    )


def headline(title: str) -> str:
    """A link's words without the date that stands before or after them."""
    return re.sub(r"^[\[(【]?20\d\d[-/.年]\d\d?[-/.月]\d\d?日?[\])】]?\s+|\s*[\[(【]?20\d\d[-/.年]\d\d?[-/.月]\d\d?日?[\])】]?$", "", title) or title


def blocks(links: list[Link]) -> list[Tag]:
    """For each link the largest element around it that holds no other item's link."""
    chains = [[link.tag, *(parent for parent in link.tag.parents if parent.name not in TOP)] for link in links]
    held = Counter(id(tag) for chain in chains for tag in chain)
    return [max((tag for tag in chain if held[id(tag)] == 1), key=chain.index, default=link.tag) for chain, link in zip(chains, links, strict=True)]


def date_of(link: Link, block: Tag, source: Source, options: Options) -> Moment:
    """The date beside a link, else the one in its address; unknown when neither says one."""
    for written in written_dates(link, block, options):
        if options.pattern and (found := re.search(options.pattern, written)):
            return dated(as_written(from_groups(found)), source.language, options.timezone)
        if loose(written) or "T" in written:
            return dated(written, source.language, options.timezone)
    found = DATE_IN_ADDRESS.search(urlsplit(link.url).path)
    return dated(as_written(from_groups(found)), source.language, options.timezone) if found else (None, None)


def as_written(found: datetime | None) -> str:
    return found.isoformat() if found else ""


def written_dates(link: Link, block: Tag, options: Options) -> Iterator[str]:
    """Where an item's date may stand, the surest place first."""
    if options.dates:
        yield from (plain(tag.get_text(" ")) for tag in block.select(options.dates))
    yield from (str(tag["datetime"]) for tag in block.find_all("time", datetime=True))
    whole = plain(block.get_text(" "))[:2000]
    yield whole.replace(plain(link.tag.get_text(" ")), " ", 1)
    yield whole
