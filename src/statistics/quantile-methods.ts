/**
 * NumPy's methods for quantiles: which ranks of a sorted line a quantile is between, and how near to each. Nine are
 * those of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), of which `linear` is the seventh.
 */

/** Which elements of a sorted line a quantile is made of. */
export interface Point {
  readonly low: number;
  readonly high: number;
  /** 0: the one at `low`, 1: the one at `high`, in between both. */
  readonly weight: number;
}

/** The place of quantile `q` among `n` elements, counted from 0. */
type Place = (n: number, q: number) => number;
interface Method {
  readonly place: Place;
  /** The weight of the second element, from the place. By default its fraction. */
  readonly weight?: (place: number) => number;
}

/** The places of the continuous methods of Hyndman and Fan, by two parameters. */
const between =
  (alpha: number, beta: number): Place =>
  (n, q) =>
    n * q + (alpha + q * (1 - alpha - beta)) - 1;
const even: Place = (n, q) => (n - 1) * q;
const fraction = (place: number) => place - Math.floor(place);

/** Methods that interpolate. */
const CONTINUOUS = {
  averaged_inverted_cdf: { place: (n, q) => n * q - 1, weight: (place) => (fraction(place) === 0 ? 0.5 : 1) },
  interpolated_inverted_cdf: { place: between(0, 1) },
  hazen: { place: between(0.5, 0.5) },
  weibull: { place: between(0, 0) },
  linear: { place: even },
  median_unbiased: { place: between(1 / 3, 1 / 3) },
  normal_unbiased: { place: between(3 / 8, 3 / 8) },
  midpoint: {
    place: (n, q) => 0.5 * (Math.floor(even(n, q)) + Math.ceil(even(n, q))),
    weight: (place) => (fraction(place) === 0 ? 0 : 0.5),
  },
} as const satisfies Record<string, Method>;

/** Methods that choose one of the elements. */
const DISCRETE = {
  inverted_cdf: (n, q) => Math.max(0, Math.ceil(n * q - 1)),
  // Ties go to the even one, counted from 1.
  closest_observation: (n, q) => {
    const place = n * q - 1.5;
    const low = Math.floor(place);
    return Math.max(0, place === low && Math.abs(low % 2) === 1 ? low : low + 1);
  },
  lower: (n, q) => Math.floor(even(n, q)),
  higher: (n, q) => Math.ceil(even(n, q)),
  nearest: (n, q) => {
    const place = even(n, q);
    const low = Math.floor(place);
    const rest = place - low;
    return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  },
} as const satisfies Record<string, Place>;

/** How a quantile between two elements is estimated. */
export type QuantileMethod = keyof typeof CONTINUOUS | keyof typeof DISCRETE;
export const METHODS = [...Object.keys(CONTINUOUS), ...Object.keys(DISCRETE)] as QuantileMethod[];

/** Whether a method gives elements of the array, so that their dtype is that of the result. */
export const isDiscrete = (method: QuantileMethod): boolean => Object.hasOwn(DISCRETE, method);

/** Where quantile `q` of `n` sorted elements is, for `n` ≥ 1. */
export function pointOf(method: QuantileMethod, n: number, q: number): Point {
  if (isDiscrete(method)) {
    const rank = Math.min(n - 1, DISCRETE[method as keyof typeof DISCRETE](n, q));
    return { low: rank, high: rank, weight: 0 };
  }
  const { place, weight = fraction }: Method = CONTINUOUS[method as keyof typeof CONTINUOUS];
  const at = place(n, q);
  if (at >= n - 1) return { low: n - 1, high: n - 1, weight: 0 };
  if (at < 0) return { low: 0, high: 0, weight: 0 };
  const low = Math.floor(at);
  return { low, high: low + 1, weight: weight(at) };
}
