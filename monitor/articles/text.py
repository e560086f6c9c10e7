"""From the page or the entry that a server sent to an `Article`: clean paragraphs, title, language, date. Pure.

trafilatura finds the article in the page; what it lets through and what publishers put between paragraphs is taken out before and after.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import trafilatura
from bs4 import BeautifulSoup
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from monitor.articles import published, urls
from monitor.articles.duplicates import fingerprint
from monitor.articles.languages import language, weight
from monitor.documents import decode, plain
from monitor.errors import ParseFailed
from monitor.model import Article, Fetched, Item, Source

__all__ = ["decode", "from_feed", "from_page", "language"]

LEAST_TEXT = 60
LEAST_ENTRY = 120
SHORT = 900
FURNITURE = (
    "caption|newsletter|related|recirc|recommend|read-?more|more-?(?:from|on|stories)|most-?(?:read|popular)|popular|promo|social|share|sharing|comment|"
    "advert|sponsor|subscribe|sign-?up|twitter-tweet|instagram-media|breadcrumb|byline-image|credit|copyright|trending|also-?(?:read|like)"
)
HEADINGS = (
    "more (?:from|on|in|news|stories)|related|recommended|explore|most (?:popular|read)|popular|read next|you (?:may|might) also|trending|"
    "latest (?:news|stories)|editor.?s picks|top stories|相关(?:阅读|新闻|链接|报道)|延伸阅读|推荐阅读|热门"
)
PRUNED = [
    "//*[starts-with(@id, 'onetrust') or re:test(concat(@id, ' ', @class), '(^|[ _-])(cookies?|consent|gdpr)($|[ _-])', 'i')]",
    "//figcaption",
    "//aside",
    "//nav",
    "//a[.//p or .//h1 or .//h2 or .//h3 or .//h4]",
    "//blockquote[contains(@class, 'twitter-tweet') or contains(@class, 'instagram-media')]",
    rf"//*[self::div or self::section or self::ul or self::p or self::span][re:test(@class, '(^|[\s_-])({FURNITURE})($|[\s_-])', 'i')]",
    f"//*[self::h2 or self::h3 or self::h4][re:test(normalize-space(.), '^({HEADINGS})', 'i')][string-length(normalize-space(.)) < 60]/..",
]
EXSLT = {"re": "http://exslt.org/regular-expressions"}
FURNITURE_LINE = re.compile(
    r"(?:read more|read also|see also|also read|related(?: stories| articles| coverage)?|recommended|more from|most popular|popular|explore|"
    r"sign up (?:for|to)|subscribe (?:to|now)|(?:image|photo|picture|file photo|source|credit)s?\s*[:：/]|advertisement|share this|follow us|"
    r"join our|get the latest|comments?$|watch:|click here|相关(?:阅读|新闻|链接|报道)|延伸阅读|推荐阅读|责任编辑|扫一扫|分享到)",
    re.I,
)
OBSTACLES = tuple(
    (re.compile(pattern, re.I | re.S), what)
    for pattern, what in (
        (
            "verify (?:that )?you are (?:a )?human|unusual traffic|are you a robot|just a moment|checking your browser|captcha|access denied|"
            "安全验证|验证码",
            "asks to prove that the reader is human",
        ),
        (
            r"(?:enable|turn on|requires?) javascript|javascript is (?:disabled|required)|启用\s*javascript",
            "shows its text to JavaScript only",
        ),
        (
            "(?:we|our partners).{0,80}(?:use|store).{0,80}cookies|we value your privacy|your privacy choices|accept (?:all )?cookies|"
            "cookie consent|manage (?:your )?consent",
            "is a consent page",
        ),
        (
            r"subscribe (?:now )?to (?:continue|read|unlock)|subscribers? only|(?:sign|log) in to (?:continue|read)|already a subscriber|"
            "this (?:article|content) is for subscribers|付费阅读|订阅后",
            "is behind a paywall",
        ),
        (
            "page (?:was |could )?not (?:be )?found|no longer (?:available|exists)|404 (?:error|not found)|页面不存在|页面没有找到",
            "says that the page does not exist",
        ),
    )
)
BLOCKS = [
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "table",
    "section",
    "article",
    "dd",
    "dt",
    "pre",
    "hr",
]


def from_page(item: Item, source: Source, fetched: Fetched, now: datetime) -> Article:
    """The article of a page. Raises ParseFailed where the page holds none: an empty, consent, paywall or error page, or another document."""
    went_home(item, fetched)
    markup = decode(fetched.body, fetched.content_type)
    tree = parsed(markup, fetched.url)
    zone_language = language_of(tree, item, source)
    dates = published.candidates(tree, zone_language)
    title = title_of(tree, item, source)
    text = article_text(tree, fetched.url, title)
    refuse_obstacles(text, title, fetched.url)
    when, zone = published.best(dates, item, now)
    return article(item, source, now, url=fetched.url or item.url, title=title, text=text, published=when, zone=zone, text_from="page")


def went_home(item: Item, fetched: Fetched) -> None:
    """A deep address that leads to the home page is an article taken down. Raises ParseFailed."""
    if len(urls.path(item.url)) > 1 and len(urls.path(fetched.url)) <= 1 and item.url != fetched.url:
        raise ParseFailed(f"{item.url} leads to the home page {fetched.url}: the article is gone")


def parsed(markup: str, url: str) -> HtmlElement:
    """The page's tree. Raises ParseFailed for what is no markup."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    if markup.startswith("%PDF"):
        raise ParseFailed(f"{url} is a PDF, not a web page")
    try:
        tree: HtmlElement = lxml_html.document_fromstring(markup.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseFailed(f"{url} holds no web page: {error}") from error
    return tree


def language_of(tree: HtmlElement, item: Item, source: Source) -> str | None:
    declared = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    return source.language or item.language or declared or None


def title_of(tree: HtmlElement, item: Item, source: Source) -> str:
    """The headline: of the page's own metadata, else the one heading, else the item's; without the name of the site."""
    metadata = [
        str(found)
        for found in tree.xpath("//meta[@property='og:title' or @name='og:title' or @name='twitter:title' or @name='ArticleTitle']/@content")
    ]
    headings = [heading.text_content() for heading in tree.xpath("//h1")]
    names = [str(found) for found in tree.xpath("//title/text()")]
    for found in (*metadata[:1], *(headings if len(headings) == 1 else []), item.title, *names, *metadata):
        if title := without_site(plain(found), [source.outlet, *tree.xpath("//meta[@property='og:site_name']/@content")]):
            return title
    return ""


def without_site(title: str, sites: list[str]) -> str:
    """A title without " | Site" at its end."""
    parts = re.split(r"\s+(?:[|*·–—-]|::)\s+|\s*[|_]\s*(?=\S+$)", title)
    known = {re.sub(r"\W", "", site).lower() for site in sites if site}
    while len(parts) > 1 and re.sub(r"\W", "", parts[-1]).lower() in known:
        title = title[: title.rindex(parts.pop())].rstrip(" |*·–—-_:")
    return title


def article_text(tree: HtmlElement, url: str, title: str) -> str:
    """Paragraphs of the article in the page. The tree is used up."""
    whole = published.json_text(tree)
    for path in PRUNED:
        for found in tree.xpath(path, namespaces=EXSLT):
            if found.getparent() is not None and not is_article(found, tree):
                found.drop_tree()
    document = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    found_text = (document.text if document is not None and not isinstance(document, dict) else "") or ""
    paragraphs = list(cleaned(found_text.split("\n"), title))
    text = "\n\n".join(paragraphs)
    if weight(whole) > 1.6 * weight(text):
        text = "\n\n".join(cleaned(re.split(r"\n+", whole), title))
    return text


def is_article(part: HtmlElement, tree: HtmlElement) -> bool:
    """Whether a part that looks like furniture holds the article after all: much of the page's long paragraphs."""
    inside = long_paragraphs(part)
    return inside > 600 or inside > 0.3 * long_paragraphs(tree)


def long_paragraphs(tree: HtmlElement) -> int:
    """Characters in paragraphs that are sentences rather than labels or links."""
    return sum(size for p in tree.iter("p") if (size := len(p.text_content())) > 100)


def cleaned(lines: list[str], title: str) -> Iterator[str]:
    """Paragraphs without furniture, without the headline repeated, each once where it is repeated at once."""
    before = ""
    bare_title = bare(title)
    for line in lines:
        paragraph = plain(line)
        short = weight(paragraph) < 200
        if not paragraph or paragraph == before or (short and (FURNITURE_LINE.match(paragraph) or bare(paragraph) == bare_title)):
            continue
        before = paragraph
        yield paragraph


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def refuse_obstacles(text: str, title: str, url: str) -> None:
    """Raises ParseFailed for a page whose few words are no article."""
    if weight(text) < LEAST_TEXT:
        raise ParseFailed(f"{url} has no article text")
    if weight(text) < SHORT:
        for pattern, what in OBSTACLES:
            if pattern.search(text) or pattern.search(title):
                raise ParseFailed(f"{url} {what}")


def from_feed(item: Item, source: Source, now: datetime) -> Article | None:
    """The article that an entry carries itself; None when it has too little text."""
    text = "\n\n".join(cleaned(paragraphs_of(item.content or item.summary), item.title))
    if weight(text) < LEAST_ENTRY:
        return None
    believed = item.published if item.published is not None and item.published <= now else None
    return article(
        item, source, now, url=item.url, title=item.title, text=text, published=believed, zone=item.zone if believed else None, text_from="feed"
    )


def paragraphs_of(markup: str) -> list[str]:
    """The block-level pieces of a fragment of HTML as text."""
    if "<" not in markup:
        return re.split(r"\n\s*\n", markup)
    soup = BeautifulSoup(markup, "lxml")
    for tag in soup(["script", "style", "figcaption", "noscript", "iframe"]):
        tag.decompose()
    for tag in soup(BLOCKS):
        tag.insert_before("\n\n")
        tag.insert_after("\n\n")
    return re.split(r"\n\n+", soup.get_text())


def article(
    item: Item, source: Source, now: datetime, *, url: str, title: str, text: str, published: datetime | None, zone: int | None, text_from: str
) -> Article:
    return Article(
        id=urls.article_id(url) if url else item.id,
        source=source.name,
        url=url,
        outlet=source.outlet,
        title=title or item.title,
        text=text,
        language=language(f"{title}\n{text}"),
        fetched=now,
        published=published,
        zone=zone,
        official=source.official,
        fingerprint=fingerprint(text),
        text_from="feed" if text_from == "feed" else "page",
    )
