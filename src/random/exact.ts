/** Logarithms and exponentials that are rounded correctly, by integers of many bits. For tables that are made once. */

/** Bits behind the binary point. */
const BITS = 112n;
const ONE = 1n << BITS;
const SCALE = 2 ** 112;
/** How often an exponent is halved, so that few terms of the series are enough. */
const HALVINGS = 8n;

/** A float64 in fixed point. It must be 0, or at least 2^-100. */
export function fixed(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0) & 0x7fffffffffffffffn;
  if (bits === 0n) return 0n;
  const exponent = (bits >> 52n) - 1075n + BITS;
  const digits = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  const size = exponent >= 0n ? digits << exponent : digits >> -exponent;
  return x < 0 ? -size : size;
}
/** The nearest float64. */
export const nearest = (x: bigint): number => Number(x) / SCALE;

export const product = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
export const ratio = (a: bigint, b: bigint): bigint => (a << BITS) / b;

/** 2·atanh(s), which is log((1 + s) / (1 - s)). */
function twiceAtanh(s: bigint): bigint {
  const square = product(s, s);
  let sum = 0n;
  let power = s;
  for (let n = 1n; power > 1n || power < -1n; n += 2n) {
    sum += power / n;
    power = product(power, square);
  }
  return 2n * sum;
}
const LN2 = twiceAtanh(ONE / 3n);

/** The logarithm of a number in (0, 1]. */
export function logOf(x: bigint): bigint {
  let m = x;
  let halvings = 0n;
  for (; 4n * m < 3n * ONE; halvings++) m *= 2n;
  return twiceAtanh(ratio(m - ONE, m + ONE)) - halvings * LN2;
}

/** e^-x of a number that is not negative. */
export function expOfNegative(x: bigint): bigint {
  const small = x >> HALVINGS;
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = -product(term, small) / n;
  }
  for (let i = 0n; i < HALVINGS; i++) sum = product(sum, sum);
  return sum;
}
