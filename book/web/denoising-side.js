/** One model's half of the demo: its text, of which the masks are boxes, and what it has cost so far. */

import { el } from "./elements.js";

export class Side {
  #text = el("p", { class: "denoising-text" });
  #count = el("p", { class: "denoising-count" });
  #spent = 0; // milliseconds of the pass under way

  /** `fill` gives, for tokens with masks and a seed, an async iterator of {tokens, fresh, passes}. */
  constructor(title, remark, fill) {
    this.fill = fill;
    const heading = el("p", { class: "denoising-title" }, el("strong", {}, title), ` ${remark}`);
    this.root = el("div", { class: "denoising-side", role: "group", "aria-label": title }, heading, this.#text, this.#count);
  }

  /** Begin anew with `tokens`, which `passes` passes will fill; `settings` are for `fill`. */
  begin(tokens, settings, passes) {
    this.tokens = tokens;
    this.passes = 0;
    this.total = passes;
    this.milliseconds = 0;
    this.masks = tokens.filter((token) => token === settings.size).length;
    this.size = settings.size;
    this.given = tokens.map((token) => token !== settings.size);
    this.fresh = [];
    this.filling = this.fill(this, tokens, settings);
  }

  get done() {
    return this.passes === this.total;
  }

  get filled() {
    return this.masks - this.tokens.filter((token) => token === this.size).length;
  }

  /** One more pass of the model. */
  async step() {
    const filling = this.filling;
    this.#spent = 0;
    const { value } = await filling.next();
    if (filling !== this.filling) return;
    this.milliseconds += this.#spent;
    Object.assign(this, value);
  }

  /** Note the time of an answer of the model, and give its logits. */
  timed({ logits, milliseconds }) {
    this.#spent += milliseconds;
    return logits;
  }

  /** Show what there is; `text` gives the text of a token. */
  show(text) {
    this.#text.replaceChildren(...this.tokens.map((token, place) => this.#piece(token, place, text)));
    const counts = [`${this.passes} of ${this.total} passes`, `${this.filled} of ${this.masks} pieces`];
    this.#count.textContent = [...counts, `${Math.round(this.milliseconds)} ms`].join(" · ");
  }

  #piece(token, place, text) {
    if (token === this.size) return el("span", { class: "denoising-mask", "aria-hidden": "true" });
    const kind = this.given[place] ? "given" : this.fresh.includes(place) ? "fresh" : "kept";
    return el("span", { class: `denoising-${kind}` }, text(token));
  }
}
