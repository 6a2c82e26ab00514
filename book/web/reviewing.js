/**
 * The review lab, as a widget in anywidget's shape: one patch after another, first the reader, then the answer.
 *
 * `model` holds `exhibit`, the patches with their answers; and in a notebook `kept`, the reader's reviews
 * by the patch's name, which on the page lie in the browser's storage.
 */

import { button, el, field, form, prose, submit } from "./elements.js";
import { changes, repaired } from "./reviewing-diff.js";
import { judged, surety, tally } from "./reviewing-tally.js";
import css from "./reviewing.css";
import { get, put, remove } from "./storage.js";

const KEY = "reviewing";
const SURE = [50, 60, 70, 80, 90, 99];

/** Where reviews stay: with the notebook's widget, or in the browser. */
function keeper(model) {
  if (model.save_changes) {
    return {
      read: () => model.get("kept") ?? {},
      write(kept) {
        model.set("kept", kept);
        model.save_changes();
        return true;
      },
    };
  }
  const read = () => {
    try {
      return JSON.parse(get(KEY)) ?? {};
    } catch {
      return {}; // somebody else's text
    }
  };
  const write = (kept) => (Object.keys(kept).length ? put(KEY, JSON.stringify(kept)) : (remove(KEY), true));
  return { read, write };
}

function choose(label, options) {
  const made = options.map(([value, text]) => el("option", { value }, text));
  const select = el("select", {}, el("option", { value: "" }, "choose…"), ...made);
  return { root: field(label, select), select };
}

class Lab {
  constructor(model, root) {
    const { patches, kinds, tools } = model.get("exhibit");
    Object.assign(this, { patches, kinds, tools, keep: keeper(model) });
    const names = new Set(patches.map(({ name }) => name));
    this.kept = Object.fromEntries(Object.entries(this.keep.read()).filter(([name]) => names.has(name)));
    this.body = el("div");
    root.replaceChildren(el("style", {}, css), this.body);
    const next = patches.findIndex(({ name }) => !this.kept[name]);
    if (next < 0) this.result();
    else this.show(next);
  }

