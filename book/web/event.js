/** What an event of the log holds: the page's counterpart of `struggle/log.schema.json`. */

export const VERSION = 1;

const isText = (value) => typeof value === "string";
const isTruth = (value) => typeof value === "boolean";
const isWhole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const isOneOf =
  (...words) =>
  (value) =>
    words.includes(value);
const orNull = (test) => (value) => value === null || test(value);
const isCount = isWhole(0, Infinity);

const HEAD = {
  id: (value) => isText(value) && /^[0-9a-f]{16}$/.test(value),
  t: isTime,
  ex: (value) => isText(value) && value !== "",
};

const FIELDS = {
  start: {},
  predict: { guess: isText, confidence: orNull(isWhole(0, 100)) },
  check: { passed: isTruth, message: isText, done: isCount, total: isCount, code: orNull(isText) },
  hint: { number: isWhole(1, 3) },
  reveal: { missing: isText },
  review: { how: isOneOf("shown", "copied", "saved", "sent") },
  claim: { claim: isText, test: isText, held: isTruth },
  reflect: { text: isText, rating: isOneOf("again", "hard", "good", "easy") },
};

/** What is the matter with `event`, in a few words; null if it is one. */
export function fault(event) {
  if (event === null || typeof event !== "object" || Array.isArray(event)) return "no event";
  if (Number.isInteger(event.v) && event.v > VERSION) return "written by a newer version; update to read it";
  if (event.v !== VERSION) return "the version `v` is missing or unknown";
  if (!Object.hasOwn(FIELDS, event.event)) return "`event` is none of the known ones";
  for (const [name, fits] of Object.entries({ ...HEAD, ...FIELDS[event.event] })) {
    if (!Object.hasOwn(event, name)) return `\`${name}\` is missing`;
    if (!fits(event[name])) return `\`${name}\` does not hold what it should`;
  }
  return null;
}

/** The event in the text `line`, or null, the reason, and whether a newer version wrote it. */
export function parsed(line) {
  try {
    const event = JSON.parse(line);
    const reason = fault(event);
    return reason ? { event: null, reason, isNewer: event?.v > VERSION } : { event, reason };
  } catch {
    return { event: null, reason: "not JSON" };
  }
}

/** The order of the log: by time, and by id where two stand in the same millisecond. */
export function inOrder(events) {
  const key = (event) => event.t + event.id;
  return events.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isTime(value) {
  const time = isText(value) ? new Date(value) : null;
  const isReal = time !== null && !Number.isNaN(time.getTime()) && time.toISOString() === value;
  return isReal && value.startsWith("20");
}
