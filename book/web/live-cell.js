/** Makes the page's code cells live: an editor in place of the block, a toolbar, and the output. */

import { button, el } from "./elements.js";
import { Stopped, python } from "./python.js";

const NO_EDITOR = "The editor could not be loaded: check the connection, then click into the code again.";
const STOPPED = "Stopped. The names that cells had defined are gone: run again those you need.";

class LiveCell {
  #editor = null; // a promise of it, once asked for
  #running = false;
  #edited = false;

  constructor(root) {
    this.root = root;
    const code = root.querySelector("pre");
    this.block = code.parentElement.parentElement; // Sphinx puts two boxes around it
    this.original = code.textContent.trimEnd();
    this.label = root.querySelector(".live-label");
    this.name = this.label.textContent;
    this.runButton = button("Run", () => this.run(), "primary");
    this.stopButton = button("Stop", () => python.stop());
    this.resetButton = button("Reset", () => this.reset());
    this.status = el("p", { class: "live-status", role: "status" });
    this.output = el("pre", { class: "live-output", "aria-live": "polite" });
    this.#build();
  }

  #build() {
    this.label.id ||= `live-${(LiveCell.count = (LiveCell.count ?? 0) + 1)}`;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-labelledby", this.label.id);
    const bar = el("div", { class: "live-bar" }, this.runButton, this.stopButton, this.resetButton, this.status);
    this.place = el("div", { class: "live-editor", hidden: true });
    this.root.append(this.place, bar, this.output);
    this.block.tabIndex = 0; // of the pre inside the theme takes it away again
    this.block.setAttribute("role", "group");
    this.block.setAttribute("aria-label", `${this.name}: code, opens as an editor`);
    this.block.addEventListener("focusin", ({ target }) => target.closest("button") || this.edit());
    this.refresh();
  }

  /** Show what can be done now. */
  refresh() {
    const loaded = ["ready", "busy"].includes(python.state);
    this.runButton.textContent = loaded ? "Run" : `Run (loads Python once, ${python.size})`;
    this.runButton.setAttribute("aria-disabled", this.#running);
    this.stopButton.hidden = !this.#running;
    this.resetButton.hidden = this.#running || !(this.#edited || this.output.textContent);
  }

  /** A promise of the editor, which is put in place of the block; null where it cannot be loaded. */
  edit() {
    this.#editor ??= import("./editor.js").then(
      ({ createEditor }) => this.#mount(createEditor),
      () => this.#withoutEditor(),
    );
    return this.#editor;
  }

  #withoutEditor() {
    this.#editor = null;
    this.status.textContent = NO_EDITOR;
    return null;
  }

  /** The keyboard follows into the editor if it was in the block. */
  #mount(createEditor) {
    const focused = this.block.contains(document.activeElement);
    this.place.hidden = false;
    this.block.hidden = true;
    const editor = createEditor({
      parent: this.place,
      doc: this.original,
      label: `${this.name}: code`,
      onRun: () => this.run(),
      onChange: (text) => this.#changed(text),
    });
    if (focused) editor.focus();
    return editor;
  }

  #changed(text) {
    this.#edited = text !== this.original;
    this.refresh();
  }

  async run() {
    if (this.#running) return;
    this.#running = true;
    this.output.className = "live-output";
    this.output.textContent = "";
    this.refresh();
    try {
      await this.#run();
    } catch (error) {
      this.status.textContent = error instanceof Stopped ? STOPPED : error.message;
    }
    this.#running = false;
    if (document.activeElement === this.stopButton) this.runButton.focus();
    this.refresh();
  }

  async #run() {
    const source = (await this.edit())?.value() ?? this.original;
    await python.load((text) => (this.status.textContent = text));
    this.status.textContent = "Running…";
    const { ok, text } = await python.run(source, (more) => this.output.append(more));
    this.#show(text);
    this.output.classList.toggle("live-failed", !ok);
    this.status.textContent = ok ? "Done." : "Stopped at an error.";
  }

  /** Add the value or the error after what was printed, and make a long output reachable by keyboard. */
  #show(text) {
    this.output.append(text);
    this.output.scrollTop = this.output.scrollHeight;
    if (this.output.scrollHeight > this.output.clientHeight) this.output.tabIndex = 0;
  }

  /** The code as the page has it, and no output. */
  async reset() {
    (await this.#editor)?.replace(this.original);
    this.output.textContent = this.status.textContent = "";
    this.runButton.focus();
    this.refresh();
  }
}

/** Make every live cell under `root` live, if this site was built with Python. */
export function attach(root) {
  if (!python.size) return;
  const cells = [...root.querySelectorAll(".live-cell")].map((each) => new LiveCell(each));
  python.addEventListener("change", () => cells.forEach((cell) => cell.refresh()));
}
