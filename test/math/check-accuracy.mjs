/**
 * The largest error of each elementary function in each region. Used by the tests of `math/` and, with more points, by
 * `test/stress`.
 */
import * as nd from "shared-ndarray";
import { randomNumbers } from "../compile/random-functions.mjs";
import { decimal, reference, ulpsApart } from "./reference.mjs";

const spread = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {() => number} */ r) =>
  low + (high - low) * r();
/** Of any size between two powers of two, of either sign. */
const sized = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {() => number} */ r) =>
  2 ** (low + (high - low) * r()) * (r() < 0.5 ? -1 : 1);
const positive = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {() => number} */ r) =>
  2 ** (low + (high - low) * r());
/** Beside multiples of π/2. */
const quarters = (/** @type {() => number} */ r) => (Math.floor(r() * 2 ** 17) * Math.PI) / 2 + (r() - 0.5) * 1e-9;
/** The nearest numbers to multiples of π/2, of all sizes up to 2^60. */
const nearest = (/** @type {() => number} */ r) => (Math.floor(2 ** (60 * r())) * Math.PI) / 2;

const trigonometric = [
  ...[spread(-10, 10), sized(-40, 0), spread(-2e5, 2e5), quarters, nearest],
  ...[sized(17, 27), sized(26, 28), sized(27, 1023)],
];
/** @type {Record<string, ((r: () => number) => number)[]>} */
const regions = {
  exp: [spread(-1, 1), spread(-745, 709), spread(-745.1, -708), sized(-60, -1)],
  exp2: [spread(-1, 1), spread(-1074, 1023), spread(-1075, -1022), sized(-60, -1)],
  expm1: [spread(-1, 1), spread(-40, 709), sized(-60, 0)],
  log: [positive(-1074, 1023), spread(0.5, 2), spread(0.99, 1.01)],
  log1p: [spread(-0.99, 3), sized(-60, -1), positive(0, 1000)],
  log2: [positive(-1074, 1023), spread(0.5, 2)],
  log10: [positive(-1074, 1023), spread(0.5, 2)],
  cbrt: [sized(-1074, 1023), spread(-8, 8)],
  sin: trigonometric,
  cos: trigonometric,
  tan: trigonometric,
  asin: [spread(-1, 1), sized(-60, -1), (r) => 1 - 2 ** (-53 * r())],
  acos: [spread(-1, 1), sized(-60, -1), (r) => 1 - 2 ** (-53 * r())],
  atan: [spread(-3, 3), sized(-60, 60)],
  sinh: [spread(-3, 3), spread(-710, 710), sized(-60, 0)],
  cosh: [spread(-3, 3), spread(-710, 710)],
  tanh: [spread(-2, 2), spread(-20, 20), sized(-60, 0)],
  asinh: [spread(-3, 3), sized(-60, 500)],
  acosh: [spread(1, 3), (r) => 1 + 2 ** (-50 * r()), positive(0, 500)],
  atanh: [spread(-1, 1), sized(-60, -1)],
};
/** @type {Record<string, [(r: () => number) => number, (r: () => number) => number][]>} */
const pairs = {
  atan2: [
    [spread(-3, 3), spread(-3, 3)],
    [sized(-500, 500), sized(-500, 500)],
  ],
  hypot: [
    [spread(-3, 3), spread(-3, 3)],
    [sized(-1000, 1000), sized(-1000, 1000)],
  ],
  pow: [
    [spread(0, 3), spread(-20, 20)],
    [positive(-1000, 1000), spread(-1, 1)],
    [spread(0.99, 1.01), spread(-70000, 70000)],
  ],
};

