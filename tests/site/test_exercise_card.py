"""An exercise's card in a browser, by keyboard alone: the whole workflow, and what can go amiss."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from struggle import catalog, review
from struggle.answers import load_answers
from struggle.judge import judge_source
from struggle.log import Log
from tests.site.conftest import Site, serving

EXERCISE = catalog.load("method/mean-surprise")
ANSWERS = load_answers(EXERCISE.folder / "answers.py")
WRONG = ANSWERS.wrong[2].source
HOW_TO_STUDY = "book/how-to-study.html"
PROGRESS = "book/your-progress.html"
PYTHON = 90_000  # milliseconds: a slow machine loads Python in this time


@dataclass(frozen=True)
class Card:
    """The card on its page, operated by keyboard."""

    page: Page
    place: Locator

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus; in an editor Escape comes first."""
        for _ in range(150):
            if target.evaluate("it => it === document.activeElement"):
                return
            if self.page.evaluate("document.activeElement.matches('.cm-content')"):
                self.page.keyboard.press("Escape")
            self.page.keyboard.press("Tab")
        pytest.fail(f"{target} cannot be reached with the Tab key")

    def press(self, name: str) -> None:
        self.reach(self.place.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self.reach(self.place.get_by_label(label))
        self.page.keyboard.type(text)

    def edit(self, code: str) -> None:
        self.reach(self.place.locator(".cm-content"))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)

    @property
    def verdict(self) -> Locator:
        return self.place.locator(".verdict")

    @property
    def next(self) -> Locator:
        return self.place.locator("[aria-current=step] h4")


def opened(context: BrowserContext, site: Site) -> Card:
    page = context.new_page()
    page.goto(site.url + HOW_TO_STUDY)
    place = page.locator("#exercise-method-mean-surprise")
    place.scroll_into_view_if_needed()
    expect(place.locator(".cm-content")).to_be_visible()
    return Card(page, place)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield made
    made.close()


def shell(folder: Path, *words: str) -> str:
    """What `struggle words` prints to the learner whose log lies in `folder`."""
    command = [Path(sys.executable).with_name("struggle"), *words]
    environment = os.environ | {"STRUGGLE_HOME": str(folder)}
    return subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def exported(context: BrowserContext, site: Site, folder: Path, *, attempts: bool) -> Log:
    """The page's log, saved by keyboard and imported in the shell."""
    page = context.new_page()
    page.goto(site.url + PROGRESS)
    card = Card(page, page.locator(".reader-log"))
    if attempts:
        card.reach(card.place.get_by_label("with my attempts"))
        page.keyboard.press("Space")
    with page.expect_download() as download:
        card.press("Save the log as a file")
    assert "Left out" not in shell(folder, "import", str(download.value.path()))
    page.close()
    return Log(folder)


def keep_everything(context: BrowserContext, site: Site) -> None:
    """Press the button that keeps the whole book on this device."""
    page = context.new_page()
    page.goto(site.url + PROGRESS)
    place = page.locator(".keep-offline")
    Card(page, place).reach(place.get_by_role("button"))
    page.keyboard.press("Enter")
    expect(place).to_contain_text("The whole book is on this device.", timeout=PYTHON)
    page.close()


@pytest.mark.parametrize("network", ["there", "cut"])
def test_the_whole_workflow_by_keyboard(
    context: BrowserContext, built_site: Path, tmp_path: Path, network: str
) -> None:
    with serving(built_site) as (site, stop):
        if network == "cut":
            keep_everything(context, site)
            stop()
            context.set_offline(True)
        _the_whole_workflow(context, site, tmp_path)


