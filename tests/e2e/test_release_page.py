"""The release page in a real browser: both schemes, desktop and phone, keyboard, axe, no request."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.publish.release import publish_week
from tests.publish.measured import MONDAY, add_weeks, empty_market, measure

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAXIMUM_BYTES = 1_500_000
VIEWS = [(1100, "light"), (1100, "dark"), (320, "light"), (320, "dark")]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of releases: a full week, and a week without any opening."""
    folder = tmp_path_factory.mktemp("pages")
    market = empty_market()
    add_weeks(market, MONDAY, 14, n_required=1)
    measure(market.con, MONDAY)
    publish_week(market.con, folder / "full", MONDAY, "simulated")
    bare = empty_market()
    bare.read(MONDAY)
    measure(bare.con, MONDAY)
    publish_week(bare.con, folder / "bare", MONDAY, "public_boards")
    return folder


PAGES = ["full/latest/index.html", "full/index.html", "bare/latest/index.html"]


@pytest.mark.parametrize("name", PAGES)
def test_print_is_on_light_paper_with_whole_tables(
    releases: Path, browser: playwright.Browser, name: str
) -> None:
    context = browser.new_context(viewport={"width": 794, "height": 1123}, color_scheme="dark")
    page = context.new_page()
    page.goto((releases / name).as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(252, 251, 248)"
    # Paper cannot be scrolled: a column beyond the edge is lost.
    widths = "[...document.querySelectorAll('.scroll')].map(e => [e.ariaLabel, e.scrollWidth, e.clientWidth])"
    assert [label for label, content, paper in page.evaluate(widths) if content > paper] == []
    # Nor can it be unfolded: nothing on it may say that there is more behind a triangle.
    assert page.locator("summary:visible").count() == 0
    folded = page.locator("details.printed")
    assert (folded.count() > 0) == name.endswith("latest/index.html")  # the index of releases folds nothing
    assert all(folded.nth(i).locator("td").first.is_visible() for i in range(folded.count()))
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_and_nothing_overflows(
    releases: Path, browser: playwright.Browser, axe: str, name: str
) -> None:
    for width, scheme in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto((releases / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)
        page.evaluate(axe)
        found = page.evaluate("violations()")
        assert found == [], (width, scheme)
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_request_leaves_the_page_and_it_is_light(
    releases: Path, browser: playwright.Browser, name: str
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto((releases / name).as_uri(), wait_until="networkidle")
    assert len(asked) == 1
    assert errors == []
    assert (releases / name).stat().st_size < MAXIMUM_BYTES
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
    ) == page.evaluate("document.querySelectorAll('[id]').length")
    page.close()


def test_charts_follow_the_colour_scheme(releases: Path, browser: playwright.Browser) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto((releases / PAGES[0]).as_uri())
        colours[scheme] = page.evaluate(
            "[...document.querySelectorAll('.wide svg text')].map(e => getComputedStyle(e).fill)[0]"
        )
        boxes = "[...document.querySelectorAll('svg path.background')].map(e => getComputedStyle(e).fill)"
        assert set(page.evaluate(boxes)) <= {"none", "rgba(0, 0, 0, 0)"}
        context.close()
    assert colours["light"] != colours["dark"]


def test_no_text_of_a_chart_is_cut_off(releases: Path, browser: playwright.Browser) -> None:
    """Words must stay on the screen, though the browser's letters may be wider than those measured."""
    for width, _ in VIEWS[1:3]:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((releases / PAGES[0]).as_uri())
        outside = page.evaluate(
            """[...document.querySelectorAll('figure svg text')].filter(e => {
              const box = e.getBoundingClientRect();
              return box.width > 0 && (box.left < 0 || box.right > innerWidth);
            }).map(e => e.textContent)"""
        )
        assert outside == [], width
        page.close()


def test_the_keyboard_reaches_skip_link_tables_and_downloads(
    releases: Path, browser: playwright.Browser
) -> None:
    page = browser.new_page()
    page.goto((releases / PAGES[0]).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert "The figures as a table" in reached
    assert "headline_wide.csv" in reached
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None
    page.close()
