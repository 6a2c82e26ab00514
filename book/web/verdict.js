/** The line below an answer: what is going on, and what a check said. */

import { el, prose, status } from "./elements.js";

/** The line as `element`; `say(text)` a plain sentence, `show(verdict, guess)` what a check found. */
export function verdictLine() {
  const element = status("verdict");

  function say(text) {
    delete element.dataset.kind;
    element.replaceChildren(prose(text));
  }

  function show({ passed, state, cause, case: example, next }, guess) {
    element.dataset.kind = passed ? "passed" : "not-yet";
    const first = prose(cause);
    first.prepend(el("strong", {}, state), " ");
    const rest = [example && `Case: ${example}.`, next, passed && guess && `You predicted: ${guess}`];
    element.replaceChildren(first, ...rest.filter(Boolean).map((text) => prose(text)));
  }

  return { element, say, show };
}

/** The last check of `events` in a sentence. */
export function lastCheck(events) {
  const { passed, done, total } = events.findLast(({ event }) => event === "check");
  const count = total ? ` (${done} of ${total})` : "";
  return `Your last check: ${passed ? "passed" : "not yet"}${count}.`;
}
