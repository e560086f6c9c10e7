"""The pages: what stands on them, that they hold against hostile text, and that every link leads somewhere."""

import re
from types import ModuleType
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from lxml import html

from monitor.model import Event

PAGES = ("/", "/search", "/board", "/instruments", "/deadlines", "/sources", "/deliveries")
Told = dict[str, Event]


def page(client: httpx.Client, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def section(tree: html.HtmlElement, heading: str) -> str:
    """The text of the section under a heading."""
    (found,) = tree.xpath("//section[@aria-labelledby=$id]", id=heading)
    return text(found)


def article_of(client: httpx.Client, event: Event, number: int = 0) -> str:
    found: str = client.get(f"/api/v1/events/{event.id}").json()["mentions"][number]["article"]
    return found


# ---- what stands on them -------------------------------------------------------------------------------------------------


def test_today_tells_changes_deadlines_and_sources_in_trouble(client: httpx.Client) -> None:
    tree = page(client, "/")
    changed = section(tree, "changed")
    assert changed.index("Indonesia: quota set (nickel)") < changed.index("Myanmar: export banned (terbium)") < changed.index("NdFeB magnets")
    assert "15 December 2025 · in 25 days Indonesia: quota set (nickel) takes effect" in section(tree, "due")
    assert "old-port failing since 18 November 2025" in section(tree, "troubled")
    assert len(tree.xpath("//svg[@class='bars']//rect")) == 2


def test_search_finds_english_and_chinese_words(client: httpx.Client) -> None:
    for words in ("holmium erbium", "钬", '"相关物项"', "material:holmium type:control_introduced"):
        tree = page(client, f"/search?q={quote(words)}")
        assert "China: export control introduced (holmium, erbium, thulium and 2 more)" in [text(a) for a in tree.xpath("//h2/a")], words


def test_facets_narrow_a_search_and_can_be_taken_back(client: httpx.Client) -> None:
    tree = page(client, "/search?q=announcement")
    (suspended,) = [a for a in tree.xpath("//details//a") if text(a).startswith("Export control suspended")]
    count = int(suspended.xpath(".//span[@class='count']")[0].text)
    narrowed = page(client, suspended.get("href"))
    assert text(narrowed.xpath("//p[@role='status']")[0]).startswith(f"{count} found")
    (back,) = narrowed.xpath("//ul[@class='chosen']//a[contains(., 'suspended')]")
    assert back.get("href") == "/search?q=announcement"


def test_a_bar_of_the_histogram_narrows_to_its_time(client: httpx.Client) -> None:
    tree = page(client, "/search?material=nickel")
    bar = tree.xpath("//svg[@class='bars']//a")[-1]
    label, count = bar.get("aria-label").split(": ")
    assert text(page(client, bar.get("href")).xpath("//p[@role='status']")[0]).startswith(f"{count} found"), label


def test_pages_of_results_hold_every_event_once(client: httpx.Client) -> None:
    seen: list[str] = []
    address: str | None = "/search?jurisdiction=CN&limit=20"
    while address:
        tree = page(client, address)
        seen += [a.get("href") for a in tree.xpath("//section//h2/a")]
        onward = tree.xpath("//a[@rel='next']/@href")
        address = onward[0] if onward else None
    assert len(seen) == len(set(seen)) == client.get("/api/v1/events?jurisdiction=CN&limit=1").json()["total"]
    before = page(client, "/search?jurisdiction=CN&limit=20&cursor=20").xpath("//a[@rel='prev']/@href")
    assert before == ["/search?jurisdiction=CN&limit=20"]


def test_event_tells_its_sources_in_order_with_their_sentences(client: httpx.Client, told: Told) -> None:
    tree = page(client, f"/events/{told['control_introduced'].id}")
    witnesses = [text(li) for li in tree.xpath("//ol[@class='witnesses']/li")]
    assert [w.startswith(day) for w, day in zip(witnesses, ("9 October 2025, 01:00", "9 October 2025, 06:30"), strict=True)] == [True, True]
    marked = [text(mark) for mark in tree.xpath("//blockquote/mark")]
    assert marked[0] == "决定对钬、铒相关物项实施出口管制"
    assert "".join(marked[1:]).replace("from8", "from 8") == "Exporters of holmium and erbium will need a licence from 8 November"
    assert [text(b) for b in tree.xpath("//blockquote//span[@class='field']")] == ["8 November"]
    assert tree.xpath("//blockquote/@lang") == ["zh"]
    assert "Export control suspended by" in text(tree) and tree.xpath("//svg[@class='life']")


def test_event_says_why_each_mention_belongs_to_it(client: httpx.Client, told: Told) -> None:
    tree = page(client, f"/events/{told['licence_granted'].id}")
    why = text(tree.xpath("//ol[@class='witnesses']//details")[0])
    assert "Judged by" in why and "Mention" in why
    assert "as two people says" in text(tree) or "two people" in text(tree)
    assert "reported, not confirmed" in text(tree)


def test_a_register_event_shows_what_the_register_cites(client: httpx.Client) -> None:
    tree = page(client, "/events/cn-2025-10-09-no-61-foreign-made-goods")
    assert "Known from the register, which cites:" in text(tree)
    assert tree.xpath("//ol[@class='witnesses']//a[starts-with(@href, 'https://')]")


def test_a_merged_event_leads_to_where_it_went(client: httpx.Client, told: Told) -> None:
    answer = client.get("/events/ev-merged-away")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/events/{told['licence_granted'].id}")
    assert client.get("/api/v1/events/ev-merged-away").headers["location"].endswith(told["licence_granted"].id)


def test_article_marks_its_evidence_where_the_event_links_to(client: httpx.Client, told: Told) -> None:
    event = page(client, f"/events/{told['control_suspended'].id}")
    (link,) = [a.get("href") for a in event.xpath("//ol[@class='witnesses']//h3/a")]
    tree = page(client, link)
    (mark,) = tree.xpath("//mark[@id=$id]", id=urlsplit(link).fragment)
    assert text(mark).startswith("China suspended its controls on holmium and erbium")
    assert "10 November 2026" in [text(one) for one in tree.xpath("//mark/span[@class='field']")]
    assert text(tree.xpath("//h1")[0]) == "Beijing suspends October's controls for a year"


def verdict_of(client: httpx.Client, query: str, material: str = "holmium", code: str = "CN") -> str:
    tree = page(client, f"/board?{query}")
    cells = tree.xpath(
        f"//td/a[contains(@href, 'material={material}&') or contains(@href, 'material={material}')][contains(@href, 'jurisdiction={code}')]"
    )
    return text(cells[0]).split(" for ")[0] if cells else ""


def test_board_answers_for_a_day_as_known_on_a_day(client: httpx.Client) -> None:
    assert verdict_of(client, "as_of=2025-10-20&known_at=2025-10-20") == "announced"
    assert verdict_of(client, "as_of=2025-11-15&known_at=2025-11-15") == "suspended"
    assert verdict_of(client, "as_of=2025-11-15&known_at=2025-11-01") == "licence"
    assert verdict_of(client, "as_of=2025-10-20&known_at=2025-10-01") in ("", "free")


def test_board_tells_what_differs_between_two_days(client: httpx.Client) -> None:
    tree = page(client, "/board?as_of=2025-11-15&against=2025-10-20")
    assert re.match(r"\d+ cells differ from 20 October 2025", text(tree.xpath("//p[@class='note']")[0]))
    assert "was announced" in text(tree.xpath("//td[@class='moved']")[0])


def test_a_cell_leads_to_its_measures_and_sentences(client: httpx.Client, told: Told) -> None:
    tree = page(client, "/board/cell?material=holmium&jurisdiction=CN&destination=EU&as_of=2025-11-15&known_at=2025-11-20")
    assert text(tree.xpath("//h1")[0]) == "Holmium from China to European Union"
    measure = tree.xpath("//article[@class='measure']")[0]
    assert f"/events/{told['control_introduced'].id}" in measure.xpath(".//a/@href")
    assert "决定对钬、铒相关物项实施出口管制" in [text(q).split("Ministry")[0].strip() for q in measure.xpath(".//blockquote")]


def test_a_cell_that_nothing_is_known_of_is_free_as_far_as_known(client: httpx.Client) -> None:
    tree = page(client, "/board/cell?material=silver&jurisdiction=FR")
    assert "free as far as known" in text(tree).lower() and not tree.xpath("//article")


@pytest.mark.parametrize("number", ["CN:2025:61", "No. 61 of 2025", "商务部公告2025年第61号"])
def test_an_instrument_is_found_however_it_is_written(client: httpx.Client, number: str) -> None:
    tree = page(client, f"/instruments/{quote(number)}")
    assert "Ministry of Commerce Announcement No. 61 of 2025" in text(tree.xpath("//h1")[0])
    assert "suspends it from" in section(tree, "acts")


def test_deadlines_within_the_days_asked_for(client: httpx.Client) -> None:
    near, far = (text(page(client, f"/deadlines?days={days}").xpath("//main")[0]) for days in (10, 400))
    assert "Indonesia" not in near and "15 December 2025in 25 days" in far.replace("2025 in", "2025in")


def test_sources_and_deliveries_tell_what_happened(client: httpx.Client) -> None:
    sources = [text(row) for row in page(client, "/sources").xpath("//tbody/tr")]
    assert sources[0].startswith("old-port failing") and "12 items, 2 new" in sources[1]
    failed = page(client, "/deliveries?status=failed").xpath("//tbody/tr")
    assert len(failed) == 1 and "dl-1" in text(failed[0])
    assert len(page(client, "/deliveries").xpath("//tbody/tr")) == 3


# ---- that they hold ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/nothing", 404, "There is no such page."),
        ("/events/nothing", 404, 'There is no event "nothing".'),
        ("/articles/nothing", 404, 'There is no article "nothing".'),
        ("/instruments/nothing", 404, 'No instrument "nothing" is known.'),
        ("/search?material=dysprosum", 422, 'material: "dysprosum" is not known, did you mean "dysprosium"?'),
        ("/search?type=ban", 422, "type: Input should be 'control_introduced'"),
        ("/search?colour=red", 422, "colour: there is no such parameter."),
        ("/search?since=2025-13", 422, 'since: "2025-13" is no date.'),
        ("/search?cursor=x", 422, "cursor:"),
        ("/search?limit=100000", 422, "limit:"),
        ("/board?as_of=tomorrow", 422, "as_of:"),
        ("/board?destination=Mars", 422, "destination:"),
        ("/board/cell?material=silver", 422, "jurisdiction: is missing."),
        ("/deadlines?days=-1", 422, "days:"),
        ("/deliveries?status=lost", 422, "status:"),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(client: httpx.Client, address: str, status: int, sentence: str) -> None:
    assert sentence in text(page(client, address, status).xpath("//p[@class='lead']")[0])


def test_empty_fields_of_a_form_ask_for_nothing(client: httpx.Client) -> None:
    every = client.get("/api/v1/events?limit=1").json()["total"]
    assert text(page(client, "/search?q=&since=&until=").xpath("//p[@role='status']")[0]) == f"{every} found"
    assert page(client, "/board?destination=&as_of=2025-11-15&known_at=&against=").xpath("//table")


TYPED = (
    '"',
    "'",
    "*",
    "-",
    "a:b:c",
    "material:",
    "((",
    "AND OR NOT",
    "%00",
    "\x00",
    "ＮＦＫＣ",
    "🧲",
    "-钬",
    "NEAR(",
    "x" * 1900,
    "{head} : y",
    "\u202e",
    "';--",
)


@pytest.mark.parametrize("typed", TYPED)
def test_nothing_typed_is_an_error(client: httpx.Client, typed: str) -> None:
    assert client.get("/search", params={"q": typed}).status_code == 200
    assert client.get("/api/v1/events", params={"q": typed}).status_code == 200


def test_hostile_text_is_shown_as_text(client: httpx.Client, told: Told, world: ModuleType) -> None:
    ban = told["export_banned"]
    addresses = (
        f"/events/{ban.id}",
        f"/articles/{article_of(client, ban)}",
        "/",
        "/search?q=terbium",
        "/sources",
        "/deliveries",
        f"/search?q={quote(world.EVIL)}",
    )
    for address in addresses:
        answer = client.get(address)
        assert "<script>document" not in answer.text and "<img" not in answer.text, address
        assert "&lt;script&gt;" in answer.text, address
        assert "\u202e" not in answer.text, address


def test_an_address_that_is_no_web_address_is_no_link(client: httpx.Client, told: Told) -> None:
    ban = told["export_banned"]
    for address in (f"/events/{ban.id}", f"/articles/{article_of(client, ban)}"):
        assert not [href for href in page(client, address).xpath("//a/@href") if "javascript" in href.lower()]


def every_page(client: httpx.Client, most: int) -> dict[str, httpx.Response]:
    """Pages reached by following links from Today, at most so many of each kind."""
    waiting, seen, kinds = ["/"], dict[str, httpx.Response](), dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[^/]+$", "", urlsplit(address).path) or "/"
        kinds[kind] = kinds.get(kind, 0) + 1
        if address in seen or kinds[kind] > most:
            continue
        seen[address] = answer = client.get(address, follow_redirects=True)
        if answer.headers["content-type"].startswith("text/html") and answer.status_code == 200:
            for href in html.fromstring(answer.text).xpath("//a/@href | //link/@href | //script/@src | //form/@action"):
                onward = urljoin(str(answer.url), href).split("#")[0]
                if urlsplit(onward).netloc == answer.url.netloc.decode():
                    waiting.append(onward.removeprefix(str(client.base_url).rstrip("/")))
    return seen


@pytest.fixture(scope="module")
def crawled(client: httpx.Client) -> dict[str, httpx.Response]:
    return every_page(client, most=25)


def test_every_link_leads_somewhere(crawled: dict[str, httpx.Response]) -> None:
    assert len(crawled) > 60
    assert not {address: answer.status_code for address, answer in crawled.items() if answer.status_code != 200}


def test_every_answer_is_guarded_and_small(crawled: dict[str, httpx.Response]) -> None:
    for address, answer in crawled.items():
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, address
        assert answer.headers["x-content-type-options"] == "nosniff", address
        if not address.startswith("/api/"):
            assert len(answer.content) < 100_000, address


def test_no_page_needs_what_the_policy_forbids(crawled: dict[str, httpx.Response]) -> None:
    for address, answer in crawled.items():
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        tree = html.fromstring(answer.text)
        assert not tree.xpath("//style | //script[not(@src)] | //*[@style]"), address
        assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")], address
        assert not [one for one in tree.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src") if not one.startswith("/static/")], (
            address
        )


def test_every_page_can_be_walked_by_ear_and_keyboard(crawled: dict[str, httpx.Response]) -> None:
    """One heading of the first level, landmarks, a skip link, a label for every field, no id twice."""
    for address, answer in crawled.items():
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        tree = html.fromstring(answer.text)
        assert len(tree.xpath("//h1")) == 1 and len(tree.xpath("//main")) == 1 and tree.get("lang") == "en", address
        assert tree.xpath("//body/a[1]/@href") == ["#content"], address
        for entry in tree.xpath("//input[not(@type='hidden')] | //select"):
            assert tree.xpath("//label[@for=$id]", id=entry.get("id")), f"{address}: {entry.get('name')}"
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), f"{address}: {[one for one in ids if ids.count(one) > 1]}"


@pytest.mark.parametrize("address", PAGES)
def test_an_unchanged_page_is_not_sent_again(client: httpx.Client, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("address", ["/", "/search", "/api/v1/events", "/events.csv"])
def test_nothing_can_be_written(client: httpx.Client, method: str, address: str) -> None:
    answer = client.request(method, address)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/"])
def test_no_other_file_is_served(client: httpx.Client, address: str) -> None:
    assert client.get(address).status_code == 404
