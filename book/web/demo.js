/** Puts a demo into each place that the page has for one: the same module that a notebook shows. */

const FOLDER = new URL("../demo/", import.meta.url).href;

export async function attach(root) {
  for (const place of root.querySelectorAll(".demo[data-size]")) {
    const { demo, size, gap } = place.dataset;
    const { default: widget } = await import(`${FOLDER}${demo}.js`);
    const model = new Map([["base", FOLDER], ["size", size], ["gap", gap && JSON.parse(gap)]]);
    widget.render({ model, el: place });
  }
}
