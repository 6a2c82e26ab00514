/** Predict: a guess in writing before any code, and if the reader likes, how sure they are. */

import { el, field, form, status, submit } from "./elements.js";
import { moveTo, section } from "./step.js";

export function predictStep(card) {
  const question = card.place.querySelector(".exercise-predict");
  question.querySelector("strong").remove(); // "Predict first." is the step's title here

  const guess = el("textarea", { rows: 2 });
  const confidence = el("input", { type: "number", min: 0, max: 100, step: 1, inputmode: "numeric" });
  const said = status();
  const entry = form(
    keep,
    field("Your prediction", guess),
    el("div", { class: "step-row" }, field("How sure, 0 to 100 (if you like)", confidence), submit("Keep")),
    said,
  );
  const kept = el("p", { class: "step-kept" });
  const element = section("Predict first", question, entry, kept);

  function keep() {
    if (!guess.value.trim()) {
      said.textContent = "Write a guess first, however rough.";
      guess.focus();
      return;
    }
    const sure = confidence.value === "" ? null : Number(confidence.value);
    card.record("predict", { guess: guess.value.trim(), confidence: sure });
    moveTo(kept);
  }

  return {
    for: ["start", "predict"],
    element,
    restart() {
      guess.value = confidence.value = said.textContent = "";
    },
    update({ started, next, guess: known, attempts, revealed }) {
      const isOver = known === null && (attempts > 0 || revealed); // it would be no prediction any more
      element.hidden = isOver || (!started && next !== "start");
      entry.hidden = known !== null;
      kept.hidden = known === null;
      kept.textContent = `You predicted: ${known}`;
    },
  };
}
