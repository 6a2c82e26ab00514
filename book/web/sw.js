/**
 * Keeps the book on the reader's device: the pages at the first visit, everything else on first use.
 *
 * The build puts the site's files in the place of the empty lists: path -> [SHA-256, bytes].  One cache
 * holds them under `path?hash`, so a new version of the book fetches only what it lacks.
 */

const FILES = { pages: {}, later: {} };

const LISTED = { ...FILES.pages, ...FILES.later };
const ROOT = registration.scope;
const CACHE = `book ${ROOT}`; // several books may share an origin
const AT_ONCE = 6;
const OFFLINE = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Not on this device</title>
<style>:root { color-scheme: light dark } body { font: 1.1rem/1.6 system-ui; max-width: 34rem;
margin: 4rem auto; padding: 0 1rem }</style><h1>This is not on your device</h1>
<p>You are offline, and the book has not kept what you asked for. <a href="${ROOT}">The pages of the book are
here.</a> Online again, the button “Keep the whole book offline” fetches everything.</p></html>`;

const keyOf = (path) => `${ROOT}${path}?${LISTED[path][0]}`;

/** The listed file that answers for `url`, whatever its query; undefined where there is none. */
function listed(url) {
  if (!url.startsWith(ROOT)) return undefined;
  const path = url.slice(ROOT.length).split(/[?#]/)[0].replace(/(^|\/)$/, "$1index.html");
  return Object.hasOwn(LISTED, path) ? path : undefined;
}

/** The first 16 hex digits of the SHA-256 of `bytes`. */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keep the body of `response` as the file `path`; false where it is not the file that is listed. */
async function store(path, response) {
  const bytes = await response.arrayBuffer();
  if ((await digest(bytes)) !== LISTED[path][0]) return false;
  const headers = {
    "Content-Type": response.headers.get("Content-Type") ?? "application/octet-stream",
    "Content-Length": bytes.byteLength,
  };
  // A new response, for a page that was redirected may not answer a navigation.
  await (await caches.open(CACHE)).put(keyOf(path), new Response(bytes, { headers }));
  return true;
}

function silent() {
  throw new Error("the server did not answer");
}

/** Fetch and keep the file `path`, past a stale HTTP cache. */
async function keep(path) {
  // The server confirms a cached file by its date, which may be the same for another content.
  for (const cache of ["no-cache", "reload"]) {
    const response = await fetch(ROOT + path, { cache, priority: "low" }).catch(silent);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    if (await store(path, response)) return;
  }
  throw new Error("the server has another version of it than this book");
}

/** Keep all of `paths`, also where some fail; the first fault, or undefined. */
async function keepAll(paths) {
  const faults = [];
  const rest = paths.values();
  const lane = async () => {
    for (const path of rest) {
      await keep(path).catch((error) => faults.push({ failed: path, why: error.message }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return faults[0];
}

/** The URLs of what is kept, of this version of the book and of earlier ones. */
async function keptUrls() {
  const requests = await (await caches.open(CACHE)).keys();
  return new Set(requests.map((request) => request.url));
}

async function missing() {
  const kept = await keptUrls();
  return Object.keys(LISTED).filter((path) => !kept.has(keyOf(path)));
}

/** Keep the pages, and anew what the reader has of the rest; where one fails, the next visit goes on. */
async function install() {
  const had = new Set([...(await keptUrls())].map(listed));
  const wanted = (path) => Object.hasOwn(FILES.pages, path) || had.has(path);
  const fault = await keepAll((await missing()).filter(wanted));
  if (fault) throw new Error(`${fault.failed}: ${fault.why}`);
}

/** Drop what earlier versions kept, and serve the pages that are open. */
async function activate() {
  const current = new Set(Object.keys(LISTED).map(keyOf));
  const cache = await caches.open(CACHE);
  for (const url of await keptUrls()) if (!current.has(url)) await cache.delete(url);
  await clients.claim();
}

/** The bytes `range` of a whole `response`; all of it where the header is not one simple span. */
async function part(response, range) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (!first && !last) return response;
  const whole = await response.blob();
  const start = first ? Number(first) : Math.max(0, whole.size - Number(last));
  const end = first && last ? Math.min(Number(last) + 1, whole.size) : whole.size;
  if (start >= end) {
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  }
  const headers = { "Content-Type": whole.type, "Content-Range": `bytes ${start}-${end - 1}/${whole.size}` };
  return new Response(whole.slice(start, end), { status: 206, headers });
}

/** The listed file `path`: what is kept, else from the server, to be kept. */
async function answer(event, path) {
  let response = await (await caches.open(CACHE)).match(keyOf(path));
  if (!response) {
    response = await fetch(event.request, { cache: "no-cache" });
    event.waitUntil(store(path, response.clone()));
  }
  const range = event.request.headers.get("Range");
  return range && response.status === 200 ? part(response, range) : response;
}

function offline() {
  return new Response(OFFLINE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** Fetch a few missing files where that is asked, and say how much of the book is kept. */
async function reply(port, asked) {
  const fault = asked === "keep" ? await keepAll((await missing()).slice(0, AT_ONCE)) : undefined;
  const gone = await missing();
  const paths = Object.keys(LISTED);
  const size = (some) => some.reduce((sum, path) => sum + LISTED[path][1], 0);
  const [of, total] = [paths.length, size(paths)];
  port.postMessage({ kept: of - gone.length, of, bytes: total - size(gone), total, ...fault });
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(install());
});

addEventListener("activate", (event) => event.waitUntil(activate()));

addEventListener("message", (event) => event.waitUntil(reply(event.ports[0], event.data.do)));

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const path = method === "GET" ? listed(url) : undefined;
  if (mode === "navigate") {
    event.respondWith((path ? answer(event, path) : fetch(event.request)).catch(offline));
  } else if (path) {
    event.respondWith(answer(event, path));
  }
});
