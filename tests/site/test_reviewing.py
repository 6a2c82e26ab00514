"""The review lab in a real browser: no answer before the review, by keyboard, kept and forgotten."""

import json
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lab.reviewing import exhibit
from tests.site.conftest import Site, tab_to

PAGE = "chapters/programming/human-skills.html"
SHOWN = exhibit()
PATCHES = SHOWN["patches"]
FIRST = PATCHES[0]


def opened(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(f"{site.url}{PAGE}")
    page.wait_for_selector(".reviewing-title")
    return page


def review(page: Page, verdict: str, line: str = "", kind: str = "", sure: str = "80") -> None:
    lab = page.locator(".reviewing")
    if line:
        lab.locator(f"input[value='{line}']").check()
    lab.locator(f"input[value={verdict}]").check()
    if kind:
        lab.get_by_label("What kind of fault?").select_option(kind)
    lab.get_by_label("How sure are you?").select_option(sure)
    lab.get_by_role("button", name="Hand in the review").click()


def test_the_answer_comes_after_the_review_and_stays(context: BrowserContext, site: Site) -> None:
    page = opened(context, site)
    lab = page.locator(".reviewing")
    expect(page.locator(".reviewing-title")).to_have_text(FIRST["title"])
    text = lab.inner_text()
    assert FIRST["why"] not in text and "planted" not in text and FIRST["shows"] not in text
    lab.get_by_role("button", name="Hand in the review").click()
    expect(lab.get_by_role("status")).to_have_text(
        "Still to say: sound or faulty; how sure you are."
    )
    review(page, "faulty", FIRST["planted"][0], FIRST["kind"])
    answer = page.locator(".reviewing-answer")
    expect(answer).to_be_focused()
    expect(answer).to_contain_text("You found it.")
    expect(answer).to_contain_text(FIRST["why"])
    expect(lab.locator(".reviewing-note", has_text="planted")).to_have_count(len(FIRST["planted"]))
    page.reload()
    expect(page.locator(".reviewing-count")).to_have_text(f"Patch 2 of {len(PATCHES)}, 1 reviewed")
    page.get_by_role("button", name="My result").click()
    found = page.locator(".reviewing tfoot tr").first.locator("td").all_inner_texts()
    assert found == ["1 of 1", "0 of 1", "1 of 1", "0 of 1"]
    forget = page.get_by_role("button", name="Forget my reviews")
    forget.click()
    page.get_by_role("button", name="Really forget them all?").click()
    expect(page.locator(".reviewing-count")).to_contain_text("0 reviewed")
    assert page.evaluate("localStorage.getItem('struggle-first/reviewing')") is None


def test_a_review_by_keyboard(context: BrowserContext, site: Site) -> None:
    page = opened(context, site)
    tab_to(page, ".reviewing-line input")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".reviewing input[value=faulty]")).to_be_checked()
    tab_to(page, ".reviewing input[name=verdict]")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".reviewing input[value=sound]")).to_be_checked()
    expect(page.locator(".reviewing-line input:checked")).to_have_count(0)
    tab_to(page, ".reviewing select")
    page.keyboard.press("9")
    tab_to(page, ".reviewing .button-primary")
    page.keyboard.press("Enter")
    expect(page.locator(".reviewing-answer")).to_contain_text("You let it through.")
    tab_to(page, ".reviewing .button-primary")
    page.keyboard.press("Enter")
    expect(page.locator(".reviewing-title")).to_be_focused()
    expect(page.locator(".reviewing-title")).to_have_text(PATCHES[1]["title"])


def test_what_somebody_else_left_in_the_storage_does_no_harm(
    context: BrowserContext, site: Site
) -> None:
    page = opened(context, site)
    for text in ("no JSON", json.dumps({"a patch of an older book": {"verdict": "sound"}}), "null"):
        page.evaluate(f"localStorage.setItem('struggle-first/reviewing', {json.dumps(text)})")
        page.reload()
        expect(page.locator(".reviewing-count")).to_contain_text("0 reviewed")


NOTEBOOK = """async ([base, exhibit]) => {
    const { default: widget } = await import(base + "reviewing.js");
    const traits = { exhibit, kept: {} };
    window.saved = [];
    const model = {
        get: (name) => traits[name],
        set: (name, value) => (traits[name] = value),
        save_changes: () => saved.push(structuredClone(traits.kept)),
    };
    const el = document.createElement("div");
    document.body.replaceChildren(el);
    widget.render({ model, el });
}"""


def test_a_notebooks_widget_keeps_reviews_in_its_state(context: BrowserContext, site: Site) -> None:
    page = opened(context, site)
    page.evaluate(NOTEBOOK, [f"{site.url}_static/reviewing/", SHOWN])
    review(page, "sound", sure="60")
    assert page.evaluate("saved") == [{FIRST["name"]: {"verdict": "sound", "sure": 60}}]
    assert page.evaluate("localStorage.getItem('struggle-first/reviewing')") is None


@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 390)])
def test_it_keeps_the_rules_of_accessibility_and_its_width(
    browser: Browser, site: Site, theme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        service_workers="block", viewport={"width": width, "height": 900}, color_scheme=theme
    )
    page = opened(context, site)

    def clean() -> None:
        broken = Axe().run(page, context=".reviewing")
        assert broken.violations_count == 0, broken.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0

    clean()
    review(page, "faulty", FIRST["planted"][0], FIRST["kind"])
    clean()
    page.get_by_role("button", name="My result").click()
    clean()
    context.close()


def test_without_javascript_all_patches_can_be_read(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}{PAGE}")
    page.get_by_text("All the patches as text").click()
    for patch in PATCHES:
        expect(page.locator(".demo strong", has_text=patch["title"])).to_be_visible()
    assert page.locator(".demo .patch-answer[open]").count() == 0
    context.close()
