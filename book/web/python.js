/** Python for this page: loaded on request, one task at a time, stopped by ending its worker. */

const OFFLINE =
  "Python could not be loaded. The first time this needs the network; afterwards it works offline too. " +
  "Check the connection, then run again.";
const BROKEN = "Python broke down on this and was ended; the next run starts it afresh.";

/** What a task rejects with when the reader stops it. */
export class Stopped extends Error {}

/** Sends a "change" event whenever `state` may have changed. */
class Python extends EventTarget {
  /** What loading fetches, as text such as "9 MB"; empty where this site was built without Python. */
  size = document.querySelector("script[data-python]")?.dataset.python ?? "";
  #worker = null;
  #loading = null;
  #loaded = false;
  #tasks = []; // the first one is with the worker

  /** "absent", "loading", "ready" or "busy". */
  get state() {
    if (!this.#loading) return "absent";
    if (!this.#loaded) return "loading";
    return this.#tasks.length ? "busy" : "ready";
  }

  /** Fetch and start Python unless that has been done; `onProgress` gets a line of text at each step. */
  load(onProgress = () => {}) {
    this.#loading ??= this.#start(onProgress);
    return this.#loading;
  }

  /** Run a cell; gives {ok, text}, `text` being the last value or what went wrong. */
  run(source, onOutput, space = "page") {
    return this.#ask({ do: "run", source, space }, onOutput);
  }

  /** The verdict on the functions `names` of `source` for the exercise `id`. */
  check(id, names, source) {
    return this.#ask({ do: "check", id, names, source });
  }

  /** Whether `expression` is true beside the definitions of `source`: {held, text}. */
  holds(names, source, expression) {
    return this.#ask({ do: "holds", names, source, expression });
  }

  /** End the worker at once; every task that waits rejects with `Stopped`. */
  stop() {
    this.#end(new Stopped("Stopped."));
  }

  async #start(onProgress) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = () => this.#end(new Error(this.#loaded ? BROKEN : OFFLINE));
    await this.#send({ do: "load" }, onProgress);
    this.#loaded = true;
    this.#changed();
  }

  async #ask(question, onOutput = () => {}) {
    await this.load();
    return this.#send(question, onOutput);
  }

  #send(question, onOutput) {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ question, onOutput, resolve, reject });
      if (this.#tasks.length === 1) this.#worker.postMessage(question);
      this.#changed();
    });
  }

  #receive(data) {
    if ("output" in data) return this.#tasks[0].onOutput(data.output);
    if ("failed" in data) {
      console.warn(data.failed);
      return this.#end(new Error(this.#loaded ? BROKEN : OFFLINE));
    }
    this.#tasks.shift().resolve(data.answer);
    if (this.#tasks.length) this.#worker.postMessage(this.#tasks[0].question);
    this.#changed();
  }

  #end(reason) {
    const unanswered = this.#tasks;
    if (this.#worker) this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker?.terminate();
    this.#worker = this.#loading = null;
    this.#loaded = false;
    this.#tasks = [];
    for (const task of unanswered) task.reject(reason);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const python = new Python();
