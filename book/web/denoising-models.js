/** The demo's models for the page: loaded on request, asked for logits, tried again where they failed. */

const FILES = {
  pieces: "pieces.json",
  worker: "denoising-worker.js",
  ort: "ort.js",
  wasm: "ort.wasm",
  autoregression: "autoregression.onnx",
  diffusion: "diffusion.onnx",
};
const KERNEL = 60_000; // milliseconds, after which a kernel that was asked counts as dead
const ABSENT =
  "The models could not be loaded. The first time this needs the network; afterwards it works offline too. " +
  "Check the connection, then play again.";

/** The files of the demo as bytes, which a notebook's kernel sends when it is asked. */
function sent(model) {
  const known = () => Object.keys(model.get("files")).length > 0;
  return new Promise((resolve, reject) => {
    const take = () => known() && resolve(model.get("files"));
    setTimeout(() => reject(new Error("the kernel does not send the models")), KERNEL);
    model.on("change:files", take);
    take();
    model.set("wanted", true);
    model.save_changes();
  });
}

/** The address of each of the `FILES`: below `base`, or of what the kernel sent. */
async function addresses(model) {
  const base = model.get("base");
  const files = base ? {} : await sent(model);
  const type = (name) => (name.endsWith(".js") ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : "");
  const made = (name) => URL.createObjectURL(new Blob([files[name]], { type: type(name) }));
  return Object.fromEntries(Object.entries(FILES).map(([key, name]) => [key, base ? base + name : made(name)]));
}

export class Models {
  pieces = null; // the text of each id, once the models are there
  #model;
  #lost;
  #ends = 0; // of whoever loads and finds another number, the work is no longer wanted
  #worker = null;
  #loading = null;
  #asked = 0;
  #waiting = new Map();

  /** `lost` hears of a worker that breaks down while nobody waits for an answer. */
  constructor(model, lost) {
    this.#model = model;
    this.#lost = lost;
  }

  /** Fetch and start both unless that has been done; rejects with a line for the reader. */
  load() {
    const ends = this.#ends;
    this.#loading ??= this.#start().catch((error) => {
      console.warn(String(error));
      if (ends === this.#ends) this.end(error);
      throw new Error(ABSENT);
    });
    return this.#loading;
  }

  /** {logits, milliseconds} for all positions of `tokens`. */
  diffusion(tokens) {
    return this.#ask({ do: "diffusion", tokens });
  }

  /** {logits, milliseconds} after `token`, the `first` of a text or one that follows. */
  autoregression(token, first) {
    return this.#ask({ do: "autoregression", token, first });
  }

  /** End the worker; what waits for it rejects with `reason`. */
  end(reason) {
    this.#ends += 1;
    this.#worker?.terminate();
    this.#worker = this.#loading = this.pieces = null;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  async #start() {
    const ends = this.#ends;
    const urls = await addresses(this.#model);
    try {
      const pieces = await fetch(urls.pieces);
      if (!pieces.ok) throw new Error(`${FILES.pieces}: ${pieces.status}`);
      const texts = await pieces.json();
      if (ends !== this.#ends) throw new Error("ended before it was loaded");
      this.#worker = new Worker(urls.worker, { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#receive(data);
      this.#worker.onerror = (event) => this.#break(event);
      await this.#ask({ do: "load", urls });
      this.pieces = texts;
    } finally {
      for (const url of Object.values(urls)) URL.revokeObjectURL(url); // of others it takes no notice
    }
  }

  #break(event) {
    event.preventDefault(); // it is told here
    const error = new Error(event.message || "the worker did not start");
    const idle = this.#waiting.size === 0;
    this.end(error);
    if (idle) this.#lost(error);
  }

  #ask(question) {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...question });
    });
  }

  #receive({ id, answer, failed }) {
    if (failed) return this.end(new Error(failed));
    this.#waiting.get(id).resolve(answer);
    this.#waiting.delete(id);
  }
}
