/** The reviewer's prompt, filled as `struggle/review.py` fills it. */

/** `template` with the reader's work in its places; what they wrote stays as it is, braces and all. */
export function prompt({ title, statement, prompt: template }, events, guess) {
  const code = events.findLast((event) => event.code)?.code;
  const values = {
    title,
    statement,
    code: code ? fenced(code) : "(no code kept)",
    verdicts: history(events) || "(none)",
    guess: guess || "(none)",
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

/** One line for each attempt. */
function history(events) {
  const checks = events.filter(({ event, message }) => event === "check" && message !== "not-started");
  return checks.map((check, place) => `attempt ${place + 1}: ${outcome(check)}`).join("\n");
}

function outcome({ passed, message, done, total }) {
  const state = passed ? "passed" : `not yet, ${message}`;
  return total ? `${state} (${done} of ${total})` : state;
}

/** The code as a block; its fence is longer than any run of backticks inside. */
function fenced(code) {
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}python\n${code}\n${fence}`;
}
