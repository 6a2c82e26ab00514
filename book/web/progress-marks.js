/** Beside each page's link in the sidebar: how many of its exercises are passed, and whether any is due. */

import { el } from "./elements.js";
import { events, isEmpty, watch } from "./log.js";

/** Attach marks to the links of `root`, now or as soon as the log has an event. */
export function attach(root) {
  let pages = null;
  const update = async () => {
    if (isEmpty() && !pages) return;
    pages ??= fetchPages(root);
    const { state } = await import("./progress.js");
    draw(root, await pages, state);
  };
  watch(update);
  update();
}

/** Page to the ids of its exercises; none where the list cannot be had. */
async function fetchPages(root) {
  try {
    return await (await fetch(new URL("_static/exercises.json", home(root)))).json();
  } catch {
    return {};
  }
}

function draw(root, pages, state) {
  const [logged, now] = [Map.groupBy(events(), ({ ex }) => ex), new Date()];
  for (const link of root.querySelectorAll(".bd-sidebar-primary a.reference.internal")) {
    link.querySelector(".page-mark")?.remove();
    const exercises = pages[pageOf(link, root)] ?? [];
    if (!exercises.some((id) => logged.has(id))) continue;
    link.append(mark(exercises.map((id) => state(logged.get(id) ?? [], now))));
  }
}

function mark(states) {
  const passed = states.filter(({ everPassed }) => everPassed).length;
  const due = states.filter((each) => each.mark === "due").length;
  const text = ` (${passed} of ${states.length} exercises passed${due ? `, ${due} due` : ""})`;
  const seen = el("span", { "aria-hidden": "true" }, due ? "due" : `${passed}/${states.length}`);
  return el(
    "span",
    { class: due ? "page-mark page-due" : "page-mark" },
    seen,
    el("span", { class: "visually-hidden" }, text),
  );
}

/** The name of the page that `link` leads to, such as `chapters/scaling/budget`. */
function pageOf(link, root) {
  return new URL(link.href).pathname.slice(home(root).pathname.length).replace(/\.html$/, "");
}

function home(root) {
  return new URL(root.documentElement.dataset.content_root, location.href);
}
