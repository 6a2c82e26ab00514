/** The answer: the reader's code in an editor, to run and to check; the verdict below it. */

import { button, el } from "./elements.js";
import { draft, keepDraft } from "./log.js";
import { Stopped, python } from "./python.js";
import { section, stopButton } from "./step.js";
import { lastCheck, verdictLine } from "./verdict.js";

export function answerStep(card) {
  const { exercise } = card;
  let code = draft(exercise.id) ?? exercise.starter;
  let editor = null;
  let isRunning = false;

  const frame = el("div", { class: "exercise-editor" }, card.place.querySelector(".exercise-starter"));
  const checking = button("Check", check, "primary");
  const running = button("Run", run);
  const { stopping, during } = stopButton(checking);
  const resetting = button("Reset", () => (code === exercise.starter ? null : ask(true)));
  const confirming = el(
    "p",
    { class: "exercise-confirm", hidden: true },
    "Put the starter back? What you wrote and did not check is lost. ",
    button("Put it back", () => put(exercise.starter)),
    button("Keep mine", () => ask(false)),
  );
  const output = el("pre", { class: "exercise-output", hidden: true });
  const said = verdictLine();
  const buttons = el("div", { class: "step-row" }, checking, running, stopping, resetting);
  const element = section("Your answer", frame, buttons, confirming, output, said.element);
  card.code = () => code;

  async function check() {
    const source = code;
    output.hidden = true;
    const verdict = await work("Checking …", () => python.check(exercise.id, exercise.names, source));
    if (!verdict) return;
    const { passed, id, done, total } = verdict;
    card.record("check", { passed, message: id, done, total, code: source });
    said.show(verdict, card.known().guess);
  }

  async function run() {
    const source = code;
    output.textContent = "";
    output.hidden = true;
    const result = await work("Running …", () => python.run(source, print, exercise.id));
    if (!result) return;
    if (result.text) print(result.text);
    const silent = "Done. Nothing was printed; a last line such as `f(1)` is shown.";
    if (!result.ok) said.say("Stopped by an error, shown above.");
    else said.say(output.hidden ? silent : "Done.");
  }

  function print(text) {
    output.hidden = false;
    output.append(text);
  }

  /** What `task` finds in Python; null where it is stopped, fails, or Python is at work for this card. */
  async function work(doing, task) {
    if (isRunning) return null;
    setRunning(true);
    try {
      return await during(async () => {
        await python.load(said.say);
        said.say(doing);
        return await task();
      });
    } catch (error) {
      said.say(error instanceof Stopped ? "Stopped. Your code is as it was." : error.message);
      return null;
    } finally {
      setRunning(false);
    }
  }

  function setRunning(now) {
    isRunning = now;
    for (const each of [checking, running]) each.setAttribute("aria-disabled", now);
  }

  function ask(open) {
    confirming.hidden = !open;
    (open ? confirming.querySelector("button") : resetting).focus();
  }

  function put(text) {
    code = text;
    keepDraft(exercise.id, code);
    editor?.replace(code);
    ask(false);
    said.say("");
  }

  async function edit() {
    try {
      const { createEditor } = await import("./editor.js");
      const keep = (text) => keepDraft(exercise.id, (code = text));
      frame.replaceChildren();
      editor = createEditor({
        parent: frame,
        doc: code,
        label: `Your answer: ${exercise.title}`,
        onRun: run,
        onChange: keep,
      });
    } catch {
      said.say("The editor did not load. Reload the page to try again.");
    }
  }

  /** What there is to say before Python is there, and after the page was opened again. */
  function greet() {
    if (card.known().attempts) said.say(lastCheck(card.events()));
    else if (python.state === "absent") said.say(`The first run loads Python once, ${python.size}.`);
  }

  whenNear(element, edit);
  greet();
  return {
    for: ["check"],
    element,
    restart: () => put(exercise.starter),
    update({ next }) {
      element.hidden = next === "again";
      checking.hidden = next === "wait"; // a check would begin a new round
    },
  };
}

/** Do `act` once, when `element` comes near the visible part of the page. */
function whenNear(element, act) {
  const watcher = new IntersectionObserver(
    (seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watcher.disconnect();
      act();
    },
    { rootMargin: "600px" },
  );
  watcher.observe(element);
}
