/** What every page loads: the rest comes only where the page has a use for it. */

if (document.querySelector(".live-cell")) import("./live-cell.js").then((m) => m.attach(document));
if (document.querySelector(".exercise")) import("./exercise.js").then((m) => m.attach(document));
if (document.querySelector(".reader-log")) import("./reader-log.js").then((m) => m.attach(document));
if (document.querySelector(".demo")) import("./demo.js").then((m) => m.attach(document));
const keep = document.querySelector(".keep-offline");
if (keep) import("./offline.js").then((m) => m.attach(keep));
import("./progress-marks.js").then((m) => m.attach(document));
import("./offline.js").then((m) => m.register());
