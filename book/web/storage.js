/** Local storage, which a browser may block or find full: nothing here raises. */

const OURS = "struggle-first/";

/** All texts whose key starts with `prefix`, as `[rest of the key, text]`. */
export function stored(prefix) {
  const start = OURS + prefix;
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(start));
    return keys.map((key) => [key.slice(start.length), localStorage.getItem(key)]);
  } catch {
    return [];
  }
}

/** Keep `text`; false where the browser does not. */
export function put(key, text) {
  try {
    localStorage.setItem(OURS + key, text);
    return true;
  } catch {
    return false;
  }
}

/** The text under `key`, or null. */
export function get(key) {
  try {
    return localStorage.getItem(OURS + key);
  } catch {
    return null;
  }
}

export function remove(key) {
  try {
    localStorage.removeItem(OURS + key);
  } catch {
    // What cannot be reached was not kept either.
  }
}

/** Call `act` when another tab has changed something of ours. */
export function onOtherTab(act) {
  addEventListener("storage", (change) => {
    if (change.key === null || change.key.startsWith(OURS)) act();
  });
}
