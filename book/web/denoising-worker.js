/** The demo's two models, off the page's thread: onnxruntime on one core, which needs no permission. */

let ort;
const sessions = {};
let past; // the keys and values of what autoregression has read

async function load({ urls }) {
  ort = await import(urls.ort);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: urls.wasm };
  for (const kind of ["autoregression", "diffusion"]) {
    sessions[kind] = await ort.InferenceSession.create(urls[kind]);
  }
}

/** Token ids as a tensor of one row. */
function tensor(tokens) {
  return new ort.Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
}

/** What a session gives for `inputs`, and the milliseconds that it took. */
async function run(kind, inputs) {
  const start = performance.now();
  const outputs = await sessions[kind].run(inputs);
  return { outputs, milliseconds: performance.now() - start };
}

/** Logits of all positions of `tokens`. */
async function diffusion({ tokens }) {
  const { outputs, milliseconds } = await run("diffusion", { tokens: tensor(tokens) });
  return { logits: outputs.logits.data, milliseconds };
}

/** Logits after one more token, which is the text's `first` or follows those before. */
async function autoregression({ token, first }) {
  if (first) past = nothing();
  const { outputs, milliseconds } = await run("autoregression", { token: tensor([token]), past });
  past = outputs.present;
  return { logits: outputs.logits.data, milliseconds };
}

/** Keys and values of no position. */
function nothing() {
  const { shape } = sessions.autoregression.inputMetadata.find(({ name }) => name === "past");
  const empty = shape.map((size) => (typeof size === "number" ? size : 0));
  return new ort.Tensor("float32", new Float32Array(0), empty);
}

const ANSWERS = { load, diffusion, autoregression };

addEventListener("message", async ({ data }) => {
  try {
    const answer = await ANSWERS[data.do](data);
    postMessage({ id: data.id, answer }, answer ? [answer.logits.buffer] : []);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
