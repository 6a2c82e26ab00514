/** Review: a prompt for an AI, to copy or save; then each thing that it claimed gets a test. */

import { button, el, field, form, prose, save, status, submit } from "./elements.js";
import { roundOf } from "./progress.js";
import { prompt } from "./prompt.js";
import { python } from "./python.js";
import { section, stopButton } from "./step.js";

export function reviewStep(card) {
  const shown = el("textarea", { rows: 12, readonly: true, "aria-label": "The prompt" });
  const reading = el("details", { class: "step-fold" }, el("summary", {}, "Read the prompt"), shown);
  const said = status();
  const buttons = el(
    "div",
    { class: "step-row" },
    button("Copy the prompt", copy, "primary"),
    button("Save as a file", () => {
      save("review-prompt.md", text());
      done("saved", "Saved as review-prompt.md.");
    }),
  );
  const why =
    "The AI comes last, on purpose, and as a reviewer: it is asked for questions and doubts, not for code.";
  const claims = claimForm(card);
  const element = section("Ask an AI to review it", el("p", {}, why), buttons, said, reading, claims.element);

  function text() {
    return prompt(card.exercise, roundOf(card.events()), card.known().guess);
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
      done("copied", "Copied. Paste it into the model of your choice.");
    } catch {
      reading.open = true;
      shown.focus();
      shown.select();
      done("shown", "The browser does not let the page copy. The prompt is selected: copy it by hand.");
    }
  }

  function done(how, message) {
    said.textContent = message;
    card.record("review", { how });
  }

  return {
    for: ["review"],
    element,
    restart() {
      said.textContent = "";
      reading.open = false;
      claims.restart();
    },
    update({ started, passed, revealed, reviewed }) {
      element.hidden = !started || !(passed || revealed);
      if (!element.hidden) shown.value = text();
      claims.element.hidden = !reviewed;
    },
  };
}

/** What the AI said, each with a test and whether it held. */
function claimForm(card) {
  const claim = el("textarea", { rows: 2 });
  const test = el("input", { type: "text", class: "code", autocomplete: "off", spellcheck: "false" });
  const sending = submit("Run the test", "plain");
  const { stopping, during } = stopButton(sending);
  const tested = el("ul", { class: "exercise-claims", "aria-live": "polite" });
  const said = status();

  async function run() {
    const [claimed, expression] = [claim.value.trim(), test.value.trim()];
    if (!stopping.hidden) return;
    if (!claimed || !expression) {
      said.textContent = "Write down what it claimed, and a test of it.";
      return;
    }
    said.textContent = "Testing …";
    const { held, text } = await holds(expression);
    said.replaceChildren(held === null ? prose(text) : "");
    if (held === null) return;
    tested.append(el("li", {}, `${claimed} `, el("code", {}, expression), ` ${text}`));
    entry.reset();
    card.record("claim", { claim: claimed, test: expression, held });
  }

  async function holds(expression) {
    try {
      return await during(() => python.holds(card.exercise.names, card.code(), expression));
    } catch (error) {
      return { held: null, text: error.message };
    }
  }

  const paragraphs = card.exercise.verify.split("\n").map((line) => prose(line));
  const entry = form(
    run,
    field("What did it claim?", claim),
    field("A test: a Python expression that is true if the claim holds", test),
    el("div", { class: "step-row step-start" }, sending, stopping),
    said,
  );
  return {
    element: el("div", { class: "exercise-verify" }, ...paragraphs, entry, tested),
    restart() {
      entry.reset();
      said.replaceChildren();
      tested.replaceChildren();
    },
  };
}
