"""The demo of text diffusion in a real browser: its logits, its controls by keyboard, and no network."""

import base64
import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lab.models import load_model
from lab.transformer import Transformer
from lab.twins import EXTRA, KINDS, LARGE, LENGTH, Kind
from tests.site.conftest import Site, serving, tab_to

PAGE = "chapters/trends/text-diffusion.html"
PATIENCE = 60_000  # milliseconds for the models to come, on a busy machine
FALLBACK = "A demonstration stands here where JavaScript runs."
BEFORE, HIDDEN = "Is this a dagger which I see before me,\nThe handle", "toward my hand"
AFTER = "? Come, let me clutch thee.\nI have thee not, and yet I see thee still."


@pytest.fixture(scope="module")
def twins() -> dict[Kind, Transformer]:
    """The models that the page shows."""
    return {kind: load_model(f"twin-{kind}") for kind in KINDS}


def opened(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.goto(f"{site.url}{PAGE}")
    page.wait_for_selector(".denoising")
    return page


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    return opened(context, site)


# The first answer of the worker to each question; logits come as base64 of float32.
ASK = """async ([folder, questions]) => {
    const worker = new Worker(folder + "denoising-worker.js", { type: "module" });
    const answers = [];
    for (const question of questions) {
        worker.postMessage(question);
        const { data } = await new Promise((resolve) => (worker.onmessage = resolve));
        if (data.failed) throw new Error(data.failed);
        if (!data.answer) continue;
        const bytes = new Uint8Array(data.answer.logits.buffer);
        answers.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
    }
    worker.terminate();
    return answers;
}"""


def logits_in_the_page(page: Page, site: Site, questions: list[dict[str, Any]]) -> np.ndarray:
    """All numbers of the answers, as rows of the vocabulary."""
    folder = f"{site.url}_static/demo/"
    names = {"ort": "ort.js", "wasm": "ort.wasm"} | {kind: f"{kind}.onnx" for kind in KINDS}
    load = {"do": "load", "urls": {key: folder + name for key, name in names.items()}}
    answers = page.evaluate(ASK, [folder, [load, *questions]])
    found = b"".join(base64.b64decode(answer) for answer in answers)
    return np.frombuffer(found, np.float32).reshape(-1, LARGE.vocab_size)


def test_the_page_gives_pytorchs_logits(
    page: Page, site: Site, twins: dict[Kind, Transformer]
) -> None:
    generator = torch.Generator().manual_seed(0)
    text = torch.randint(EXTRA, (1, LENGTH), generator=generator)
    masked = text.masked_fill(torch.rand(text.shape, generator=generator) < 0.5, EXTRA)
    read = torch.cat([torch.full((1, 1), EXTRA), text[:, :-1]], dim=1)
    alone = text[:, :1]
    with torch.inference_mode():
        expected = [
            twins["diffusion"](masked),
            twins["diffusion"](alone),
            twins["autoregression"](read),
            twins["autoregression"](alone),  # a second text, after another
        ]
    found = logits_in_the_page(
        page,
        site,
        [
            *({"do": "diffusion", "tokens": tokens[0].tolist()} for tokens in (masked, alone)),
            *(
                {"do": "autoregression", "token": token, "first": i == 0}
                for tokens in (read, alone)
                for i, token in enumerate(tokens[0].tolist())
            ),
        ],
    )
    np.testing.assert_allclose(found, torch.cat(expected, dim=1)[0].numpy(), rtol=0, atol=1e-4)


def demo(page: Page) -> Locator:
    return page.locator(".denoising")


def press(page: Page, name: str) -> None:
    demo(page).get_by_role("button", name=name).click()


def loaded(page: Page) -> Page:
    """The page after its models have come, stopped on its way."""
    press(page, "Play")
    press(page, "Pause")
    return page


def counts(page: Page) -> list[list[int]]:
    """For each side: passes, of how many; pieces, of how many."""
    lines = page.locator(".denoising-count").all_inner_texts()
    return [[int(number) for number in re.findall(r"\d+", line)[:4]] for line in lines]


def choose(page: Page, **values: str) -> None:
    """Set controls by the first word of their label."""
    for label, value in values.items():
        found = demo(page).get_by_label(re.compile(f"^{label}", re.IGNORECASE))
        control = found.and_(page.locator("input, select"))
        if control.evaluate("it => it.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def texts(page: Page) -> list[str]:
    return page.locator(".denoising-text").all_inner_texts()


@pytest.fixture
def patient(page: Page) -> Page:
    page.set_default_timeout(PATIENCE)
    return page


def test_nothing_is_loaded_before_it_is_asked_for(context: BrowserContext, site: Site) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = opened(context, site)
    page.set_default_timeout(PATIENCE)
    button = demo(page).get_by_role(
        "button", name=re.compile(r"^Play \(loads two models once, \d+ MB\)$")
    )
    expect(button).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if re.search(r"onnx|ort\.|wasm", url)]
    assert FALLBACK not in page.content()
    button.click()
    expect(demo(page).get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
    assert [url for url in asked if url.endswith(".onnx")]


def test_without_javascript_there_is_the_paragraph(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}{PAGE}")
    expect(page.get_by_text(FALLBACK)).to_be_visible()
    context.close()


def test_a_reader_plays_to_the_end_by_keyboard_alone(patient: Page) -> None:
    page = patient
    tab_to(page, ".denoising input[type=range]")
    page.keyboard.press("Home")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert counts(page)[0] == [0, 10, 0, 10]
    tab_to(page, ".denoising .button-primary")
    page.keyboard.press("Enter")
    status = page.locator(".denoising-status")
    expect(status).to_have_text(
        "Finished: 10 passes from left to right, 10 of denoising.", timeout=PATIENCE
    )
    assert counts(page) == [[10, 10, 10, 10], [10, 10, 10, 10]]
    assert page.locator(".denoising-mask").count() == 0
    assert all(texts(page))
    expect(demo(page).get_by_role("button", name="Play")).to_be_focused()
    first = texts(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(demo(page).get_by_role("button", name="Again")).to_be_focused()
    page.keyboard.press("Enter")
    expect(demo(page).get_by_label("Seed")).to_have_value("2")
    expect(status).to_contain_text("Finished", timeout=PATIENCE)
    assert texts(page) != first


def test_a_step_is_one_pass_of_each_side(patient: Page) -> None:
    page = loaded(patient)
    choose(page, pieces="20", denoising="3")
    status = page.locator(".denoising-status")
    for passes, filled in enumerate([7, 14, 20, 20], 1):
        press(page, "Step")
        last = min(passes, 3)
        expect(status).to_have_text(
            f"From left to right: pass {passes} of 20, {passes} of 20 pieces. "
            f"Denoising: pass {last} of 3, {filled} of 20 pieces."
        )
        assert counts(page) == [[passes, 20, passes, 20], [last, 3, filled, 20]]
        masks = page.locator(".denoising-side").locator(".denoising-mask")
        assert masks.count() == 40 - passes - filled


def test_pause_holds_and_play_goes_on(patient: Page) -> None:
    page = patient
    press(page, "Play")
    expect(page.locator(".denoising-status")).to_contain_text("pass 16 of 64", timeout=PATIENCE)
    press(page, "Pause")
    page.wait_for_timeout(500)  # for the pass under way
    held = texts(page)
    page.wait_for_timeout(500)
    assert texts(page) == held
    assert 16 <= counts(page)[0][0] < 64
    press(page, "Play")
    expect(page.locator(".denoising-status")).to_contain_text("Finished", timeout=PATIENCE)
    assert texts(page)[0].startswith(held[0].rstrip())


def test_the_same_seed_writes_the_same_text(patient: Page) -> None:
    page = loaded(patient)
    found = []
    for seed in ("5", "6", "5"):
        choose(page, pieces="12", seed=seed)
        press(page, "Play")
        expect(page.locator(".denoising-status")).to_contain_text("Finished", timeout=PATIENCE)
        found.append(texts(page))
    assert found[0] == found[2]
    assert found[0][0] != found[1][0] and found[0][1] != found[1][1]


def test_a_changed_setting_begins_anew_while_it_plays(patient: Page) -> None:
    page = patient
    press(page, "Play")
    expect(demo(page).get_by_role("button", name="Pause")).to_be_visible(timeout=PATIENCE)
    choose(page, pieces="30", temperature="0")
    expect(demo(page).get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(1000)  # for the pass under way, which must not show any more
    assert counts(page) == [[0, 30, 0, 30], [0, 16, 0, 30]]
    assert page.locator(".denoising-mask").count() == 60


def test_a_gap_keeps_what_stands_around_it(patient: Page) -> None:
    page = patient
    choose(page, begin="gap")
    press(page, "Play")
    told = page.get_by_text(f"The play has: “{HIDDEN}”")
    expect(told).to_be_visible(timeout=PATIENCE)
    for text in texts(page):
        assert text.startswith(BEFORE)
        assert text.endswith(AFTER)
    choose(page, begin="empty")
    expect(told).to_be_hidden()
    assert counts(page) == [[0, 64, 0, 64], [0, 16, 0, 64]]


def test_who_wants_no_motion_sees_the_end(browser: Browser, site: Site) -> None:
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    page = opened(context, site)
    page.evaluate("""() => {
        window.seen = [];
        const text = document.querySelector(".denoising-text");
        const note = () => seen.push(text.querySelectorAll(".denoising-mask").length);
        new MutationObserver(note).observe(text, { childList: true });
    }""")
    press(page, "Play")
    expect(page.locator(".denoising-status")).to_contain_text("Finished", timeout=PATIENCE)
    assert set(page.evaluate("seen")) == {64, 0}
    context.close()


@pytest.mark.parametrize("file", ["denoising-worker.js", "ort.js", "ort.wasm", "diffusion.onnx"])
def test_a_file_that_does_not_come_is_told_and_can_be_tried_again(patient: Page, file: str) -> None:
    page = patient
    page.route(f"**/{file}", lambda route: route.abort())
    press(page, "Play")
    status = page.locator(".denoising-status")
    expect(status).to_contain_text("Check the connection, then play again", timeout=PATIENCE)
    page.unroute(f"**/{file}")
    press(page, "Play")
    expect(status).to_contain_text("Finished", timeout=PATIENCE)


NO_ANSWER = "performance.now = undefined"  # the worker times each
NO_WORKER = "setTimeout(() => { throw new Error('of the test') })"


@pytest.mark.parametrize(
    ("fault", "button"), [(NO_ANSWER, "Step"), (NO_ANSWER, "Play"), (NO_WORKER, None)]
)
def test_models_that_break_down_between_two_passes_can_be_started_afresh(
    browser: Browser, site: Site, fault: str, button: str | None
) -> None:
    context = browser.new_context(service_workers="block")  # not `context`: it fails on faults
    page = opened(context, site)
    page.set_default_timeout(PATIENCE)
    choose(loaded(page), pieces="20", denoising="3")
    press(page, "Step")
    status = page.locator(".denoising-status")
    expect(status).to_contain_text("pass 1 of 20", timeout=PATIENCE)
    (worker,) = (worker for worker in page.workers if "denoising" in worker.url)
    worker.evaluate(fault)
    if button:
        press(page, button)
    expect(status).to_contain_text("broke down and were ended", timeout=PATIENCE)
    page.wait_for_timeout(500)  # for what might be written over it
    expect(status).to_contain_text("broke down and were ended")
    assert counts(page) == [[0, 20, 0, 20], [0, 3, 0, 20]]
    assert page.locator(".denoising-mask").count() == 40
    expect(demo(page).get_by_role("button", name="Step")).to_be_hidden()
    press(page, "Play")
    expect(status).to_contain_text("Finished", timeout=PATIENCE)
    context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 390)])
def test_it_keeps_the_rules_of_accessibility_and_its_width(
    browser: Browser, site: Site, theme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        service_workers="block", viewport={"width": width, "height": 900}, color_scheme=theme
    )
    page = opened(context, site)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    choose(page, begin="gap")
    for _ in range(2):  # before and after
        broken = Axe().run(page, context=".denoising")
        assert broken.violations_count == 0, broken.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        press(page, "Play")
        expect(page.locator(".denoising-status")).to_contain_text("Finished", timeout=PATIENCE)
    context.close()


def test_after_the_first_time_it_needs_no_network(browser: Browser, built_site: Path) -> None:
    context = browser.new_context(service_workers="allow")
    with serving(built_site) as (site, stop):
        page = context.new_page()
        page.goto(f"{site.url}{PAGE}")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()
        press(page, "Play")
        status = page.locator(".denoising-status")
        expect(status).to_contain_text("Finished", timeout=PATIENCE)
        stop()
        page.reload()
        press(page, "Play")
        expect(status).to_contain_text("Finished", timeout=PATIENCE)
    context.close()


# What anywidget gives a module in a notebook: traits, and the kernel's bytes once they are wanted.
NOTEBOOK = """async (base) => {
    const bytes = async (name) => new DataView(await (await fetch(base + name)).arrayBuffer());
    const names = ["denoising-worker.js", "ort.js", "ort.wasm", "pieces.json",
        "autoregression.onnx", "diffusion.onnx"];
    const traits = { size: "22 MB", gap: null, wanted: false, files: {} };
    const listeners = [];
    const model = {
        get: (name) => traits[name],
        set: (name, value) => (traits[name] = value),
        on: (event, act) => event === "change:files" && listeners.push(act),
        save_changes: async () => {
            if (!traits.wanted) return;
            for (const name of names) traits.files[name] = await bytes(name);
            for (const act of listeners) act();
        },
    };
    const text = await (await fetch(base + "denoising.js")).text();
    const blob = new Blob([text], { type: "text/javascript" });
    const { default: widget } = await import(URL.createObjectURL(blob));
    const el = document.createElement("div");
    document.body.replaceChildren(el);
    window.closing = widget.render({ model, el });
}"""


def test_the_same_module_runs_where_a_kernel_sends_the_files(patient: Page) -> None:
    page = patient
    page.evaluate(NOTEBOOK, page.url.removesuffix(PAGE) + "_static/demo/")
    expect(page.get_by_role("option", name="a gap in a line")).to_have_count(0)
    choose(page, pieces="5")
    press(page, "Play")
    finished = "Finished: 5 passes from left to right, 5 of denoising."
    expect(page.locator(".denoising-status")).to_have_text(finished, timeout=PATIENCE)
    assert page.workers
    page.evaluate("closing()")
    for _ in range(100):
        if not page.workers:
            return
        page.wait_for_timeout(50)
    pytest.fail("the worker goes on after its demo was closed")
