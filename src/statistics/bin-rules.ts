/** NumPy's rules for how wide the bins of a histogram are, from the elements. */
import { isFloat } from "../base/dtype.js";
import { max, mean, min, std } from "../functions/reductions.js";
import { divide, log2, pow, subtract } from "../functions/ufuncs.js";
import { array } from "../ndarray/create.js";
import type { AnyArray } from "../ndarray/operands.js";
import { percentile } from "./quantile.js";

/** Names of rules by which `bins` is chosen. */
export const RULES = ["auto", "fd", "doane", "scott", "sqrt", "rice", "sturges"] as const;
/** A rule by which the number of bins is chosen. */
export type BinRule = (typeof RULES)[number];

/** The logarithm of base 2 as the package computes it, which is the same on all engines. */
const log = (x: number): number => Number(log2(array(x) as never as AnyArray).item());
const power = (x: number, y: number): number =>
  Number((pow(array(x) as never as AnyArray, y) as unknown as AnyArray).item());
const range = (x: AnyArray): number => Number(max(x as never)) - Number(min(x as never));
const deviation = (x: AnyArray): number => Number(std(x as never));

/** The width of bins by each rule, 0 if there is no estimate. The elements are at least one. */
const WIDTHS: Record<Exclude<BinRule, "auto">, (x: AnyArray) => number> = {
  sqrt: (x) => range(x) / Math.sqrt(x.size),
  sturges: (x) => range(x) / (log(x.size) + 1),
  rice: (x) => range(x) / (2 * power(x.size, 1 / 3)),
  scott: (x) => power((24 * Math.sqrt(Math.PI)) / x.size, 1 / 3) * deviation(x),
  doane: (x) => {
    const n = x.size;
    const sigma = deviation(x);
    if (n <= 2 || !(sigma > 0)) return 0;
    const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
    const scaled = divide(subtract(x as never, mean(x as never) as never), sigma) as unknown as AnyArray;
    const skew = Number(mean(pow(scaled, 3) as never));
    return range(x) / (1 + log(n) + log(1 + Math.abs(skew) / spread));
  },
  fd: (x) => {
    const [low, high] = (percentile(x, [25, 75]) as unknown as AnyArray).toArray() as [number, number];
    return 2 * (high - low) * power(x.size, -1 / 3);
  },
};

/** How many bins a rule makes of the elements between two edges. */
export function binCount(rule: BinRule, elements: AnyArray, first: number, last: number): number {
  if (elements.size === 0) return 1;
  const isWhole = !isFloat(elements.dtype);
  const x = elements.astype("float64") as AnyArray;
  let width = 0;
  // Half of the elements may be equal, and then the quartiles give no width: "sqrt" limits the number of bins.
  if (rule === "auto") width = Math.min(Math.max(WIDTHS.fd(x), WIDTHS.sqrt(x) / 2), WIDTHS.sturges(x));
  else width = WIDTHS[rule](x);
  if (isWhole && width > 0 && width < 1) width = 1;
  return width > 0 ? Math.ceil((last - first) / width) : 1;
}
