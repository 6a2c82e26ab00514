/** Registers the service worker, and makes the button that keeps the whole book on this device. */

/**
 * Let the worker keep the pages once this one is shown.
 * The registration; undefined where the browser has no workers or refuses one: the book is read online then.
 */
export async function register() {
  if (!("serviceWorker" in navigator) || !location.protocol.startsWith("http")) return undefined;
  if (document.readyState !== "complete") {
    await new Promise((shown) => addEventListener("load", shown, { once: true }));
  }
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const worker = navigator.serviceWorker.register(new URL("sw.js", root), { updateViaCache: "none" });
  return worker.catch(() => undefined);
}

/** What the worker answers; a newer worker that takes over before is asked again. */
async function ask(wish) {
  const { active } = await navigator.serviceWorker.ready;
  const answered = new AbortController();
  const answer = await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage({ do: wish }, [port2]);
    const again = () => resolve(ask(wish));
    navigator.serviceWorker.addEventListener("controllerchange", again, { signal: answered.signal });
  });
  answered.abort();
  return answer;
}

/** `bytes` as whole megabytes, or with one decimal where they are few. */
function megabytes(bytes) {
  const size = bytes / 1e6;
  return size < 10 ? Math.max(size, 0.1).toFixed(1) : Math.round(size).toString();
}

/** Put the button, its progress and its status in the place of the text of `element`. */
function draw(element) {
  const button = document.createElement("button");
  const progress = document.createElement("progress");
  const status = document.createElement("p");
  button.type = "button";
  progress.setAttribute("aria-label", "Kept on this device");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  status.tabIndex = -1;
  button.hidden = progress.hidden = true;
  status.textContent = "The pages are being kept on this device first.";
  element.replaceChildren(button, progress, status);
  return { button, progress, status };
}

/** What the status says of the worker's answer `counts`. */
function told({ kept, of, bytes, total, failed, why }) {
  if (kept === of) return "The whole book is on this device.";
  const size = `${megabytes(bytes)} of ${megabytes(total)} MB`;
  if (!failed) return `${kept} of ${of} files, ${size}`;
  return `${failed} could not be fetched: ${why}. ${size} are kept on this device. Press again to go on.`;
}

function show({ button, progress, status }, counts) {
  const all = counts.kept === counts.of;
  button.textContent = `Keep the whole book offline (${megabytes(counts.total - counts.bytes)} MB)`;
  progress.max = counts.total;
  progress.value = counts.bytes;
  status.textContent = told(counts);
  status.classList.toggle("keep-fault", Boolean(counts.failed));
  if (all && document.activeElement === button) status.focus(); // the button goes, the reader stays
  button.hidden = all;
}

/** Ask the worker for a few files at a time, so that the browser never ends it for taking long. */
async function keep(parts) {
  const { button, progress } = parts;
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true"; // a disabled button would lose the keyboard's place
  progress.hidden = false;
  navigator.storage?.persist?.(); // where the browser agrees it does not clear this by itself
  let counts;
  do {
    counts = await ask("keep");
    show(parts, counts);
  } while (counts.kept < counts.of && !counts.failed);
  progress.hidden = counts.kept === counts.of;
  button.ariaDisabled = "false";
}

/** Make `element` a button that keeps the whole book; where that cannot be, its text stays. */
export async function attach(element) {
  if (!(await register())) return;
  const parts = draw(element);
  parts.button.addEventListener("click", () => keep(parts));
  show(parts, await ask("status"));
  parts.button.ariaDisabled = "false";
}
