/** The demo's models for the page: loaded on request, asked for logits, tried again where they failed. */

const FILES = { ort: "ort.js", wasm: "ort.wasm", autoregression: "autoregression.onnx", diffusion: "diffusion.onnx" };
const WORKER = "denoising-worker.js";
const PIECES = "pieces.json";
const ABSENT =
  "The models could not be loaded. The first time this needs the network; afterwards it works offline too. " +
  "Check the connection, then play again.";

/** The files of the demo as bytes, which a notebook's kernel sends when it is asked. */
function sent(model) {
  const known = () => Object.keys(model.get("files")).length > 0;
  return new Promise((resolve) => {
    const take = () => known() && resolve(model.get("files"));
    model.on("change:files", take);
    take();
    model.set("wanted", true);
    model.save_changes();
  });
}

/** A function from a file's name to its address: below `base`, or of what the kernel sent. */
async function addresses(model) {
  const base = model.get("base");
  if (base) return (name) => base + name;
  const files = await sent(model);
  const type = (name) => (name.endsWith(".js") ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : "");
  return (name) => URL.createObjectURL(new Blob([files[name]], { type: type(name) }));
}

export class Models {
  pieces = null; // the text of each id, once the models are there
  #model;
  #worker = null;
  #loading = null;
  #asked = 0;
  #waiting = new Map();

  constructor(model) {
    this.#model = model;
  }

  /** Fetch and start both unless that has been done; rejects with a line for the reader. */
  load() {
    this.#loading ??= this.#start().catch((error) => {
      console.warn(String(error));
      this.end(error);
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
    this.#worker?.terminate();
    this.#worker = this.#loading = this.pieces = null;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  async #start() {
    const address = await addresses(this.#model);
    const pieces = await fetch(address(PIECES));
    if (!pieces.ok) throw new Error(`${PIECES}: ${pieces.status}`);
    this.#worker = new Worker(address(WORKER), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = () => this.end(new Error("the worker did not start"));
    const urls = Object.fromEntries(Object.entries(FILES).map(([key, name]) => [key, address(name)]));
    await this.#ask({ do: "load", urls });
    this.pieces = await pieces.json();
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
