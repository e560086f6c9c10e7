"""From pages and entries to articles: cases of whole pages, and single promises."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.articles import duplicates, text, urls
from monitor.errors import ParseFailed
from monitor.model import Article, Fetched, Item, Source

CASES = Path(__file__).parents[1] / "cases" / "pages"
NOW = datetime(2025, 12, 5, tzinfo=UTC)
URL = "https://news.example/world/story-1.html"
SOURCE = Source(name="s", kind="feed", url="https://news.example/feed", every=timedelta(hours=1), outlet="The Example")
ITEM = Item(id="i", source="s", key="k", url=URL, title="As the feed says")
CHINESE = "海关总署今日公布了磁材样品登记办法，经营者寄送样品前应当办理登记手续。" * 5
LONG = "The ministry said on Thursday that exporters of these goods need a licence from now on. " * 4


def page(
    head: str = "", body: str = "", url: str = URL, content_type: str = "text/html; charset=utf-8", item: Item = ITEM, source: Source = SOURCE
) -> Article:
    markup = f"<html lang='en'><head>{head}</head><body><article>{body}</article></body></html>"
    return text.from_page(item, source, Fetched(url=url, status=200, body=markup.encode(), content_type=content_type), NOW)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.html")), ids=lambda path: path.name)
def test_page(path: Path) -> None:
    case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    item = replace(ITEM, url=case["url"])
    source = replace(SOURCE, outlet=case.get("outlet", ""), language=case.get("source_language"))
    fetched = Fetched(url=case["url"], status=200, body=path.read_bytes(), content_type=case.get("content_type", "text/html"))
    if "error" in case:
        with pytest.raises(ParseFailed) as caught:
            text.from_page(item, source, fetched, NOW)
        assert str(caught.value) == case["error"]
        return
    found = text.from_page(item, source, fetched, NOW)
    told = {"title": found.title, "text": found.text.split("\n\n"), "language": found.language, "zone": found.zone}
    told["published"] = found.published.isoformat() if found.published else None
    assert told == {name: case[name] for name in told}


@pytest.mark.parametrize(
    ("head", "published", "zone"),
    [
        ('<meta property="article:published_time" content="2025-12-04T20:40:00+08:00">', datetime(2025, 12, 4, 12, 40, tzinfo=UTC), 480),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-12-04T12:40:00Z"}</script>',
            datetime(2025, 12, 4, 12, 40, tzinfo=UTC),
            0,
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":["NewsArticle"],"datePublished":"2025-12-03"}]}</script>',
            datetime(2025, 12, 3, tzinfo=UTC),
            None,
        ),
        (
            '<script type="application/ld+json">{broken</script><meta name="PubDate" content="2025-12-03 09:00">',
            datetime(2025, 12, 3, 9, tzinfo=UTC),
            None,
        ),
        (
            '<meta name="date" content="2025-12-03"><meta name="created" content="2025-12-03T08:00:00+01:00">',
            datetime(2025, 12, 3, 7, tzinfo=UTC),
            60,
        ),
        ('<meta property="article:published_time" content="2031-01-01T00:00:00Z">', None, None),
        ("", None, None),
    ],
)
def test_dates_of_pages(head: str, published: datetime | None, zone: int | None) -> None:
    found = page(head, f"<p>{LONG}</p>")
    assert (found.published, found.zone) == (published, zone)


def test_the_items_date_stands_in_and_a_later_one_is_not_believed() -> None:
    said = replace(ITEM, published=datetime(2025, 12, 1, 8, tzinfo=UTC), zone=60)
    assert (page(body=f"<p>{LONG}</p>", item=said).published, page(body=f"<p>{LONG}</p>", item=said).zone) == (said.published, 60)
    ahead = replace(ITEM, published=NOW + timedelta(days=2), zone=60)
    assert (page(body=f"<p>{LONG}</p>", item=ahead).published, page(body=f"<p>{LONG}</p>", item=ahead).zone) == (None, None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "has no article text"),
        ("<div id=app></div>", "has no article text"),
        ("<p>We value your privacy. We and our partners store cookies on your device to show you things you may like.</p>", "is a consent page"),
        ("<p>Please enable JavaScript and reload the page to continue to the site that you asked for.</p>", "shows its text to JavaScript only"),
        (
            "<p>Please verify you are a human by completing the action below before you go on to the site.</p>",
            "asks to prove that the reader is human",
        ),
        ("<p>Beijing tightened its grip on Thursday. Subscribe to continue reading this story and many others.</p>", "is behind a paywall"),
        (
            "<p>Sorry, the page was not found on this server. It may have been moved or deleted by its author.</p>",
            "says that the page does not exist",
        ),
    ],
)
def test_pages_without_an_article_say_why(body: str, words: str) -> None:
    with pytest.raises(ParseFailed, match=words):
        page(body=body)


def test_a_story_that_leads_home_is_gone() -> None:
    with pytest.raises(ParseFailed, match="leads to the home page"):
        page(body=f"<p>{LONG}</p>", url="https://news.example/")


def test_a_pdf_is_no_page() -> None:
    with pytest.raises(ParseFailed, match="is a PDF"):
        text.from_page(ITEM, SOURCE, Fetched(url=URL, status=200, body=b"%PDF-1.7 x", content_type="application/pdf"), NOW)


def test_from_feed_keeps_paragraphs_and_refuses_too_little() -> None:
    content = (
        f"<p>{LONG}</p><figure><figcaption>A photo</figcaption></figure><ul><li>First &amp; last</li></ul><script>x()</script><p>Read more: other</p>"
    )
    found = text.from_feed(replace(ITEM, content=content), SOURCE, NOW)
    assert found is not None
    assert found.text.split("\n\n") == [LONG.strip(), "First & last"]
    assert (found.text_from, found.title, found.published) == ("feed", "As the feed says", None)
    assert text.from_feed(replace(ITEM, summary="Too little."), SOURCE, NOW) is None
    assert (
        text.from_feed(
            replace(ITEM, summary="商务部今日宣布对部分中重稀土相关物项实施出口管制，自公布之日起施行，出口经营者应当申请许可。"), SOURCE, NOW
        )
        is not None
    )


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("稀土".encode(), "text/html; charset=gbk", "稀土"),
        ("<meta charset=gb2312>出口管制喆".encode("gb18030"), "text/html", "<meta charset=gb2312>出口管制喆"),
        ("出口管制措施公告".encode("gb18030"), "text/html; charset=GB2312", "出口管制措施公告"),
        ("輸出管理の見直し".encode("shift_jis"), "text/html; charset=Shift_JIS", "輸出管理の見直し"),
        ("輸出".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "輸出"),
        (b"\xef\xbb\xbfx", "", "x"),
        ("né".encode("utf-16"), "", "né"),
        ("“né”".encode("cp1252"), "text/html; charset=iso-8859-1", "“né”"),
        (CHINESE.encode("gb18030"), "text/html; charset=no-such-charset", CHINESE),
        (b"plain", "", "plain"),
        (b"", "", ""),
    ],
)
def test_decode(body: bytes, content_type: str, expected: str) -> None:
    assert text.decode(body, content_type) == expected


def test_one_bad_byte_does_not_spoil_the_page() -> None:
    body = "稀土出口管制".encode() * 100 + b"\xff" + "稀土".encode()
    assert text.decode(body).count("稀土") == 101


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The ministry said that it is in the interest of the country", "en"),
        ("商务部新闻发言人就稀土出口管制答记者问", "zh"),
        ("商務部公布對稀土實施出口管制 MOFCOM Announcement", "zh"),
        ("経済産業省は輸出管理の見直しを発表した", "ja"),
        ("산업통상자원부는 희토류 수출통제에 대해 발표했다", "ko"),
        ("Das Ministerium hat die Ausfuhr von Magneten mit der neuen Regel nicht verboten", "de"),
        ("Le ministère a annoncé que les exportations de terres rares sont soumises à une licence", "fr"),
        ("Министерство объявило о новых правилах", "ru"),
        ("12345 !!", "und"),
        ("", "und"),
        ("xyzzy plugh", "und"),
    ],
)
def test_language(words: str, expected: str) -> None:
    assert text.language(words) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.news.example/a/?utm_source=x&id=7#top", "https://news.example/a?id=7"),
        ("https://NEWS.example:443/a/index.html", "http://news.example:80/a/"),
        ("https://news.example/a?b=2&a=1&fbclid=zzz", "https://news.example/a?a=1&b=2"),
        ("https://news.example/稀土", "https://news.example/%E7%A8%80%E5%9C%9F"),
    ],
)
def test_one_article_has_one_address(one: str, other: str) -> None:
    assert urls.article_id(one) == urls.article_id(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a?id=7", "https://news.example/a?id=8"),
        ("https://news.example/a", "https://news.example/b"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
    ],
)
def test_other_articles_have_other_addresses(one: str, other: str) -> None:
    assert urls.article_id(one) != urls.article_id(other)


STORY = " ".join(
    f"Paragraph {n} tells what officials in city {n * 7} said about licences for magnets, furnaces and oxides of group {n * 3}." for n in range(40)
)
NOTICE = (
    "根据《中华人民共和国出口管制法》等有关规定，经国务院批准，决定对第{}项物项实施出口管制。出口经营者出口上述物项应当向国务院商务主管部门申请许可，海关依法办理验放手续。"
    * 6
)


def test_near_copies_share_their_fingerprint_and_a_band() -> None:
    copy = STORY.replace("officials in city 70", "officials in the city of 70") + " Reporting by the agency."
    one, other = duplicates.fingerprint(STORY), duplicates.fingerprint(copy)
    assert duplicates.same(one, other)
    assert set(duplicates.bands(one)) & set(duplicates.bands(other))


def test_other_stories_and_notices_with_another_number_are_not_the_same() -> None:
    assert not duplicates.same(duplicates.fingerprint(STORY), duplicates.fingerprint(STORY.replace("magnets", "batteries").replace("said", "denied")))
    assert not duplicates.same(duplicates.fingerprint(NOTICE.format(*range(6))), duplicates.fingerprint(NOTICE.format(*range(50, 56))))


def test_four_differing_bits_always_share_a_band_and_five_are_different() -> None:
    for start in range(0, 64, 5):
        flipped = f"{sum(1 << (start + 13 * k) % 64 for k in range(4)):016x}"
        assert duplicates.same("0" * 16, flipped)
        assert set(duplicates.bands("0" * 16)) & set(duplicates.bands(flipped))
    assert not duplicates.same("0" * 16, f"{0b11111:016x}")


def test_texts_too_short_have_no_fingerprint() -> None:
    assert (duplicates.fingerprint("Two words"), duplicates.bands(""), duplicates.same("", "")) == ("", (), False)
