/**
 * The demo of text diffusion, as a widget in anywidget's shape: the twins write side by side, pass by pass.
 *
 * `model` holds `base`, the address of the folder of the demo's files, or in a notebook `files`, their
 * bytes, once they are `wanted`; `size`, what loading fetches; and `gap`, a text with pieces to fill in.
 */

import { autoregress, denoise, uniform } from "./denoising-sampler.js";
import css from "./denoising.css";
import { Models } from "./denoising-models.js";
import { Side } from "./denoising-side.js";
import { button, el } from "./elements.js";

const MASK = 2048; // the id after all pieces
const LONGEST = 128;
const [USUAL, USUAL_STEPS] = [64, 16];
const EMPTY = { before: [], hidden: [], after: [] };
const MOST_STEPS = 64;
const BROKEN = "The models broke down and were ended; play again to start them afresh.";
const PAUSE = 80; // milliseconds between passes, for the eye
const STREAMS = 0x9e3779b9; // sets the two sides' chance apart

/** A slider with its value beside its label. */
function slider(label, props) {
  const value = el("b", { "aria-hidden": "true" }); // the slider says it already
  const input = el("input", { type: "range", ...props });
  const show = () => (value.textContent = input.value);
  input.addEventListener("input", show);
  show();
  return { root: el("label", {}, el("span", {}, label, value), input), input, show };
}

function choice(label, options) {
  const made = Object.entries(options).map(([value, text]) => el("option", { value }, text));
  const input = el("select", {}, ...made);
  return { root: el("label", {}, el("span", {}, label), input), input };
}

class Demo {
  #run = null; // of Play: whoever finds another in its place, stops
  #passing = Promise.resolve(); // the pass that was asked for last
  #loading = false;

  constructor(model, root) {
    this.gap = model.get("gap");
    this.size = model.get("size");
    this.models = new Models(model, (error) => this.#fail(error));
    this.sides = [
      new Side("From left to right", "one piece a pass", (side, tokens, settings) =>
        autoregress(async (token, first) => side.timed(await this.models.autoregression(token, first)), tokens, settings),
      ),
      new Side("Denoising", "several pieces a pass", (side, tokens, settings) =>
        denoise(async (given) => side.timed(await this.models.diffusion(given)), tokens, settings),
      ),
    ];
    this.#controls();
    const sides = el("div", { class: "denoising-sides" }, ...this.sides.map((side) => side.root));
    this.truth = el("p", { class: "denoising-truth", hidden: true });
    root.replaceChildren(el("style", {}, css), this.settings, this.bar, sides, this.truth);
    this.reset();
  }

  #controls() {
    const starts = { empty: "an empty page", ...(this.gap && { gap: "a gap in a line" }) };
    this.start = choice("Begin with", starts);
    this.pieces = slider("Pieces to write", { min: 1, max: LONGEST, value: USUAL });
    this.steps = slider("Denoising steps", { min: 1, max: MOST_STEPS, value: USUAL_STEPS });
    this.temperature = slider("Temperature", { min: 0, max: 1.5, step: 0.1, value: 0.8 });
    this.order = choice("Denoise first", { random: "any, at random", confident: "the surest" });
    this.seed = el("input", { type: "number", min: 0, max: 9999, step: 1, value: 1 });
    const seed = el("label", {}, el("span", {}, "Seed"), this.seed);
    const all = [this.start, this.pieces, this.steps, this.temperature, this.order];
    this.settings = el("div", { class: "denoising-settings" }, ...all.map(({ root }) => root), seed);
    this.wantedSteps = USUAL_STEPS; // fewer where there are fewer pieces
    this.steps.input.addEventListener("input", () => (this.wantedSteps = this.steps.input.value));
    this.settings.addEventListener("input", () => this.reset());
    this.start.input.addEventListener("input", () => this.#lengthen());
    this.playButton = button("Play", () => this.play(), "primary");
    this.stepButton = button("Step", () => this.step());
    this.againButton = button("Again", () => this.again());
    this.status = el("p", { class: "denoising-status", role: "status" });
    this.bar = el("div", { class: "denoising-bar" }, this.playButton, this.stepButton, this.againButton, this.status);
  }

  /** The text to begin with: pieces before and after those to write, and those that a gap hides. */
  get #given() {
    return this.start.input.value === "gap" ? this.gap : EMPTY;
  }

