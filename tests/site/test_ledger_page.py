"""The ledger in a browser: its filter by keyboard, a row by its address, all rows without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from book.claims import load
from tests.site.conftest import Site, tab_to

LEDGER = "chapters/summary/ledger.html"
ROWS = load().claims


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(site.url + LEDGER)
    yield opened
    opened.close()


def test_the_filter_works_by_keyboard(page: Page) -> None:
    tab_to(page, "[name=verdict]")
    page.keyboard.type("corrected")
    corrected = [claim.id for claim in ROWS.values() if claim.verdict == "corrected"]
    visible = page.locator(".ledger-row:visible")
    expect(visible).to_have_count(len(corrected))
    expect(page.locator(".ledger-count")).to_have_text(f"{len(corrected)} of {len(ROWS)} rows")
    assert page.locator(".ledger-count").get_attribute("aria-live") == "polite"
    tab_to(page, "[name=words]")
    page.keyboard.type("adam project")
    expect(visible).to_have_count(1)
    tab_to(page, ".ledger-filter button")
    page.keyboard.press("Enter")
    expect(visible).to_have_count(len(ROWS))


def test_a_part_without_rows_is_hidden(page: Page) -> None:
    page.locator("[name=part]").select_option("IV")
    expect(page.locator(".ledger-part:visible")).to_have_count(1)


def test_an_address_opens_its_row(page: Page, site: Site) -> None:
    page.goto(f"{site.url}{LEDGER}#claim-I.A.5.b")
    row = page.locator("[id='claim-I.A.5.b']")
    expect(row.locator("details")).to_have_attribute("open", "")
    expect(row).to_be_in_viewport()


def test_an_address_shows_a_row_that_the_filter_hid(page: Page) -> None:
    page.locator("[name=part]").select_option("IV")
    page.evaluate("location.hash = '#claim-I.A.5.b'")
    expect(page.locator("[id='claim-I.A.5.b']")).to_be_visible()


def test_without_javascript_all_rows_and_their_folds_are_there(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + LEDGER)
    expect(page.locator(".ledger-row:visible")).to_have_count(len(ROWS))
    expect(page.locator(".ledger-filter")).to_be_hidden()
    page.locator(".ledger-row summary").first.click()
    expect(page.locator(".ledger-row details [lang=zh-Hant]").first).to_be_visible()
    context.close()