  get #reviewed() {
    return this.patches.filter(({ name }) => this.kept[name]).length;
  }

  /** Fill the widget; after the first time the focus goes to its heading, so that nobody loses the place. */
  #fill(heading, ...parts) {
    const again = this.body.childElementCount > 0;
    const title = el("h3", { class: "reviewing-title", tabindex: "-1" }, heading);
    this.body.replaceChildren(title, ...parts);
    if (again) title.focus();
  }

  show(place) {
    const patch = this.patches[place];
    const review = this.kept[patch.name];
    const count = `Patch ${place + 1} of ${this.patches.length}, ${this.#reviewed} reviewed`;
    const said = patch.description.map((line) => el("p", {}, line));
    const diff = changes(patch, review, review ? null : () => this.form.faulty());
    this.#fill(
      patch.title,
      el("p", { class: "reviewing-count" }, count),
      el("blockquote", { "aria-label": "What the contributor says" }, ...said),
      diff.root,
      review ? this.#answer(patch, review) : this.#form(place, diff),
      this.#steps(place),
    );
  }

  #form(place, diff) {
    const patch = this.patches[place];
    const verdicts = ["sound", "faulty"].map((value) => el("input", { type: "radio", name: "verdict", value }));
    const labels = verdicts.map((input) => el("label", {}, input, ` ${input.value}`));
    const kind = choose("What kind of fault?", this.kinds.map((each) => [each, each]));
    const sure = choose("How sure are you?", SURE.map((each) => [each, each === 50 ? "50 %: a coin would do" : `${each} %`]));
    const status = el("p", { class: "reviewing-status", role: "status" });
    const picked = () => verdicts.find((input) => input.checked)?.value;
    const follow = () => {
      kind.root.hidden = picked() !== "faulty";
      if (picked() === "sound") diff.clear();
    };
    for (const input of verdicts) input.addEventListener("change", follow);
    this.form = {
      faulty() {
        verdicts[1].checked = true;
        follow();
      },
    };
    const send = () => {
      const verdict = picked();
      const review = { verdict, sure: Number(sure.select.value) };
      if (verdict === "faulty") Object.assign(review, { line: diff.line(), kind: kind.select.value });
      const lacks = [
        [!verdict, "sound or faulty"],
        [verdict === "faulty" && !review.line, "the line, in the change above"],
        [verdict === "faulty" && !review.kind, "the kind of fault"],
        [!review.sure, "how sure you are"],
      ].filter(([missing]) => missing);
      status.textContent = lacks.length ? `Still to say: ${lacks.map(([, what]) => what).join("; ")}.` : "";
      if (!lacks.length) this.#hand(place, review);
    };
    follow();
    const verdict = el("fieldset", { class: "reviewing-verdict" }, el("legend", {}, "Your verdict"), ...labels);
    return form(send, verdict, kind.root, sure.root, submit("Hand in the review"), status);
  }

  #hand(place, review) {
    this.kept = { ...this.kept, [this.patches[place].name]: review };
    const kept = this.keep.write(this.kept);
    this.show(place);
    if (!kept) this.body.append(el("p", {}, "This browser keeps nothing: the review is gone when you leave the page."));
    this.body.querySelector(".reviewing-answer").focus();
  }

  #answer(patch, review) {
    const verdict = patch.kind ? `It is faulty: ${patch.kind}.` : "It is sound.";
    const parts = [el("p", {}, el("strong", {}, verdict), ` ${judged(patch, review)}`), el("p", {}, patch.why)];
    if (patch.kind) {
      const shown = `${patch.shows}\n# gives ${patch.gives}, and should give ${patch.should}`;
      parts.push(
        el("p", {}, `What shows it: ${patch.input}.`),
        el("pre", { tabindex: "0", "aria-label": "input that shows it" }, el("code", {}, shown)),
        el("p", {}, "A repair:"),
        repaired(patch.repair),
      );
    }
    const said = Object.entries(this.tools).map(([tool, name]) => prose(`${capital(name)}: ${told(patch.tools[tool])}`));
    return el("section", { class: "reviewing-answer", tabindex: "-1", "aria-label": "What is there" }, ...parts, ...said);
  }

  #steps(place) {
    const last = this.patches.length - 1;
    const steps = [];
    if (place > 0) steps.push(button("Previous patch", () => this.show(place - 1)));
    const done = this.kept[this.patches[place].name];
    const kind = done ? "primary" : "plain";
    if (place < last) steps.push(button(done ? "Next patch" : "Skip this patch", () => this.show(place + 1), kind));
    if (this.#reviewed) steps.push(button("My result", () => this.result(), place === last ? kind : "plain"));
    return el("div", { class: "reviewing-bar" }, ...steps);
  }

  result() {
    const { rows, totals } = tally(this.patches, this.kept, Object.keys(this.tools));
    const heads = ["planted", "you", ...Object.values(this.tools)];
    const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)));
    const line = ([name, ...cells]) =>
      el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, cell)));
    const table = el(
      "div",
      { class: "reviewing-wide", tabindex: "0", role: "region", "aria-label": "Found, by kind of fault" },
      el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows.map(line)), el("tfoot", {}, ...totals.map(line))),
    );
    const left = this.patches.length - this.#reviewed;
    const bar = el("div", { class: "reviewing-bar" });
    const next = this.patches.findIndex(({ name }) => !this.kept[name]);
    if (left) bar.append(button("Go on", () => this.show(next), "primary"));
    bar.append(button("Look at them again", () => this.show(0)), this.#reset());
    this.#fill(
      `Your result on ${this.#reviewed} of ${this.patches.length} patches`,
      el("p", {}, "Found counts only where it points to a planted line; a tool's counts are for the same patches."),
      table,
      el("p", {}, surety(this.patches, this.kept)),
      bar,
    );
  }

  /** A button that forgets everything at its second press. */
  #reset() {
    const again = button("Forget my reviews", () => {
      if (!again.dataset.sure) {
        again.dataset.sure = "yes";
        again.textContent = "Really forget them all?";
        return;
      }
      this.kept = {};
      this.keep.write(this.kept);
      this.show(0);
    });
    return again;
  }
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function told({ reports, hit, says }) {
  if (!reports) return "nothing.";
  return `\`${says}\`, ${hit ? "which is what was planted" : "which is not what was planted"}.`;
}

export default {
  render({ model, el: root }) {
    root.classList.add("reviewing");
    new Lab(model, root);
  },
};
