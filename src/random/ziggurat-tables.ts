/**
 * The tables of the ziggurats: 255 layers of equal area under a density, and the tail. They are computed when they are
 * first needed, and are those of NumPy, so that the same words give the same numbers. After G. Marsaglia and
 * W. W. Tsang, "The ziggurat method for generating random variables" (2000).
 */
import { expOfNegative, fixed, logOf, nearest, product, ratio } from "./exact.js";

/** A ziggurat of layers [0, x), by number. Layer 0 is the base, of which the tail is a part. */
export interface Ziggurat {
  /** x by the unit of the integers that are drawn. */
  readonly width: Float64Array;
  /** Integers below are within the layer above too, so that the number is below the density. */
  readonly inside: Float64Array;
  /** The density at x. */
  readonly density: Float64Array;
}
/** A ziggurat for float64, and one for float32. */
export interface Ziggurats {
  readonly double: Ziggurat;
  readonly single: Ziggurat;
}

const LAYERS = 256;
/** Where the tails begin. */
export const NORMAL_TAIL = 3.654152885361009;
export const EXPONENTIAL_TAIL = 7.69711747013105;
/** The area of a layer of the normal ziggurat, as it was computed in float64. */
const NORMAL_AREA = 0.004928673233974652;
/** NumPy's table was made with an `exp` that was off by one unit of the last place in this layer. */
const OFF_BY_ONE = 38;
/** How many bits NumPy's integers have: for float64, and for float32. */
const NORMAL_BITS = [52, 23] as const;
const EXPONENTIAL_BITS = [53, 23] as const;

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/**
 * The normal ziggurat. NumPy's was computed in float64, from the outermost layer inwards, so every rounding is part of
 * the table.
 */
export const normalZiggurats = once((): Ziggurats => {
  const x = new Float64Array(LAYERS);
  const density = new Float64Array(LAYERS);
  const densityAt = (at: number) => nearest(expOfNegative(fixed(0.5 * at * at)));
  x[LAYERS - 1] = NORMAL_TAIL;
  density[LAYERS - 1] = densityAt(NORMAL_TAIL);
  for (let i = LAYERS - 2; i > 0; i--) {
    x[i] = Math.sqrt(-2 * nearest(logOf(fixed(NORMAL_AREA / x[i + 1]! + density[i + 1]!))));
    density[i] = densityAt(x[i]!);
    if (i === OFF_BY_ONE) density[i]! += 2 ** -53;
  }
  density[0] = 1;
  return ziggurats(x, density, NORMAL_AREA / density[LAYERS - 1]!, NORMAL_BITS, Math.fround);
});

/** The ziggurat of e^-x. Its area is (r + 1)·e^-r, where the tail begins at r. */
export const exponentialZiggurats = once((): Ziggurats => {
  const TAIL = fixedOf("7.6971174701310497140446280481140895233429681852828325");
  const x: bigint[] = new Array<bigint>(LAYERS).fill(0n);
  const density = [...x];
  const last = expOfNegative(TAIL);
  const area = product(TAIL + fixed(1), last);
  [x[LAYERS - 1], density[LAYERS - 1]] = [TAIL, last];
  for (let i = LAYERS - 2; i > 0; i--) {
    density[i] = ratio(area, x[i + 1]!) + density[i + 1]!;
    x[i] = -logOf(density[i]!);
  }
  density[0] = fixed(1);
  const base = nearest(ratio(area, last));
  return ziggurats(
    Float64Array.from(x, nearest),
    Float64Array.from(density, nearest),
    base,
    EXPONENTIAL_BITS,
    ofNineDigits,
  );
});

/**
 * @param base the width of the base if it were a rectangle, with the tail's area in it
 * @param asSingle how NumPy's tables of float32 were rounded
 */
function ziggurats(
  x: Float64Array,
  density: Float64Array,
  base: number,
  bits: readonly [number, number],
  asSingle: (x: number) => number,
): Ziggurats {
  const widths = Float64Array.from(x, (one, i) => (i === 0 ? base : one));
  const share = Float64Array.from(x, (_, i) => (i === 1 ? 0 : x[i === 0 ? LAYERS - 1 : i - 1]! / widths[i]!));
  const [double, single] = bits.map((count) => ({
    width: widths.map((one) => one / 2 ** count),
    inside: share.map((one) => roundedTo(one * 2 ** count)),
    density,
  })) as [Ziggurat, Ziggurat];
  return { double, single: { ...single, width: single.width.map(asSingle), density: density.map(asSingle) } };
}
const roundedTo = (x: number): number => Math.floor(x + 0.5);
/** The nearest float32 to the number in nine decimal digits. */
const ofNineDigits = (x: number): number => Math.fround(Number(x.toPrecision(9)));

/** A decimal number in fixed point. */
function fixedOf(decimal: string): bigint {
  const [whole, fraction] = decimal.split(".") as [string, string];
  return ratio(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}
