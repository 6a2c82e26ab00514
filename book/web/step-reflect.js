/** Reflect: what changed in one's mind, and how hard it was, which decides when the exercise comes back. */

import { button, day, el, field, form, status, submit } from "./elements.js";
import { moveTo, section } from "./step.js";

const RATINGS = {
  again: "I could not do it without the solution.",
  hard: "I got there, with much effort or several hints.",
  good: "I got there with some effort.",
  easy: "It went almost by itself.",
};

export function reflectStep(card) {
  const text = el("textarea", { rows: 3 });
  const name = `rating-${card.exercise.id}`;
  const said = status();
  const ratings = Object.entries(RATINGS).map(([rating, meaning]) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name, value: rating }),
      el("span", {}, el("b", {}, rating), ` ${meaning}`),
    ),
  );
  const choice = el("fieldset", {}, el("legend", {}, "How hard was it?"), ...ratings);
  const entry = form(
    keep,
    field("What did I believe before, and what do I believe now?", text),
    choice,
    submit("Keep"),
    said,
  );
  const element = section("Reflect", entry);

  function keep() {
    const rating = choice.querySelector(":checked")?.value;
    if (!text.value.trim() || !rating) {
      said.textContent = "A sentence and one of the four, please; they decide when it comes back.";
      (text.value.trim() ? choice.querySelector("input") : text).focus();
      return;
    }
    card.record("reflect", { text: text.value.trim(), rating });
    entry.reset();
    said.textContent = "";
    moveTo(card.place.querySelector(".exercise-return"));
  }

  return {
    for: ["reflect"],
    element,
    update({ started, passed, revealed }) {
      element.hidden = !started || !(passed || revealed);
    },
  };
}

/** What is between two rounds: when it comes back, and the way to begin again. */
export function returnStep(card) {
  const line = el("p", { class: "exercise-return" });
  const starting = button("Start from an empty cell", start);
  const element = section("Come back", line, starting);

  function start() {
    card.restart();
    card.place.querySelector("textarea").focus(); // the prediction
  }

  return {
    for: ["again"],
    element,
    update({ next, due }) {
      element.hidden = next !== "again" && next !== "wait";
      starting.className = `button button-${next === "again" ? "primary" : "plain"}`;
      if (next === "again") line.textContent = "It is due again: start from an empty cell, without looking.";
      if (next === "wait") line.textContent = `Comes back on ${day(due)}.`;
    },
  };
}
