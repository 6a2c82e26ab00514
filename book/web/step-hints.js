/** Hints by degrees, each after an attempt; and the solution, after one sentence on what is missing. */

import { button, el, field, form, status, submit } from "./elements.js";
import { section } from "./step.js";

export function hintsStep(card) {
  const hints = [...card.place.querySelectorAll(".exercise-hint")]; // each inside the one before
  const taking = button("Hint", take);
  const waiting = el("p", { class: "step-quiet" });
  waiting.textContent = "The next hint opens after an attempt: check a first or changed idea.";
  const element = section("Hints", hints[0], taking, waiting);

  function take() {
    const number = card.known().hints + 1;
    card.record("hint", { number });
    for (const hint of hints.slice(0, number)) hint.open = true;
    hints[number - 1].querySelector("summary").focus();
  }

  return {
    for: ["hint"],
    element,
    restart() {
      for (const hint of hints) hint.open = false;
    },
    update({ started, next, hints: opened, mayHint, passed, revealed }) {
      const isOver = passed || revealed;
      element.hidden = (!started && next !== "start") || (isOver && opened === 0);
      hints.forEach((hint, place) => (hint.hidden = place >= opened));
      taking.hidden = isOver || !mayHint;
      waiting.hidden = isOver || mayHint || opened === hints.length;
    },
  };
}

export function solutionStep(card) {
  const solution = card.place.querySelector(".exercise-solution");
  const missing = el("input", { type: "text", autocomplete: "off" });
  const asked = field("", missing);
  const said = status();
  const entry = form(reveal, asked, submit("Show the solution", "plain"), said);
  const fold = el(
    "details",
    { class: "step-fold" },
    el("summary", {}, "The solution, after one sentence of yours"),
    entry,
  );
  const invitation = card.place.querySelector(".exercise-try-first");
  const element = section("Compare", invitation, fold, solution);

  function reveal() {
    if (!missing.value.trim()) {
      said.textContent = "One sentence first; it makes the comparison worth something.";
      missing.focus();
      return;
    }
    card.record("reveal", { missing: missing.value.trim() });
    solution.open = true;
    solution.querySelector("summary").focus();
  }

  return {
    for: ["reveal"],
    element,
    restart() {
      missing.value = said.textContent = "";
      solution.open = fold.open = false;
    },
    update({ next, passed, revealed }) {
      const isShown = revealed || next === "wait";
      element.hidden = next === "again";
      solution.hidden = !isShown;
      fold.hidden = isShown;
      invitation.hidden = isShown || passed;
      if (next === "reveal") fold.open = true;
      asked.firstChild.textContent = passed ? "How may it differ from mine?" : "What is missing in mine?";
    },
  };
}