  /** As many pieces as the beginning asks for, and no more than it leaves room for. */
  #lengthen() {
    const { before, hidden, after } = this.#given;
    this.pieces.input.max = LONGEST - before.length - after.length;
    this.pieces.input.value = hidden.length || USUAL;
    this.pieces.show();
  }

  /** Forget what was written, and begin as the controls say. */
  reset() {
    const { before, after } = this.#given;
    const masks = Number(this.pieces.input.value);
    const tokens = [...before, ...Array(masks).fill(MASK), ...after];
    this.steps.input.max = Math.min(MOST_STEPS, masks);
    this.steps.input.value = this.wantedSteps;
    this.steps.show();
    const shared = { size: MASK, temperature: Number(this.temperature.input.value), order: this.order.input.value };
    const steps = Number(this.steps.input.value);
    for (const [i, side] of this.sides.entries()) {
      const random = uniform(Number(this.seed.value) + i * STREAMS);
      side.begin(tokens, { ...shared, steps, random }, [masks, steps][i]);
    }
    this.#run = null;
    this.said = 0;
    if (!this.#loading) this.status.textContent = "";
    this.#show();
  }

  get #done() {
    return this.sides.every((side) => side.done);
  }

  #text = (token) => this.models.pieces?.[token] ?? this.gap.pieces[token];

  #show() {
    for (const side of this.sides) side.show(this.#text);
    const loaded = this.models.pieces !== null;
    const first = loaded ? "Play" : `Play (loads two models once, ${this.size})`;
    this.playButton.textContent = this.#run ? "Pause" : first;
    this.playButton.setAttribute("aria-disabled", this.#loading);
    this.stepButton.hidden = this.againButton.hidden = !loaded;
    this.stepButton.setAttribute("aria-disabled", Boolean(this.#run) || this.#done);
    const { hidden } = this.#given;
    this.truth.hidden = !(this.#done && hidden.length);
    this.truth.textContent = this.truth.hidden ? "" : `The play has: “${hidden.map(this.#text).join("").trim()}”`;
  }

  /** Say how far it is: at every pass that was asked for, at every quarter of those that run by. */
  #say(always) {
    const [first, second] = this.sides;
    const quarter = Math.floor((4 * Math.max(first.passes, second.passes)) / Math.max(first.total, second.total));
    if (!always && quarter === this.said) return;
    this.said = quarter;
    const far = (side) => `pass ${side.passes} of ${side.total}, ${side.filled} of ${side.masks} pieces`;
    this.status.textContent = this.#done
      ? `Finished: ${first.total} passes from left to right, ${second.total} of denoising.`
      : `From left to right: ${far(first)}. Denoising: ${far(second)}.`;
  }

  /** Load the models if need be; false, and a line that says so, where they cannot be had. */
  async #ready() {
    if (this.models.pieces) return true;
    this.#loading = true;
    this.#show();
    this.status.textContent = "Loading the models…";
    const fault = await this.models.load().then(() => "", (error) => error.message);
    this.#loading = false;
    this.#show();
    this.status.textContent = fault;
    return !fault;
  }

  /**
   * A pass of each side that is not done, after the passes that were asked for before.
   * False where its texts are no more: begun anew meanwhile, or lost to a fault.
   */
  #pass() {
    const fillings = this.sides.map((side) => side.filling);
    const current = () => this.sides.every((side, i) => side.filling === fillings[i]);
    const pass = async () => {
      for (const side of this.sides) {
        if (current() && !side.done) await side.step();
      }
    };
    this.#passing = this.#passing.then(pass).catch((error) => this.#fail(error)).then(current);
    return this.#passing;
  }

  #fail(error) {
    console.warn(String(error));
    this.models.end(error);
    this.reset();
    this.status.textContent = BROKEN;
  }

  async play() {
    if (this.#loading) return;
    if (this.#run) return this.pause();
    if (!(await this.#ready())) return;
    if (this.#done) this.reset();
    const run = (this.#run = {});
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#show();
    while (this.#run === run) {
      if (!(await this.#pass()) || this.#run !== run) return;
      if (this.#done) this.#run = null;
      if (!still || this.#done) this.#show();
      this.#say(this.#done);
      await new Promise((resolve) => setTimeout(resolve, still ? 0 : PAUSE));
    }
  }

  pause() {
    this.#run = null;
    this.#show();
    this.#say(true);
  }

  async step() {
    if (this.#run || this.#done) return;
    if (!(await this.#pass())) return;
    this.#show();
    this.#say(true);
  }

  /** Another text: the same settings, the next seed. */
  again() {
    this.seed.value = Number(this.seed.value) + 1;
    this.reset();
    this.play();
  }
}

export default {
  render({ model, el: root }) {
    root.classList.add("denoising");
    const demo = new Demo(model, root);
    return () => demo.models.end(new Error("the demo was closed"));
  },
};