def _the_whole_workflow(context: BrowserContext, site: Site, tmp_path: Path) -> None:
    card = opened(context, site)
    expect(card.next).to_contain_text("Predict first")
    card.write("Your prediction", "nearer to two")
    card.write("How sure", "60")
    card.press("Keep")
    expect(card.next).to_contain_text("Your answer")

    check = card.place.get_by_role("button", name="Check")
    card.edit(WRONG + "\nprint('hello', mean_surprise(np.array([0.5])))")
    card.press("Run")
    expect(card.place.locator(".exercise-output")).to_contain_text("hello 0.69", timeout=PYTHON)
    card.press("Check")
    told = judge_source(EXERCISE.id, EXERCISE.functions, WRONG)
    expect(card.verdict.locator("strong")).to_have_text(told.state)
    expect(card.verdict).to_contain_text(f"Case: {told.case}.")
    expect(check).to_be_focused()

    hint = card.place.locator(".exercise-hint").first
    expect(hint).to_be_hidden()
    card.press("Hint")
    expect(hint.locator("summary").first).to_be_focused()
    expect(hint.locator("p").first).to_be_visible()
    expect(card.place).to_contain_text("The next hint opens after an attempt")

    card.page.reload()  # the draft is kept
    expect(card.place.locator(".cm-content")).to_contain_text("hello")
    card.edit(ANSWERS.reference)
    card.press("Check")
    expect(card.verdict.locator("strong")).to_have_text("Passed (4 of 4 cases).", timeout=PYTHON)
    expect(card.verdict).to_contain_text("You predicted: nearer to two")
    expect(card.next).to_contain_text("review")

    card.reach(card.place.get_by_text("The solution, after one sentence"))
    card.page.keyboard.press("Enter")
    card.write("How may it differ", "perhaps shorter")
    card.page.keyboard.press("Enter")
    expect(card.place.locator(".exercise-solution")).to_contain_text("Another way")

    card.press("Copy the prompt")
    expect(card.place).to_contain_text("Copied.")
    prompt = card.page.evaluate("navigator.clipboard.readText()")
    card.write("What did it claim?", "it fails for certain words")
    card.write("A test", "mean_surprise(np.array([1.0])) == 0")
    card.page.keyboard.press("Enter")
    expect(card.place.locator(".exercise-claims li")).to_contain_text("It holds.", timeout=PYTHON)

    card.write("What did I believe before", "I took the natural logarithm")
    card.reach(card.place.get_by_role("radio", name="again"))
    card.page.keyboard.press("ArrowDown")
    card.page.keyboard.press("ArrowDown")
    card.reach(card.place.locator("form:has(fieldset) .button"))
    card.page.keyboard.press("Enter")
    comes_back = card.place.locator(".exercise-return")
    expect(comes_back).to_contain_text("Comes back on")
    date = comes_back.inner_text().removeprefix("Comes back on ").rstrip(".")

    events = exported(context, site, tmp_path / "with", attempts=True).of(EXERCISE.id)
    kinds = ["start", "predict", "check", "hint", "check", "reveal", "review", "claim", "reflect"]
    assert [event["event"] for event in events] == kinds
    assert [events[2]["message"], events[4]["message"]] == [told.id, "passed"]
    assert events[8]["rating"] == "good"
    history = review.history(events)
    assert prompt == review.prompt(EXERCISE, events[4]["code"], history, "nearer to two")
    assert f"{date}  {EXERCISE.id}" in shell(tmp_path / "with", "due")
    without = exported(context, site, tmp_path / "without", attempts=False).of(EXERCISE.id)
    assert [event["code"] for event in without if "code" in event] == [None, None]


def test_an_endless_loop_is_stopped_and_the_next_run_works(
    context: BrowserContext, site: Site
) -> None:
    card = opened(context, site)
    card.edit("print('begun', flush=True)\nwhile True:\n    pass")
    card.press("Run")
    expect(card.place.locator(".exercise-output")).to_contain_text("begun", timeout=PYTHON)
    card.press("Stop")
    expect(card.verdict).to_contain_text("Stopped.", timeout=3000)
    card.edit("6 * 7")
    card.press("Run")
    expect(card.place.locator(".exercise-output")).to_contain_text("42", timeout=PYTHON)


def entry(number: int, kind: str, time: str, **fields: object) -> tuple[str, str]:
    """Key and text of an event as the page keeps it."""
    head = {"v": 1, "id": f"{number:016x}", "t": time, "ex": EXERCISE.id, "event": kind}
    return f"struggle-first/event/{number:016x}", json.dumps(head | fields)


def kept(context: BrowserContext, site: Site, entries: list[tuple[str, str]]) -> None:
    """Put `entries` into the local storage of the site."""
    page = context.new_page()
    page.goto(site.url + "search.html")
    page.evaluate(
        "entries => entries.forEach(([key, text]) => localStorage.setItem(key, text))", entries
    )
    page.close()


DONE = [
    entry(1, "start", "2026-01-01T08:00:00.000Z"),
    entry(
        2,
        "check",
        "2026-01-01T08:01:00.000Z",
        passed=True,
        message="passed",
        done=4,
        total=4,
        code="x",
    ),
    entry(3, "reflect", "2026-01-01T08:02:00.000Z", text="y", rating="good"),
]


def test_what_is_due_begins_again_from_an_empty_cell(context: BrowserContext, site: Site) -> None:
    draft = ("struggle-first/draft/method/mean-surprise", "my old code")
    kept(context, site, [*DONE, draft])
    page = context.new_page()
    page.goto(site.url + HOW_TO_STUDY)
    card = Card(page, page.locator("#exercise-method-mean-surprise"))
    link = page.locator(".bd-sidebar-primary").get_by_role("link", name="How to study")
    expect(link).to_have_accessible_name("How to study (1 of 1 exercises passed, 1 due)")
    expect(card.next).to_contain_text("Come back")
    expect(card.place.locator(".exercise-solution")).to_be_hidden()
    card.press("Start from an empty cell")
    expect(card.place.get_by_label("Your prediction")).to_be_focused()
    expect(card.place.locator(".cm-content")).to_contain_text("NotImplementedError")
    expect(card.place.locator(".exercise-solution")).to_be_hidden()
    expect(link).to_have_accessible_name("How to study (1 of 1 exercises passed)")


