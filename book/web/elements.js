/** The few pieces that the page's own forms are made of.  What a reader wrote is only ever set as text. */

/** A new element; `props` are attributes (a boolean switches one) and listeners (`onclick`). */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A button that does `act`; of a group at most one is `primary`. */
export function button(text, act, kind = "plain") {
  return el("button", { type: "button", class: `button button-${kind}`, onclick: act }, text);
}

/** A control under its label. */
export function field(label, control) {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

/** A form that `act`s when it is sent, by its button or by the Enter key. */
export function form(act, ...children) {
  const send = (event) => {
    event.preventDefault();
    act();
  };
  return el("form", { class: "step-form", onsubmit: send }, ...children);
}

/** The button that sends a form. */
export function submit(text, kind = "primary") {
  return el("button", { class: `button button-${kind}` }, text);
}

/** A paragraph in which what stands between backticks is set as code. */
export function prose(text, props = {}) {
  const parts = text.split("`").map((part, place) => (place % 2 ? el("code", {}, part) : part));
  return el("p", props, ...parts);
}

/** A line that is read aloud when its text changes. */
export function status(kind = "") {
  return el("div", { class: `said ${kind}`.trim(), role: "status" });
}

/** A day in the reader's time zone: `26 November 2026`, or in "short" `26 Nov 2026`. */
export function day(date, month = "long") {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month, year: "numeric" }).format(date);
}

/** Hand `text` to the reader as the file `name`. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // a slow disk may still be reading
}
