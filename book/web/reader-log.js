/** The page on the reader's progress: the state of each exercise, and what to do with the log. */

import { button, day, el, save } from "./elements.js";
import { deleteForm, exportForm, importForm } from "./log-forms.js";
import * as log from "./log.js";
import { state } from "./progress.js";

const WORDS = { due: "Due", passed: "Passed", started: "Started", new: "New" };

/** Attach the states and the forms to the table in `root`. */
export function attach(root) {
  const place = root.querySelector(".reader-log");
  const table = place.querySelector("table");
  const rows = [...table.querySelectorAll("tbody tr")].map(withCells);
  const summary = el("p", { class: "reader-summary" });
  const aside = asideLine();
  place.querySelector(".without-script").replaceWith(summary);
  table.tHead.rows[0].append(el("th", { scope: "col" }, "State"), el("th", { scope: "col" }, "Comes back"));

  const update = () => {
    const states = statesOf(rows.map(({ id }) => id));
    rows.forEach((row) => fill(row, states.get(row.id)));
    const rank = ({ id }) => rankOf(states.get(id));
    table.tBodies[0].append(...rows.toSorted((a, b) => rank(a) - rank(b)).map(({ row }) => row));
    summary.textContent = summed([...states.values()]);
    aside.update();
  };

  place.append(aside.element, exportForm(), importForm(), deleteForm());
  log.watch(update);
  update();
}

/** A row with the two cells that tell its state. */
function withCells(row) {
  const [mark, due] = [el("td"), el("td")];
  row.append(mark, due);
  return { id: row.dataset.exercise, row, mark, due };
}

function statesOf(ids) {
  const [events, now] = [Map.groupBy(log.events(), ({ ex }) => ex), new Date()];
  return new Map(ids.map((id) => [id, state(events.get(id) ?? [], now)]));
}

function fill({ row, mark, due }, known) {
  row.dataset.mark = known.mark;
  mark.textContent = WORDS[known.mark];
  due.textContent = known.due ? day(known.due, "short") : "";
}

/** What is due comes first, the longest waiting on top; the others stay in the book's order. */
function rankOf({ mark, due }) {
  return mark === "due" ? due.getTime() : Number.MAX_VALUE;
}

function summed(states) {
  const count = (test) => states.filter(test).length;
  const due = count(({ mark }) => mark === "due");
  const passed = `You have passed ${count(({ everPassed }) => everPassed)} of ${states.length} exercises.`;
  if (!states.some(({ mark }) => mark !== "new")) return "Nothing is logged in this browser yet.";
  return due
    ? `${passed} ${due === 1 ? "One is" : `${due} are`} due, on top of the table.`
    : `${passed} Nothing is due.`;
}

/** The line that tells what was damaged in storage: it can be saved and is never thrown away. */
function asideLine() {
  const told = el("span");
  const keep = button("Save them as a file", () => save("struggle-set-aside.txt", log.setAside().join("\n")));
  const element = el("p", { class: "reader-aside" }, told, keep);
  const update = () => {
    const { length } = log.setAside();
    const entries = length === 1 ? "1 damaged entry was" : `${length} damaged entries were`;
    told.textContent = `${entries} set aside; the others are kept. `;
    element.hidden = length === 0;
  };
  return { element, update };
}
