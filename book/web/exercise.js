/** Turns an exercise's card into the workflow, from the prediction to the day when it comes back. */

import { button, el, save } from "./elements.js";
import { append, eventsOf, exported, isRefused, watch } from "./log.js";
import { state } from "./progress.js";
import { python } from "./python.js";
import { answerStep } from "./step-answer.js";
import { hintsStep, solutionStep } from "./step-hints.js";
import { predictStep } from "./step-predict.js";
import { reflectStep, returnStep } from "./step-reflect.js";
import { reviewStep } from "./step-review.js";

const STEPS = [returnStep, predictStep, answerStep, hintsStep, solutionStep, reviewStep, reflectStep];

/** Attach the workflow to every card in `root` that can be worked on in a page, if this site has Python. */
export function attach(root) {
  if (!python.size) return;
  for (const place of root.querySelectorAll(".exercise")) {
    const data = JSON.parse(place.querySelector(".exercise-data").textContent);
    if (data.needs.length === 0) attachCard(place, data);
  }
}

/**
 * A step is `{for: the states it is next in, element, update(state)}`, perhaps with `restart()`; the card
 * that it is made for offers what follows.
 */
function attachCard(place, exercise) {
  const card = { exercise, place, record, events, known, restart, code: () => exercise.starter };
  const steps = STEPS.map((make) => make(card));
  const problem = storageProblem();

  function events() {
    return eventsOf(exercise.id);
  }

  function known() {
    return state(events(), new Date());
  }

  /** Log what the reader did; the first thing that they do begins a round. */
  function record(event, details) {
    if (!known().started && event !== "start") append(exercise.id, "start");
    append(exercise.id, event, details);
  }

  function restart() {
    for (const step of steps) step.restart?.();
    record("start");
  }

  function update() {
    const now = known();
    for (const step of steps) {
      step.update(now);
      showNext(step.element, step.for.includes(now.next));
    }
    place.dataset.mark = now.mark;
    problem.hidden = !isRefused();
  }

  place.classList.add("exercise-live");
  place.append(...steps.map((step) => step.element), problem);
  watch(update);
  update();
}

/** Mark the one step that is next. */
function showNext(element, isNext) {
  element.classList.toggle("step-next", isNext);
  if (isNext) element.setAttribute("aria-current", "step");
  else element.removeAttribute("aria-current");
}

function storageProblem() {
  const text =
    "This browser keeps nothing here: its storage is blocked or full. Everything works until you " +
    "leave this page, and is forgotten then, unless you save it.";
  const keep = button("Save the log as a file", () => save("struggle-log.jsonl", exported(true)));
  return el("div", { class: "exercise-problem", role: "alert", hidden: true }, el("p", {}, text), keep);
}
