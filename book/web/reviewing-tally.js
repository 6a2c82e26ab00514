/** What a reader's reviews come to, beside those of the tools on the same patches. */

const right = (patch, review) => (review.verdict === "faulty") === Boolean(patch.kind);
const pointed = (patch, review) => Boolean(patch.planted?.includes(review.line));

/** One review against what is there, in a sentence. */
export function judged(patch, review) {
  if (!patch.kind) return review.verdict === "sound" ? "So you said." : "A false alarm.";
  if (review.verdict === "sound") return "You let it through.";
  if (!pointed(patch, review)) return "You sensed something, at another line.";
  return review.kind === patch.kind ? "You found it." : `You found the line, and called it ${review.kind}.`;
}

/** Rows for the table: each kind of fault, then all of them, then false alarms; only patches with a review. */
export function tally(patches, kept, tools) {
  const seen = patches.filter(({ name }) => kept[name]);
  const faulty = seen.filter(({ kind }) => kind);
  const sound = seen.filter(({ kind }) => !kind);
  const found = (some) => [
    some.filter((patch) => pointed(patch, kept[patch.name])).length,
    ...tools.map((tool) => some.filter((patch) => patch.tools[tool].hit).length),
  ];
  const alarms = [
    sound.filter(({ name }) => kept[name].verdict === "faulty").length,
    ...tools.map((tool) => sound.filter((patch) => patch.tools[tool].reports).length),
  ];
  const row = (name, counts, all) => [name, ...counts.map((count) => `${count} of ${all.length}`)];
  const kinds = [...new Set(faulty.map(({ kind }) => kind))];
  return {
    rows: kinds.map((kind) => {
      const some = faulty.filter((patch) => patch.kind === kind);
      return row(kind, found(some), some);
    }),
    totals: [row("found in all", found(faulty), faulty), row("false alarms on sound ones", alarms, sound)],
  };
}

/** How sure the reader was, and how often right. */
export function surety(patches, kept) {
  const seen = patches.filter(({ name }) => kept[name]);
  if (!seen.length) return "No review yet.";
  const sure = seen.reduce((sum, { name }) => sum + kept[name].sure, 0) / seen.length;
  const hits = seen.filter((patch) => right(patch, kept[patch.name])).length;
  return `You were ${sure.toFixed(0)} % sure on average, and sound or faulty was right in ${hits} of ${seen.length}.`;
}
