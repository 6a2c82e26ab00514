/** Python itself, off the page's thread: answers one question at a time and forwards what is printed. */

const LIVE = new URL("../live/", import.meta.url).href;
const LARGEST = 65536; // characters of output that one run may show
const AT_ONCE = 200; // messages of a run that go out at once; later ones are gathered
const PAUSE = 50; // milliseconds to gather for
const CUT = "\n… and more: only the first 64 kB are shown.\n";

let cell; // the module cell.py, once Python runs

/** A promise that rejects where the WebAssembly cannot be had: Pyodide itself would wait for ever. */
function withoutWasm() {
  const plain = WebAssembly.instantiateStreaming;
  return new Promise((_, reject) => {
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = plain.apply(WebAssembly, given);
      made.catch(reject);
      return made;
    };
  });
}

/** Start Python with NumPy and unpack the course's checks. */
async function load(tell) {
  tell("Loading Python…");
  const checks = fetch(`${LIVE}struggle.zip`);
  const { loadPyodide } = await import(`${LIVE}pyodide.mjs`);
  const starting = loadPyodide({ indexURL: LIVE, stdin: () => null });
  const python = await Promise.race([starting, withoutWasm()]);
  tell("Loading NumPy…");
  await python.loadPackage("numpy", { messageCallback: () => {} });
  if (!python.loadedPackages.numpy) throw new Error("NumPy could not be loaded"); // Pyodide only logs it
  python.unpackArchive(await (await checks).arrayBuffer(), "zip", { extractDir: "/home/pyodide" });
  cell = python.runPython("import sys; sys.path.insert(0, '/home/pyodide'); import cell; cell");
}

/** A function that forwards text in few messages and stops after `LARGEST` characters. */
function forwarder() {
  let left = LARGEST, sent = 0, last = 0, waiting = "";
  const flush = () => {
    if (waiting) postMessage({ output: waiting });
    waiting = "";
    sent += 1;
    last = performance.now();
  };
  const write = (text) => {
    if (left <= 0) return;
    waiting += text.length > left ? text.slice(0, left) + CUT : text;
    left -= text.length;
    if (left <= 0 || sent < AT_ONCE || performance.now() - last > PAUSE) flush();
  };
  return { write, flush };
}

const ANSWERS = {
  load: (_, write) => load(write),
  run: ({ source, space }, write) => JSON.parse(cell.run(source, space, write)),
  check: ({ id, names, source }) => JSON.parse(cell.check(id, names, source)),
  holds: ({ names, source, expression }) => JSON.parse(cell.holds(names, source, expression)),
};

addEventListener("message", async ({ data }) => {
  const { write, flush } = forwarder();
  try {
    const answer = await ANSWERS[data.do](data, write);
    flush();
    postMessage({ answer });
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
