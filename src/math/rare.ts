/**
 * Functions that kernels call, lane by lane, for the rare numbers that their vector code cannot handle. Every engine
 * gives the same results, because they use only exact operations and bigints, and nothing of `Math`.
 */

/** 2/π to 1216 bits after the binary point, in hexadecimal. */
const TWO_OVER_PI_DIGITS = [
  "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0",
  "06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4",
  "9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d",
  "7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab",
];
const TWO_OVER_PI = BigInt(`0x${TWO_OVER_PI_DIGITS.join("")}`);
const TWO_OVER_PI_BITS = 1216;
/** π/2 with 192 bits after the binary point. */
const HALF_PI = 0x1921fb54442d18469898cc51701b839a252049c1114cf98e8n;
/** Fixed-point numbers here have this many bits after the binary point. */
const FRACTION = 192n;
const UNIT = 2 ** -192;
const view = new DataView(new ArrayBuffer(8));

/** sin x and cos x in fixed point, for |x| ≥ 2^17; undefined for infinities and NaN. */
function largeSinCos(x: number): readonly [sin: bigint, cos: bigint] | undefined {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  if (exponent === 0x7ff) return undefined;
  const significand = (bits & 0xfffffffffffffn) | 0x10000000000000n; // |x| = significand · 2^(exponent - 1075)
  const point = BigInt(TWO_OVER_PI_BITS - (exponent - 1075));
  const product = significand * TWO_OVER_PI;
  const quarters = (product + (1n << (point - 1n))) >> point; // |x|·2/π = quarters + rest / 2^point
  const rest = product - (quarters << point);
  const scaled = point >= FRACTION ? rest >> (point - FRACTION) : rest << (FRACTION - point);
  const [s, c] = sinCosSeries((scaled * HALF_PI) >> FRACTION);
  const turned = [[s, c] as const, [c, -s] as const, [-s, -c] as const, [-c, s] as const][Number(quarters & 3n)]!;
  return x < 0 ? [-turned[0], turned[1]] : turned;
}

/** sin r and cos r by their series, in fixed point. */
function sinCosSeries(r: bigint): [sin: bigint, cos: bigint] {
  const square = (r * r) >> FRACTION;
  let [sin, cos, sinTerm, cosTerm] = [0n, 0n, r, 1n << FRACTION];
  for (let i = 1n; sinTerm !== 0n && cosTerm !== 0n; i += 2n) {
    sin += sinTerm;
    cos += cosTerm;
    cosTerm = -((cosTerm * square) >> FRACTION) / (i * (i + 1n));
    sinTerm = -((sinTerm * square) >> FRACTION) / ((i + 1n) * (i + 2n));
  }
  return [sin, cos];
}

/** The functions by the names that `call` nodes use. */
export const rareFunctions: Readonly<Record<string, (a: number, b: number) => number>> = {
  /** The remainder with the sign of the dividend. JavaScript's `%` is exact by its specification. */
  fmod: (a, b) => a % b,
  sinLarge(x) {
    const found = largeSinCos(x);
    return found ? Number(found[0]) * UNIT : Number.NaN;
  },
  cosLarge(x) {
    const found = largeSinCos(x);
    return found ? Number(found[1]) * UNIT : Number.NaN;
  },
  tanLarge(x) {
    const found = largeSinCos(x);
    return found ? Number((found[0] << FRACTION) / found[1]) * UNIT : Number.NaN;
  },
};
