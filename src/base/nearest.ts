/** The name that was probably meant. For errors about an unknown option or dtype. */

/** Options of this package that other libraries call by another word. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  threads: "workers",
  processes: "workers",
  poolsize: "workers",
  ddof: "correction",
  m: "columns",
};
/** Shorter names are parts of too many others. */
const PART_LENGTH = 4;

const plain = (name: string): string => name.toLowerCase().replaceAll("_", "");

/**
 * The one of `names` that is most like `given`: another spelling of it, a name that has it as a part, or one that
 * differs in few letters. `undefined` if none is like it.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = plain(given);
  const known = names.map((name) => ({ name, text: plain(name) }));
  const other = Object.hasOwn(OTHER_WORDS, wanted) ? OTHER_WORDS[wanted] : undefined;
  if (other !== undefined && names.includes(other)) return other;
  const isPart = (text: string) =>
    (wanted.length >= PART_LENGTH && text.includes(wanted)) || (text.length > PART_LENGTH && wanted.includes(text));
  const found = known.find(({ text }) => text === wanted) ?? known.find(({ text }) => isPart(text));
  if (found) return found.name;
  const distances = known.map(({ name, text }) => ({ name, distance: editDistance(wanted, text) }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : undefined;
}

/** The Damerau-Levenshtein distance: how many letters must be added, removed, replaced or exchanged with the next. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = isExchange ? rows[i - 2]![j - 2]! + 1 : replaced;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced, exchanged));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
