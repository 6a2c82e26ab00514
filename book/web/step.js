/** What several steps of an exercise share. */

import { button, el } from "./elements.js";
import { python } from "./python.js";

/** A section under `title`; the word "next" beside it shows only while it is the next step. */
export function section(title, ...children) {
  const heading = el("h4", { class: "step-title" }, title, el("span", { class: "step-mark" }, "next"));
  return el("section", { class: "step" }, heading, ...children);
}

/** Focus `element` although it is no control, so that a screen reader goes on there. */
export function moveTo(element) {
  element.tabIndex = -1;
  element.focus();
}

/** A button that stops Python; `during(task)` shows it for so long, and moves its focus `home` after. */
export function stopButton(home) {
  const stopping = button("Stop", () => python.stop());
  stopping.hidden = true;
  const during = async (task) => {
    stopping.hidden = false;
    try {
      return await task();
    } finally {
      if (document.activeElement === stopping) home.focus();
      stopping.hidden = true;
    }
  };
  return { stopping, during };
}
