/**
 * Elementary functions with 45 digits, computed by decimal.js, and the distance of a float64 from such a number in ulp.
 */
import { Decimal } from "decimal.js";

const D = Decimal.clone({ precision: 45, maxE: 9e15, minE: -9e15 });
/** For numbers whose integer part has more digits. */
const Wide = Decimal.clone({ precision: 400, maxE: 9e15, minE: -9e15 });
const one = new D(1);
const ln = (/** @type {Decimal} */ x) => D.ln(x);
const atan2 = (/** @type {Decimal} */ y, /** @type {Decimal} */ x) => D.atan2(y, x);
const expm1 = (/** @type {Decimal} */ x) => {
  if (x.abs().gt(1e-3)) return x.exp().minus(1);
  let term = x;
  let sum = x;
  for (let i = 2; i < 20; i++) sum = sum.plus((term = term.times(x).div(i)));
  return sum;
};
const log1p = (/** @type {Decimal} */ x) => {
  if (x.abs().gt(1e-3)) return ln(x.plus(1));
  const s = x.div(x.plus(2));
  let power = s;
  let sum = s;
  for (let i = 3; i < 40; i += 2) sum = sum.plus((power = power.times(s).times(s)).div(i));
  return sum.times(2);
};

/** @type {Record<string, (x: Decimal, y: Decimal) => Decimal>} */
export const reference = {
  exp: (x) => x.exp(),
  exp2: (x) => new D(2).pow(x),
  expm1,
  log: ln,
  log1p,
  log2: (x) => ln(x).div(ln(new D(2))),
  log10: (x) => ln(x).div(ln(new D(10))),
  cbrt: (x) => x.cbrt(),
  sin: (x) => D.sin(reduced(x)),
  cos: (x) => D.cos(reduced(x)),
  tan: (x) => D.sin(reduced(x)).div(D.cos(reduced(x))),
  asin: (x) => atan2(x, one.minus(x).times(one.plus(x)).sqrt()),
  acos: (x) => atan2(one.minus(x).times(one.plus(x)).sqrt(), x),
  atan: (x) => atan2(x, one),
  sinh: (x) => {
    const e = expm1(x.abs());
    return e.plus(e.div(e.plus(1))).div(x.isNeg() ? -2 : 2);
  },
  cosh: (x) => x.exp().plus(x.neg().exp()).div(2),
  tanh: (x) => {
    const e = expm1(x.times(2));
    return e.div(e.plus(2));
  },
  asinh: (x) => log1p(x.abs().plus(x.times(x).div(x.times(x).plus(1).sqrt().plus(1)))).times(x.isNeg() ? -1 : 1),
  acosh: (x) => {
    const t = x.minus(1);
    return log1p(t.plus(t.times(t.plus(2)).sqrt()));
  },
  atanh: (x) => log1p(x.times(2).div(one.minus(x))).div(2),
  atan2,
  hypot: (x, y) => x.times(x).plus(y.times(y)).sqrt(),
  pow: (x, y) => y.times(ln(x)).exp(),
};

/** Large angles, less full turns, with as many digits as that takes. */
function reduced(/** @type {Decimal} */ x) {
  if (x.abs().lt(100)) return x;
  const turn = Wide.acos(-1).times(2);
  const wide = new Wide(x);
  return new D(wide.minus(turn.times(wide.div(turn).round())));
}

const view = new DataView(new ArrayBuffer(8));
/** The number that a float64 is, not the shortest one that reads back as it. */
export function decimal(/** @type {number} */ x) {
  if (x === 0) return new D(0);
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const significand = (bits & 0xfffffffffffffn) | (exponent > 0 ? 0x10000000000000n : 0n);
  const Exact = exponent > 1100 ? Wide : D;
  const size = new Exact(significand.toString()).times(new Exact(2).pow(Math.max(exponent, 1) - 1075));
  return x < 0 ? size.neg() : size;
}

/** How far a float64 is from the exact number, in units of the exact number's last place. */
export function ulpsApart(/** @type {number} */ found, /** @type {Decimal} */ exact) {
  const size = exact.abs();
  if (size.gt(Number.MAX_VALUE)) return Number.isFinite(found) ? 1 : 0;
  const exponent = size.isZero() ? -1074 : Math.max(-1074, Math.floor(Math.log2(size.toNumber() || 5e-324)) - 52);
  return decimal(found).minus(exact).abs().div(new D(2).pow(exponent)).toNumber();
}
