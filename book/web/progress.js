/**
 * Where a reader stands with an exercise, derived from the log's events and from nothing else; the same
 * as `struggle/progress.py` derives.
 */

import { Rating, fsrs } from "ts-fsrs";

const HINTS = 3;
const DAY = 86_400_000;
const RATINGS = { again: Rating.Again, hard: Rating.Hard, good: Rating.Good, easy: Rating.Easy };
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: true });

/** The state after the `events` of one exercise, in their order, at the time `now`. */
export function state(events, now) {
  const round = roundOf(events);
  const lastHint = round.findLastIndex(({ event }) => event === "hint");
  const due = dueAfter(of("reflect", events));
  const known = {
    started: round.length > 0,
    guess: of("predict", round).at(-1)?.guess ?? null,
    attempts: attempts(round),
    tries: attempts(round.slice(lastHint + 1)),
    hints: Math.max(0, ...of("hint", round).map(({ number }) => number)),
    passed: isPassed(round),
    revealed: of("reveal", round).length > 0,
    reviewed: of("review", round).length > 0,
    everPassed: isPassed(events),
    due,
    isDue: due !== null && due <= now,
  };
  const next = nextStep(known);
  return { ...known, mayHint: known.hints < HINTS && known.tries > 0, next, mark: mark(known, next) };
}

/** The events since the last reflection; a later round begins with a `start`. */
export function roundOf(events) {
  const last = events.findLastIndex(({ event }) => event === "reflect");
  const begun = last < 0 ? 0 : events.findIndex(({ event }, place) => place > last && event === "start");
  return begun < 0 ? [] : events.slice(begun);
}

/** The one obvious next step. */
function nextStep({ started, guess, attempts, tries, hints, passed, revealed, reviewed, due, isDue }) {
  if (!started) return due === null ? "start" : isDue ? "again" : "wait";
  if (passed || revealed) return reviewed ? "reflect" : "review";
  if (guess === null && attempts === 0) return "predict";
  if (tries < 2) return "check";
  return hints < HINTS ? "hint" : "reveal";
}

/** One word for lists. */
function mark({ everPassed }, next) {
  if (next === "again") return "due";
  if (everPassed) return "passed";
  return next === "start" ? "new" : "started";
}

function of(kind, events) {
  return events.filter(({ event }) => event === kind);
}

function attempts(events) {
  return of("check", events).filter(({ message }) => message !== "not-started").length;
}

function isPassed(events) {
  return of("check", events).some(({ passed }) => passed);
}

/** When the exercise comes back after these reflections: a date, or null before the first. */
function dueAfter(reflections) {
  let memory = null;
  let last = null;
  let due = null;
  for (const { t, rating } of reflections) {
    const time = Date.parse(t);
    const elapsed = last === null ? 0 : Math.floor((time - last) / DAY);
    memory = scheduler.next_state(memory, elapsed, RATINGS[rating]);
    due = new Date(time + scheduler.next_interval(memory.stability, elapsed) * DAY);
    last = time;
  }
  return due;
}
