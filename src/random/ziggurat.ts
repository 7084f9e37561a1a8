/** Standard normal and standard exponential numbers by ziggurats, as NumPy draws them. */
import { expOf, log1pOf } from "./elementary.js";
import type { WordStream } from "./word-stream.js";
import {
  EXPONENTIAL_TAIL,
  exponentialZiggurats,
  NORMAL_TAIL,
  normalZiggurats,
  type Ziggurat,
} from "./ziggurat-tables.js";

/** A typed array of floats. */
export type Floats = Float64Array | Float32Array;
/** Draws a number for each element in [from, to). */
type Fill = (stream: WordStream, target: Floats, from: number, to: number) => void;

const NORMAL_TAIL_INVERSE = 0.27366123732975828;
const [SINGLE_TAIL, SINGLE_TAIL_INVERSE] = [NORMAL_TAIL, NORMAL_TAIL_INVERSE].map(Math.fround) as [number, number];
const SINGLE_EXPONENTIAL_TAIL = Math.fround(EXPONENTIAL_TAIL);
const { fround } = Math;

/** Standard normal numbers of float64. One word is enough for 98.8 % of them. */
export const fillNormal: Fill = (stream, target, from, to) => {
  const ziggurat = normalZiggurats().double;
  const { width, inside } = ziggurat;
  for (let i = from; i < to; i++) {
    stream.next();
    const { low, high } = stream;
    const layer = low & 0xff;
    const drawn = (high & 0x1fffffff) * 8388608 + (low >>> 9); // bits 9 to 60
    const x = drawn * width[layer]!;
    target[i] = drawn < inside[layer]! ? (low & 0x100 ? -x : x) : rareNormal(stream, ziggurat, low, high, drawn);
  }
};

/** What is not surely below the density: it is compared with it, and drawn again if it is above. */
function rareNormal(stream: WordStream, ziggurat: Ziggurat, low: number, high: number, drawn: number): number {
  const { width, inside, density } = ziggurat;
  for (;;) {
    const layer = low & 0xff;
    const x = low & 0x100 ? -drawn * width[layer]! : drawn * width[layer]!;
    if (drawn < inside[layer]!) return x;
    if (layer === 0) return normalTail(stream, (low & 0x20000) !== 0);
    const height = (density[layer - 1]! - density[layer]!) * stream.double() + density[layer]!;
    if (height < expOf(-0.5 * x * x)) return x;
    stream.next();
    ({ low, high } = stream);
    drawn = (high & 0x1fffffff) * 8388608 + (low >>> 9);
  }
}

/** A number of the tail, after Marsaglia. */
function normalTail(stream: WordStream, isNegative: boolean): number {
  for (;;) {
    const x = -NORMAL_TAIL_INVERSE * log1pOf(-stream.double());
    const y = -log1pOf(-stream.double());
    if (y + y > x * x) return isNegative ? -(NORMAL_TAIL + x) : NORMAL_TAIL + x;
  }
}

/** Standard normal numbers of float32, from halves of words. */
export const fillNormalSingle: Fill = (stream, target, from, to) => {
  const { width, inside, density } = normalZiggurats().single;
  for (let i = from; i < to; i++) {
    for (;;) {
      const bits = stream.uint32();
      const layer = bits & 0xff;
      const drawn = bits >>> 9;
      const size = fround(drawn * width[layer]!);
      const x = bits & 0x100 ? -size : size;
      target[i] = x;
      if (drawn < inside[layer]!) break;
      if (layer === 0) {
        target[i] = normalTailSingle(stream, (drawn & 0x100) !== 0);
        break;
      }
      const step = fround(density[layer - 1]! - density[layer]!);
      if (fround(fround(step * stream.single()) + density[layer]!) < expOf(-0.5 * x * x)) break;
    }
  }
};

function normalTailSingle(stream: WordStream, isNegative: boolean): number {
  const log = () => fround(log1pOf(-stream.single()));
  for (;;) {
    const x = fround(-SINGLE_TAIL_INVERSE * log());
    const y = -log();
    if (fround(y + y) > fround(x * x)) return isNegative ? -fround(SINGLE_TAIL + x) : fround(SINGLE_TAIL + x);
  }
}

/** Standard exponential numbers of float64. */
export const fillExponential: Fill = (stream, target, from, to) => {
  const ziggurat = exponentialZiggurats().double;
  const { width, inside } = ziggurat;
  for (let i = from; i < to; i++) {
    stream.next();
    const { low, high } = stream;
    const layer = (low >>> 3) & 0xff;
    const drawn = high * 2097152 + (low >>> 11); // bits 11 to 63
    const x = drawn * width[layer]!;
    target[i] = drawn < inside[layer]! ? x : rareExponential(stream, ziggurat, layer, x);
  }
};

function rareExponential(stream: WordStream, { density }: Ziggurat, layer: number, x: number): number {
  if (layer === 0) return EXPONENTIAL_TAIL - log1pOf(-stream.double());
  const height = (density[layer - 1]! - density[layer]!) * stream.double() + density[layer]!;
  return height < expOf(-x) ? x : oneExponential(stream);
}

/** Standard exponential numbers of float32. */
export const fillExponentialSingle: Fill = (stream, target, from, to) => {
  const { width, inside, density } = exponentialZiggurats().single;
  for (let i = from; i < to; i++) {
    for (;;) {
      const bits = stream.uint32();
      const layer = (bits >>> 1) & 0xff;
      const drawn = bits >>> 9;
      const x = fround(drawn * width[layer]!);
      target[i] = x;
      if (drawn < inside[layer]!) break;
      if (layer === 0) {
        target[i] = fround(SINGLE_EXPONENTIAL_TAIL - fround(log1pOf(-stream.single())));
        break;
      }
      const step = fround(density[layer - 1]! - density[layer]!);
      if (fround(fround(step * stream.single()) + density[layer]!) < fround(expOf(-x))) break;
    }
  }
};

const single = new Float64Array(1);
/** One standard normal number. */
export function oneNormal(stream: WordStream): number {
  fillNormal(stream, single, 0, 1);
  return single[0]!;
}
/** One standard exponential number. */
export function oneExponential(stream: WordStream): number {
  fillExponential(stream, single, 0, 1);
  return single[0]!;
}
