/**
 * How both models of the demo write: `lab/diffusion.py` and `lab/sampling.py`, in the same order of
 * chance, so that a test can hold the two languages to each other.
 *
 * Logits are one Float32Array, `size + 1` numbers a position; the last is the extra token's, which is
 * the mask and is never drawn.
 */

const TIE = 1e-5; // among masks alone all positions tie up to rounding

/** Numbers in [0, 1) that depend on `seed` alone (Tommy Ettinger's mulberry32). */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The logits of the pieces at `position`. */
function row(logits, position, size) {
  const start = position * (size + 1);
  return logits.subarray(start, start + size);
}

/** Probabilities as a Float64Array. */
export function softmax(scores, temperature = 1) {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = Float64Array.from(scores, (score) => Math.exp((score - highest) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** A token by its `scores`; temperature 0 takes the likeliest. */
export function draw(scores, temperature, random) {
  if (temperature === 0) return scores.indexOf(scores.reduce((a, b) => Math.max(a, b), -Infinity));
  const probabilities = softmax(scores, temperature);
  let left = 1 - random(); // above zero, so that nothing of probability zero is drawn
  let last = 0;
  for (const [token, probability] of probabilities.entries()) {
    if (probability > 0) last = token;
    left -= probability;
    if (left <= 0) break;
  }
  return last;
}

/**
 * Fill the masks in `tokens` in `steps` passes of `read`, which gives the logits of all positions;
 * yields {tokens, fresh, passes} after each, `fresh` being the positions that it filled.
 */
export async function* denoise(read, tokens, { size, steps, order, temperature, random }) {
  const masks = tokens.filter((token) => token === size).length;
  for (let passes = 1; passes <= steps; passes += 1) {
    const logits = await read(tokens);
    const drawn = tokens.map((_, i) => draw(row(logits, i, size), temperature, random));
    let scores = tokens.map(() => random());
    if (order === "confident") {
      // Not tempered: at temperature 0 every draw would be certain.
      scores = scores.map((score, i) => softmax(row(logits, i, size))[drawn[i]] + TIE * score);
    }
    const masked = [...tokens.keys()].filter((i) => tokens[i] === size);
    const kept = masked.length - Math.floor((masks * (steps - passes)) / steps);
    const fresh = masked.sort((a, b) => scores[b] - scores[a]).slice(0, kept);
    tokens = tokens.map((token, i) => (fresh.includes(i) ? drawn[i] : token));
    yield { tokens, fresh, passes };
  }
}

/**
 * Fill the masks in `tokens` from left to right; `read` gives the logits after one more token.
 * The masks lie side by side: what stands behind them is kept, but never read.
 */
export async function* autoregress(read, tokens, { size, temperature, random }) {
  const [first, end] = [tokens.indexOf(size), tokens.lastIndexOf(size) + 1];
  let passes = 0;
  let logits = await read(size, true); // the text begins with the extra token
  for (const token of tokens.slice(0, first)) logits = await read(token, false);
  for (let i = first; i < end; i += 1) {
    if (i > first) logits = await read(tokens[i - 1], false);
    const drawn = draw(row(logits, 0, size), temperature, random);
    tokens = tokens.map((token, at) => (at === i ? drawn : token));
    passes += 1;
    yield { tokens, fresh: [i], passes };
  }
}
