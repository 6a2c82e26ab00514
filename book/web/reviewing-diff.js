/** A patch's files as lines to read, and one of them to choose. */

import { el } from "./elements.js";

const MARKS = { "+": ["added", "+"], "-": ["gone", "−"], " ": ["kept", " "] };

/**
 * The files of `patch`; `chosen` is called when the reader chooses a line.  Once there is a `review`,
 * nothing can be chosen, and the planted line and the reader's are marked.
 */
export function changes(patch, review, chosen) {
  const inputs = [];
  const files = patch.files.map(({ file, name, lines }) => {
    const rows = lines.map(([mark, number, text]) => {
      const [kind, sign] = MARKS[mark];
      const cells = [
        el("span", { class: "reviewing-number", "aria-hidden": "true" }, String(number)),
        el("span", { class: "reviewing-mark", "aria-hidden": "true" }, sign),
        el("code", {}, text || " "),
      ];
      const place = `${file}:${number}`;
      if (review) return el("div", { class: `reviewing-line ${kind}` }, ...cells, ...notes(patch, review, mark, place));
      if (mark === "-" || !text) return el("div", { class: `reviewing-line ${kind}` }, el("span", { class: "reviewing-gap" }), ...cells);
      const spoken = `${name}, line ${number}, ${kind}: ${text}`;
      const input = el("input", { type: "radio", name: "line", value: place, "aria-label": spoken });
      input.addEventListener("change", chosen);
      inputs.push(input);
      return el("label", { class: `reviewing-line ${kind}` }, input, ...cells);
    });
    const head = el("p", { class: "reviewing-file" }, name, file === "tests" ? " (new, all pass)" : "");
    const scrolls = review ? { tabindex: "0", role: "region", "aria-label": name } : {};
    return el("div", {}, head, el("div", { class: "reviewing-lines", ...scrolls }, el("div", {}, ...rows)));
  });
  const legend = el("legend", {}, review ? "The change" : "The change; if you find a fault, choose its line");
  return {
    root: el("fieldset", { class: "reviewing-change" }, legend, ...files),
    line: () => inputs.find((input) => input.checked)?.value,
    clear: () => inputs.forEach((input) => (input.checked = false)),
  };
}

function notes(patch, review, mark, place) {
  if (mark === "-") return [];
  const found = [];
  if (patch.planted?.includes(place)) found.push("planted");
  if (review.line === place) found.push("your choice");
  const marks = found.map((text) => el("span", { class: "reviewing-note" }, text));
  return marks.length ? [el("span", { class: "reviewing-notes" }, ...marks)] : [];
}

/** The lines that a repair takes out and puts in. */
export function repaired(lines) {
  const rows = lines.map(([mark, text]) => {
    const [kind, sign] = MARKS[mark];
    const spoken = el("span", { class: "reviewing-spoken" }, `${kind}: `);
    const cells = [spoken, el("span", { class: "reviewing-mark", "aria-hidden": "true" }, sign), el("code", {}, text || " ")];
    return el("div", { class: `reviewing-line ${kind}` }, ...cells);
  });
  const scrolls = { tabindex: "0", role: "region", "aria-label": "The repair" };
  return el("div", { class: "reviewing-lines", ...scrolls }, el("div", {}, ...rows));
}
