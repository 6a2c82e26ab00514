/** What a reader can do with the log: take it elsewhere, bring one in, delete it. */

import { button, el, field, form, save, status, submit } from "./elements.js";
import * as log from "./log.js";
import { moveTo } from "./step.js";

const SHOWN = 5; // damaged lines that are named

/** Save the log as a file, with or without the code of the attempts. */
export function exportForm() {
  const attempts = el("input", { type: "checkbox" });
  const send = () =>
    save(`struggle-log-${new Date().toISOString().slice(0, 10)}.jsonl`, log.exported(attempts.checked));
  return el(
    "section",
    { class: "reader-part" },
    el("h2", {}, "Take the log elsewhere"),
    el(
      "p",
      {},
      "In a shell ",
      el("code", {}, "struggle import"),
      " reads the file; on another device this page does.",
    ),
    form(
      send,
      el("label", { class: "check" }, attempts, " with my attempts"),
      submit("Save the log as a file"),
    ),
  );
}

/** Add the events of a file to the log. */
export function importForm() {
  const chosen = el("input", { type: "file", accept: ".jsonl,.json,.txt" });
  const said = status();
  chosen.addEventListener("change", async () => {
    const [file] = chosen.files;
    if (!file) return;
    said.replaceChildren(...imported(log.merge(await file.text())));
    chosen.value = ""; // the same file may be chosen again
  });
  return el(
    "section",
    { class: "reader-part" },
    el("h2", {}, "Bring a log in"),
    el("p", {}, "What is here already stays as it is; a file may be brought in twice."),
    field("A file that this page or the shell has written", chosen),
    said,
  );
}

/** What became of a file's lines, with the damaged ones by number. */
function imported({ added, known, damaged }) {
  if (added + known === 0) return [el("p", {}, "This is no log of this book: no line of it is an event.")];
  const lines = damaged.slice(0, SHOWN).map(({ number, reason }) => el("li", {}, `Line ${number}: ${reason}`));
  if (damaged.length > SHOWN) lines.push(el("li", {}, `and ${damaged.length - SHOWN} more`));
  const told = [el("p", {}, `${added} new, ${known} known already, ${damaged.length} left out.`)];
  if (log.isRefused())
    told.push(el("p", {}, "The browser's storage is full or blocked: some of it is gone when you leave."));
  return lines.length ? [...told, el("ul", {}, ...lines)] : told;
}

/** Delete the log, after a second question. */
export function deleteForm() {
  const asking = button("Delete the log", () => ask(true));
  const count = el("p", { class: "reader-count" });
  const confirming = el(
    "div",
    { class: "reader-confirm", hidden: true },
    count,
    button("Delete for good", remove, "primary"),
    button("Keep it", () => ask(false)),
  );
  const said = status();

  function ask(open) {
    const number = log.events().length;
    const events = number === 1 ? "one event" : `${number} events`;
    count.textContent = `This deletes ${events} and your drafts from this browser.`;
    confirming.hidden = !open;
    said.textContent = "";
    if (open) moveTo(count);
    else asking.focus();
  }

  function remove() {
    log.clear();
    confirming.hidden = true;
    said.textContent = "Deleted.";
    asking.focus();
  }

  const words = "Save it first if you may want it again.";
  return el(
    "section",
    { class: "reader-part" },
    el("h2", {}, "Delete the log"),
    el("p", {}, words),
    asking,
    confirming,
    said,
  );
}
