"""The main task in a real browser, wide and narrow, light and dark, with and without scripts; and that no hostile text runs."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from monitor.model import Event

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install -e '.[test]'")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
Open = Callable[..., "playwright.Page"]


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as started:
        try:
            made = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except playwright.Error as error:
            pytest.skip(f"no Chromium can be started here; tests/install_browser.sh installs one ({str(error).splitlines()[0]})")
        yield made
        made.close()


@pytest.fixture
def opened(browser: "playwright.Browser", served_at: str) -> Iterator[Open]:
    """Opens a page of its own; at the end nothing may stand in its console, and nothing may have been asked of another host."""
    complaints: list[str] = []
    contexts = []

    def make(**options: object) -> "playwright.Page":
        context = browser.new_context(base_url=served_at, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(served_at) else complaints.append(f"asked {request.url}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_from_a_word_to_the_sentence_that_proves_it(opened: Open, size: dict[str, int], scripts: bool) -> None:
    page = opened(viewport=size, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_label("Search the history").fill("suspended export-control announcements")
    page.get_by_label("Search the history").press("Enter")
    page.get_by_role("link", name="China: export control suspended").first.click()
    page.wait_for_url("**/events/cn-2025-11-07-no-70-october-controls-suspended")
    page.get_by_role("link", name="Beijing suspends October's controls for a year").click()
    sentence = page.locator("mark").first
    assert sentence.inner_text().startswith("China suspended its controls on holmium and erbium")
    assert sentence.is_visible()


@pytest.mark.parametrize(
    "address", ["/", "/search?q=china", "/board?destination=US&as_of=2025-11-15", "/instruments", "/deadlines", "/sources", "/deliveries"]
)
def test_no_page_is_wider_than_a_phone(opened: Open, address: str) -> None:
    page = opened(viewport=NARROW)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_of_the_reader_is_followed(opened: Open, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    page.goto("/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(251, 250, 246)", "dark": "rgb(19, 24, 23)"}[scheme]


def test_the_keyboard_alone_reaches_content_and_search(opened: Open) -> None:
    page = opened()
    page.goto("/deadlines")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_the_board_goes_from_a_cell_to_its_sentences(opened: Open) -> None:
    page = opened()
    page.goto("/board?as_of=2025-11-15&known_at=2025-11-20")
    with page.expect_navigation():
        page.get_by_label("Destination").select_option("EU")
    assert "destination=EU" in page.url and "against" not in page.url
    page.get_by_role("link", name="suspended for holmium by China").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Holmium from China to European Union"
    assert page.locator("blockquote").count() > 0


def test_a_facet_narrows_and_the_address_tells_it(opened: Open) -> None:
    page = opened()
    page.goto("/search?q=china")
    page.get_by_role("complementary").get_by_role("link", name="Entities listed").click()
    assert "type=entity_listed" in page.url and "q=china" in page.url
    assert page.locator(".chosen").inner_text().count("entities listed") == 1


def test_hostile_text_does_not_run(opened: Open, told: dict[str, Event]) -> None:
    page = opened()
    for address in (f"/events/{told['export_banned'].id}", "/", "/search?q=terbium", "/sources", "/deliveries"):
        page.goto(address)
        assert "marker" not in page.title() and page.locator("main img, main script").count() == 0