def test_where_the_page_may_not_copy_the_prompt_is_selected(
    context: BrowserContext, site: Site
) -> None:
    kept(context, site, DONE[:2])
    context.add_init_script("delete Navigator.prototype.clipboard")
    card = opened(context, site)
    card.press("Copy the prompt")
    expect(card.place.get_by_label("The prompt")).to_be_focused()
    assert EXERCISE.title in card.page.evaluate("getSelection().toString()")
    expect(card.next).to_contain_text("Reflect")


def test_what_one_tab_logs_the_other_shows_and_nothing_is_lost(
    context: BrowserContext, site: Site, tmp_path: Path
) -> None:
    tabs = [opened(context, site), opened(context, site)]
    for card, guess in zip(tabs, ("one", "two"), strict=True):
        card.place.get_by_label("Your prediction").fill(guess)
    write = "document.querySelectorAll('#exercise-method-mean-surprise form')[0].requestSubmit()"
    for card in tabs:
        card.page.evaluate(f"setTimeout(() => {write}, 1000 - Date.now() % 1000)")
    for card in tabs:
        expect(card.place.locator(".step-kept")).to_be_visible()
    log = exported(context, site, tmp_path, attempts=True)
    assert {event["guess"] for event in log.read().events if event["event"] == "predict"} == {
        "one",
        "two",
    }


@pytest.mark.parametrize(
    "fault",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }",
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException(); } })",
    ],
    ids=["full", "blocked"],
)
def test_without_storage_the_card_says_so_and_works_on(
    context: BrowserContext, site: Site, fault: str
) -> None:
    context.add_init_script(fault)
    card = opened(context, site)
    card.write("Your prediction", "nearer to two")
    card.press("Keep")
    expect(card.place.get_by_role("alert")).to_contain_text("This browser keeps nothing here")
    expect(card.next).to_contain_text("Your answer")
    with card.page.expect_download() as download:
        card.press("Save the log as a file")
    assert "nearer to two" in download.value.path().read_text("utf-8")


def test_a_damaged_entry_is_told_and_never_thrown_away(context: BrowserContext, site: Site) -> None:
    kept(context, site, [*DONE, ("struggle-first/event/bad", '{"v": 1, "id"')])
    page = context.new_page()
    page.goto(site.url + PROGRESS)
    expect(page.locator(".reader-aside")).to_contain_text("1 damaged entry was set aside")
    assert page.evaluate("localStorage['struggle-first/set-aside/bad']") == '{"v": 1, "id"'
    first = page.locator(".reader-table tbody tr").first
    expect(first).to_contain_text("Mean surprise")
    expect(first).to_contain_text("Due")


def test_an_import_takes_the_sound_lines_and_names_the_others(
    context: BrowserContext, site: Site
) -> None:
    page = context.new_page()
    page.goto(site.url + PROGRESS)
    lines = [DONE[0][1], "{", DONE[1][1].replace("4", '"4"'), DONE[2][1], DONE[2][1]]
    file = {"name": "log.jsonl", "mimeType": "text/plain", "buffer": "\n".join(lines).encode()}
    page.get_by_label("A file that").set_input_files(file)
    told = page.locator(".reader-part .said").first
    expect(told).to_contain_text("2 new, 1 known already, 2 left out.")
    expect(told).to_contain_text("Line 2: not JSON")
    expect(told).to_contain_text("Line 3:")
    expect(page.locator(".reader-table tbody tr").first).to_contain_text("Due")


def test_the_log_is_deleted_after_a_second_question(context: BrowserContext, site: Site) -> None:
    kept(context, site, DONE)
    page = context.new_page()
    page.goto(site.url + PROGRESS)
    card = Card(page, page.locator(".reader-log"))
    card.press("Delete the log")
    expect(page.locator(".reader-count")).to_contain_text("3 events")
    card.press("Keep it")
    assert page.evaluate("localStorage.length") >= 3
    card.press("Delete the log")
    card.press("Delete for good")
    expect(page.locator(".reader-summary")).to_contain_text("Nothing is logged")
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('struggle'))") == []
    )


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_every_stage_is_accessible_and_fits(browser: Browser, site: Site, theme, width) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    stages = [DONE[:1], DONE[:2], DONE]
    for entries in stages:
        kept(context, site, entries)
        for name in (HOW_TO_STUDY, PROGRESS):
            page = context.new_page()
            page.goto(site.url + name, wait_until="networkidle")
            expect(page.locator("[data-mark]").first).to_be_visible()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) <= 0
            page.close()
    context.close()


def test_without_javascript_hints_and_solution_unfold(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + HOW_TO_STUDY)
    card = page.locator("#exercise-method-mean-surprise")
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card).to_contain_text("Predict first.")
    card.get_by_text("Hint 1 of 3").click()
    expect(card.get_by_text("Hint 2 of 3")).to_be_visible()
    card.get_by_text("Solution", exact=True).click()
    expect(card.get_by_text("Another way:")).to_be_visible()
    page.goto(site.url + PROGRESS)
    expect(page.locator(".without-script")).to_be_visible()
    expect(page.get_by_role("link", name=EXERCISE.title)).to_be_visible()
    context.close()
