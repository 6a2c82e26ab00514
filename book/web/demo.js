/** Puts a demo into each place that the page has for one: the same module that a notebook shows. */

export async function attach(root) {
  for (const place of root.querySelectorAll(".demo[data-folder]")) {
    const { demo, folder, ...data } = place.dataset;
    const base = new URL(`../${folder}/`, import.meta.url).href;
    const { default: widget } = await import(`${base}${demo}.js`);
    const model = new Map([["base", base], ["size", data.size]]);
    for (const name of ["gap", "exhibit"]) model.set(name, data[name] && JSON.parse(data[name]));
    widget.render({ model, el: place });
  }
}
