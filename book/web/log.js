/**
 * The reader's log, in this browser only: one entry of local storage for each event, so that two tabs
 * that write at the same time lose nothing.
 */

import { VERSION, inOrder, parsed } from "./event.js";
import { get, onOtherTab, put, remove, stored } from "./storage.js";

const EVENT = "event/";
const DRAFT = "draft/";
const ASIDE = "set-aside/";
const CHANGED = "struggle-log";

const unkept = []; // what the browser would not keep lives as long as the page
let refused = false;

/** All events in order. */
export function events() {
  const found = stored(EVENT).map(([key, text]) => kept(key, text));
  return inOrder([...found.filter(Boolean), ...unkept]);
}

/** The events of one exercise. */
export function eventsOf(exercise) {
  return events().filter((event) => event.ex === exercise);
}

/** Whether anything was ever logged here. */
export function isEmpty() {
  return unkept.length === 0 && stored(EVENT).length === 0;
}

/** Add one event with the present time. */
export function append(exercise, event, details = {}) {
  add({ v: VERSION, id: newId(), t: nextTime(), ex: exercise, event, ...details });
  changed();
}

/** Whether the browser has refused to keep something since the page was opened. */
export function isRefused() {
  return refused;
}

/** The log as JSON Lines; without `attempts` the reader's code stays here. */
export function exported(attempts) {
  const bare = (event) => (attempts || !("code" in event) ? event : { ...event, code: null });
  return events()
    .map((event) => `${JSON.stringify(bare(event))}\n`)
    .join("");
}

/** Add the events of an export that are new here; tells how many, and the damaged lines by number. */
export function merge(text) {
  const lines = text.split("\n").map((line, place) => ({ number: place + 1, line }));
  const read = lines
    .filter(({ line }) => line.trim())
    .map(({ number, line }) => ({ number, ...parsed(line) }));
  const sound = read.filter(({ event }) => event).map(({ event }) => event);
  const known = new Set(events().map(({ id }) => id));
  const fresh = new Map(sound.filter(({ id }) => !known.has(id)).map((event) => [event.id, event]));
  for (const event of fresh.values()) add(event);
  changed();
  const damaged = read.filter(({ event }) => !event).map(({ number, reason }) => ({ number, reason }));
  return { added: fresh.size, known: sound.length - fresh.size, damaged };
}

/** The damaged entries that were set aside, as they were found. */
export function setAside() {
  return stored(ASIDE).map(([, text]) => text);
}

/** Forget everything: events, drafts and what was set aside. */
export function clear() {
  for (const prefix of [EVENT, DRAFT, ASIDE]) {
    for (const [key] of stored(prefix)) remove(prefix + key);
  }
  unkept.length = 0;
  changed();
}

/** The code that the reader is working on, or null. */
export function draft(exercise) {
  return get(DRAFT + exercise);
}

/** Keep the reader's code as they type. */
export function keepDraft(exercise, code) {
  if (!put(DRAFT + exercise, code)) refuse();
}

/** Call `act` whenever the log has changed, in this tab or in another one. */
export function watch(act) {
  addEventListener(CHANGED, act);
  onOtherTab(act);
}

function changed() {
  dispatchEvent(new Event(CHANGED));
}

function add(event) {
  if (put(EVENT + event.id, JSON.stringify(event))) return;
  unkept.push(event);
  refused = true;
}

function refuse() {
  if (refused) return;
  refused = true;
  changed();
}

/** The event of one entry, or null: a damaged entry moves aside, one of a newer book waits for that book. */
function kept(key, text) {
  const { event, isNewer } = parsed(text);
  if (!event && !isNewer && put(ASIDE + key, text)) remove(EVENT + key);
  return event;
}

/** The present time, or just after the last event's, so that the order is that of the times. */
function nextTime() {
  const last = events().at(-1);
  return new Date(Math.max(Date.now(), last ? Date.parse(last.t) + 1 : 0)).toISOString();
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