/** The same functions of float32. Those of the kinds above that fit float32, and the edges of its own range. */
/** @type {Record<string, ((r: () => number) => number)[]>} */
const singles = {
  exp: [spread(-1, 1), spread(-104, 89), spread(-104, -87)],
  exp2: [spread(-1, 1), spread(-149, 127), spread(-150, -126), sized(-30, 0)],
  expm1: [spread(-1, 1), spread(-20, 89), sized(-30, 0)],
  log: [positive(-149, 127), spread(0.5, 2), spread(0.99, 1.01)],
  log1p: [spread(-0.99, 3), sized(-30, -1), positive(0, 100)],
  log2: [positive(-149, 127), spread(0.5, 2)],
  log10: [positive(-149, 127), spread(0.5, 2)],
  cbrt: [sized(-149, 127), spread(-8, 8)],
  sin: [spread(-10, 10), sized(-30, 0), spread(-3200, 3200), spread(-2e5, 2e5), quarters, sized(11, 127)],
  cos: [spread(-10, 10), spread(-3200, 3200), spread(-2e5, 2e5), quarters, sized(11, 127)],
  tan: [spread(-10, 10), sized(-30, 0), spread(-3200, 3200), spread(-2e5, 2e5), quarters, sized(11, 127)],
  asin: [spread(-1, 1), sized(-30, -1), (r) => 1 - 2 ** (-24 * r())],
  acos: [spread(-1, 1), sized(-30, -1), (r) => 1 - 2 ** (-24 * r())],
  atan: [spread(-3, 3), sized(-30, 30)],
  sinh: [spread(-3, 3), spread(-89, 89), spread(89, 89.415), sized(-30, 0)],
  cosh: [spread(-3, 3), spread(-89, 89), spread(89, 89.415)],
  tanh: [spread(-2, 2), spread(-10, 10), sized(-30, 0)],
  asinh: [spread(-3, 3), sized(-30, 127)],
  acosh: [spread(1, 3), (r) => 1 + 2 ** (-23 * r()), positive(0, 127)],
  atanh: [spread(-1, 1), sized(-30, -1), (r) => 1 - 2 ** (-24 * r())],
};
/** @type {Record<string, [(r: () => number) => number, (r: () => number) => number][]>} */
const pairsOfSingles = {
  atan2: [
    [spread(-3, 3), spread(-3, 3)],
    [sized(-60, 60), sized(-60, 60)],
  ],
  hypot: [
    [spread(-3, 3), spread(-3, 3)],
    [sized(-120, 120), sized(-120, 120)],
  ],
  pow: [
    [spread(0, 3), spread(-20, 20)],
    [positive(-140, 120), spread(-1, 1)],
    [spread(0.99, 1.01), spread(-7000, 7000)],
  ],
  logaddexp: [[spread(-3, 3), spread(-80, 80)]],
};

/** How far a float32 is from a number, in units of the float32 nearest to that number. */
function singleUlpsApart(/** @type {number} */ found, /** @type {number} */ exact) {
  const nearest = Math.fround(exact);
  if (Object.is(nearest, found)) return 0;
  if (!Number.isFinite(nearest) || !Number.isFinite(found)) return Math.abs(exact) > 3.4028e38 ? 1 : Number.MAX_VALUE;
  return Math.abs(found - exact) / 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(nearest))) - 23);
}

/**
 * The greatest error of each function, over points of each of its regions.
 *
 * @param {Record<string, ((r: () => number) => number)[]>} unary
 * @param {Record<string, [(r: () => number) => number, (r: () => number) => number][]>} binary
 * @param {Float32ArrayConstructor | Float64ArrayConstructor} Numbers
 * @param {number} points
 * @param {number} seed
 * @param {(name: string, found: number, args: number[]) => number} errorOf
 */
function greatest(unary, binary, Numbers, points, seed, errorOf) {
  const random = randomNumbers(seed);
  /** @type {Record<string, number>} */
  const errors = {};
  const all = [
    ...Object.entries(unary).map(([name, list]) => [name, list.map((one) => [one])]),
    ...Object.entries(binary),
  ];
  for (const [name, list] of /** @type {[string, any[]][]} */ (all)) {
    errors[name] = 0;
    for (const region of list) {
      const inputs = region.map((/** @type {any} */ one) => Numbers.from({ length: points }, () => one(random)));
      const found = functions[name](...inputs.map((/** @type {any} */ one) => nd.array(one))).flat;
      for (let i = 0; i < points; i++) {
        const args = inputs.map((/** @type {any} */ one) => one[i]);
        errors[name] = Math.max(errors[name], errorOf(name, found[i], args));
      }
    }
  }
  return errors;
}
const functions = /** @type {Record<string, any>} */ (/** @type {unknown} */ (nd));

/** @returns the greatest error in units of the last place, by function */
export const greatestErrors = (/** @type {number} */ points, /** @type {number} */ seed) =>
  greatest(regions, pairs, Float64Array, points, seed, (name, found, args) =>
    ulpsApart(found, reference[name](...args.map(decimal))),
  );

/** @returns the greatest error of each function of float32, in units of the last place, against those of float64 */
export const greatestErrorsOfSingles = (/** @type {number} */ points, /** @type {number} */ seed) =>
  greatest(singles, pairsOfSingles, Float32Array, points, seed, (name, found, args) =>
    singleUlpsApart(found, functions[name](...args.map((x) => nd.array([x]))).get(0)),
  );
