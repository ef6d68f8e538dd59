"""The labelling page in a real browser: three ads by keyboard, downloaded, and read by the importer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.audit.labels import AuditTask, read_design, read_labels, write_design
from include.audit.page import write_labelling_page

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = """## What you bring
- CSPO certification is a must
- <b>No markup</b> & no "quotes" </script> break the page

## What success looks like
Within six months you have launched two product lines."""
TASKS = [
    AuditTask(
        audit_week="2026-W47", content_hash=str(number) * 64, stratum="cert_asked", inclusion_probability=0.5,
        title=f"Product Manager {number}", text=TEXT,
    )
    for number in range(3)
]  # fmt: skip


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    path = tmp_path / "label.html"
    write_labelling_page(path, TASKS)
    return path


@pytest.fixture
def page(browser: playwright.Browser, page_file: Path) -> playwright.Page:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: problems.append(request.url) if request.url[:4] == "http" else None)
    page.goto(page_file.as_uri())
    yield page
    context.close()
    assert problems == []


def begin(page: playwright.Page, name: str = "reader one") -> None:
    page.fill("#annotator", name)
    page.keyboard.press("Enter")


def labels_of(page: playwright.Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.keyboard.press("d")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_three_ads_by_keyboard_come_back_through_the_importer(page: playwright.Page, tmp_path: Path) -> None:
    begin(page)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#text li'))")
    page.keyboard.press("q")
    for key in ("1", "2", "1"):  # required, post_hire, explicit
        page.keyboard.press(key)
    assert page.inner_text("#title") == "Product Manager 1"
    for key in ("5", "3"):  # none, none: timing is not asked
        page.keyboard.press(key)
    assert page.inner_text("#title") == "Product Manager 2"
    for key in ("1", "u", "3", "2"):  # required, taken back, preferred, partial
        page.keyboard.press(key)
    assert page.inner_text("#progress") == "ad 3 of 3, 3 done"
    path = labels_of(page, tmp_path)
    assert path.name == "labels-2026-W47-reader-one.jsonl"
    write_design(tmp_path / "design.csv", TASKS)
    labels = read_labels(path, "jsonl", read_design(tmp_path / "design.csv"))
    assert [(label.content_hash[0], label.label, label.value, label.quote) for label in labels] == [
        ("0", "cert_status", "required", "CSPO certification is a must"),
        ("0", "cert_timing", "post_hire", None),
        ("0", "criteria_status", "explicit", None),
        ("1", "cert_status", "none", None),
        ("1", "criteria_status", "none", None),
        ("2", "cert_status", "preferred", None),
        ("2", "criteria_status", "partial", None),
    ]
    assert {(label.annotator, label.stratum, label.inclusion_probability) for label in labels} == {
        ("reader one", "cert_asked", 0.5)
    }


def test_answers_survive_a_reload_and_are_kept_by_pseudonym(page: playwright.Page, tmp_path: Path) -> None:
    begin(page)
    page.keyboard.press("1")
    page.reload()
    assert page.is_checked("input[value=required]")
    begin(page, "reader two")
    assert not page.is_checked("input[value=required]")
    page.click("text=explicit")
    path = labels_of(page, tmp_path)
    assert [json.loads(line)["annotator"] for line in path.read_text().splitlines()] == ["reader two"]


def test_without_a_pseudonym_nothing_is_kept(page: playwright.Page) -> None:
    page.keyboard.press("1")
    assert "pseudonym" in page.inner_text("#said")
    assert not page.is_checked("input[value=required]")


def test_text_shows_its_sections_and_nothing_of_the_model(page: playwright.Page, page_file: Path) -> None:
    assert page.locator("#text h3").all_inner_texts() == ["What you bring", "What success looks like"]
    second = page.locator("#text li").nth(1)
    assert second.inner_text() == '<b>No markup</b> & no "quotes" </script> break the page'
    assert "cert_asked" not in page_file.read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_axe_finds_no_violation(
    browser: playwright.Browser, page_file: Path, axe: str, scheme: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(page_file.as_uri())
    begin(page)
    page.keyboard.press("1")
    page.evaluate(axe)
    found = page.evaluate("violations()")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert found == []
    assert not wide
