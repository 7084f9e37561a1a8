// A histogram of a million numbers, printed as a picture.
import {
  add,
  arange,
  argmax,
  diff,
  divide,
  linspace,
  multiply,
  remainder,
  searchsorted,
  sort,
  sum,
  tidy,
} from "shared-ndarray";

const [count, bins] = [1_000_000, 12];

/** Numbers from 0 to 1 that look random, and are the same in Python. */
const scattered = (factor: number) =>
  tidy(() => divide(remainder(multiply(arange(1, count + 1), factor), 2 ** 32), 2 ** 32));

using numbers = tidy(() => add(add(scattered(2654435761), scattered(2246822519)), scattered(3266489917)));
using edges = linspace(0, 3, bins + 1);

// How many numbers are below each edge; the last edge belongs to the last bin.
using counts = tidy(() => {
  const below = searchsorted(sort(numbers), edges);
  below.assign(count, { at: [-1] });
  return diff(below);
});

const largest = counts.max();
for (let bin = 0; bin < bins; bin++) {
  const bar = "#".repeat(Math.floor((40 * counts.get(bin)) / largest));
  console.log(`${edges.get(bin).toFixed(2)} ${String(counts.get(bin)).padStart(7)} ${bar}`);
}
console.log(`${sum(counts)} numbers, most of them in bin ${argmax(counts)}`);
