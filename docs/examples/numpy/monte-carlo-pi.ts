// Pi by the part of the points of a square that are inside a quarter of a circle, with more and more points.
import { hypot, lessEqual, mean, random, tidy } from "shared-ndarray";

const count = 1_000_000;
const rng = random.defaultRng(2026); // the same numbers as NumPy's generator with Philox

using x = rng.random(count);
using y = rng.random(count);
using inside = tidy(() => lessEqual(hypot(x, y), 1));

for (let points = 100; points <= count; points *= 10) {
  const pi = 4 * mean(inside.slice([0, points]));
  console.log(`${points} points: ${pi.toFixed(6)}, wrong by ${Math.abs(pi - Math.PI).toFixed(6)}`);
}
