/** Half-precision numbers as 16 bits, for runtimes without `Float16Array`. Used by the dtype table alone. */

const bits64 = new BigUint64Array(1);
const value64 = new Float64Array(bits64.buffer);

/** The number that 16 bits stand for (IEEE 754 binary16). */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/**
 * The 16 bits nearest to a number, ties to even. Rounds from float64 directly; by way of float32 it would round twice.
 */
export function encodeFloat16(value: number): number {
  value64[0] = value;
  const sign = Number(bits64[0]! >> 63n) << 15;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00; // half a unit above the largest, 65504, rounds to infinity
  // The unit of the last place is 2^-24 below the smallest normal number, and 2^(e - 10) from there on.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1)));
  // `log2` may have rounded across a power of two.
  const e = size < 2 ** exponent ? exponent - 1 : size >= 2 ** (exponent + 1) ? exponent + 1 : exponent;
  const unit = 2 ** (Math.max(-14, e) - 10);
  const units = roundHalfToEven(size / unit);
  return sign | (size < 2 ** -14 ? units : ((e + 14) << 10) + units);
}

function roundHalfToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
