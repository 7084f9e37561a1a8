// Pi by the part of the points of a square that are inside a quarter of a circle, with more and more points.
import { arange, divide, hypot, lessEqual, mean, multiply, remainder, tidy } from "shared-ndarray";

const count = 1_000_000;

/** Numbers from 0 to 1 that look random, and are the same in Python. */
const scattered = (factor: number) =>
  tidy(() => divide(remainder(multiply(arange(1, count + 1), factor), 2 ** 32), 2 ** 32));

using x = scattered(2654435761);
using y = scattered(2246822519);
using inside = tidy(() => lessEqual(hypot(x, y), 1));

for (let points = 100; points <= count; points *= 10) {
  const pi = 4 * mean(inside.slice([0, points]));
  console.log(`${points} points: ${pi.toFixed(6)}, wrong by ${Math.abs(pi - Math.PI).toFixed(6)}`);
}
