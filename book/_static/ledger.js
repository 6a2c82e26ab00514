/** Filters the ledger's rows by part, verdict, kind and words, and opens the row that the address names. */

const form = document.querySelector(".ledger-filter");
const rows = [...document.querySelectorAll(".ledger-row")];
const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

/** Whether `row` is what the form asks for; all words have to occur. */
function wanted(row, { part, verdict, kind, words }) {
  const asked = { part, verdict, kind };
  const listed = Object.entries(asked).every(([name, value]) => !value || row.dataset[name] === value);
  return listed && words.toLowerCase().split(/\s+/).every((word) => texts.get(row).includes(word));
}

function filter() {
  const asked = Object.fromEntries(new FormData(form));
  for (const row of rows) row.hidden = !wanted(row, asked);
  for (const part of document.querySelectorAll(".ledger-part")) {
    part.hidden = !part.querySelector(".ledger-row:not([hidden])");
  }
  const shown = rows.filter((row) => !row.hidden).length;
  form.querySelector(".ledger-count").value = `${shown} of ${rows.length} rows`;
}

/** Show and open the row of the address, also where the filter had hidden it. */
function openNamed() {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!row?.classList.contains("ledger-row")) return;
  if (row.hidden) form.reset();
  row.querySelector("details").open = true;
  row.scrollIntoView();
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter)); // the fields are cleared after the event
  addEventListener("hashchange", openNamed);
  openNamed();
}
