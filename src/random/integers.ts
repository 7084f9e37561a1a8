/** `integers`: the range as it is given, and arrays of integers in it. */
import { type DType, dtypes, expectDType, isBigInt, type RawArray } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import { rangeOf } from "../base/promote.js";
import { arrayOf } from "../ndarray/ndarray.js";
import type { Shape } from "../ndarray/notation.js";
import { expectShape } from "../ndarray/shape.js";
import { writtenStrided } from "../ndarray/storage.js";
import { below, below64, partsBelow } from "./bounded.js";
import { WORDS } from "./philox-blocks.js";
import type { Filled, WordStream } from "./word-stream.js";

/** The dtypes of `integers`. */
export type IntegersDType = "bool" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64";
const DTYPES: readonly string[] = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];

/** Options of `integers`. */
export interface IntegersOptions<S extends Shape | undefined, D extends IntegersDType> {
  /** The shape of the result. Without it, the result is one integer. */
  readonly shape?: S;
  /** By default `"int32"`. The integers of int64 are the same, as bigints. */
  readonly dtype?: D | undefined;
  /** Whether the end of the range is in it. */
  readonly endpoint?: boolean | undefined;
}

/** An integer, or an array of them, in [low, high). */
export function drawIntegers(
  stream: WordStream,
  low: unknown,
  high: unknown,
  options: IntegersOptions<Shape | undefined, IntegersDType> | undefined,
): unknown {
  const own = expectKnown(options, ["shape", "dtype", "endpoint"], "integers");
  const { dtype: given = "int32" } = own;
  const dtype = expectIntegers(given);
  const shape = own.shape === undefined ? undefined : expectShape(own.shape);
  const isClosed = expectBoolean("endpoint", own.endpoint);
  const [from, to] = high === undefined ? [0, low] : [low, high];
  const first = expectBound("low", from);
  const last = expectBound("high", to) - (isClosed ? 0n : 1n);
  const [least, most] = dtype === "bool" ? [0n, 1n] : rangeOf(dtype);
  if (first > last) {
    const range = isClosed ? "[low, high]" : "[low, high)";
    throw new RangeError(`Expected ${range} to have an integer in it, got ${show(from)} and ${show(to)}`);
  }
  if (first < least || last > most) {
    const cure = dtype === "uint64" ? "" : " (give another `dtype`)";
    throw new RangeError(
      `Expected the range to be within ${dtype}, [${least}, ${most}], got [${first}, ${last}]${cure}`,
    );
  }
  const write = (raw: RawArray, count: number) => writeIntegers(stream, raw, count, dtype, first, last - first + 1n);
  if (shape !== undefined) {
    return arrayOf(writtenStrided(shape, dtype, undefined, ({ elements, view }) => write(elements.raw, view.size)));
  }
  const { array, bytes, load } = dtypes[dtype];
  const one = new array(new ArrayBuffer(bytes));
  write(one, 1);
  return load ? load(one[0]!) : one[0];
}

function expectIntegers(given: unknown): DType {
  const dtype = expectDType(given);
  if (DTYPES.includes(dtype)) return dtype;
  const message = `Expected \`dtype\` to be one of ${DTYPES.join(", ")} for integers, got ${dtype}`;
  throw new DTypeError(message, { dtype, expected: "int32" });
}

const expectBound = (what: string, value: unknown): bigint =>
  typeof value === "bigint"
    ? value
    : BigInt(expectInteger(what, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1));

function writeIntegers(
  stream: WordStream,
  raw: RawArray,
  count: number,
  dtype: DType,
  first: bigint,
  bound: bigint,
): void {
  const { bytes } = dtypes[dtype];
  if (bytes < 4) {
    const draw = partsBelow(stream, Number(bound), dtype === "bool" ? 1 : bytes === 1 ? 8 : 16);
    writeNumbers(raw, count, Number(first), draw);
  } else if (!isBigInt(dtype)) {
    write32(stream, raw, count, Number(first), Number(bound));
  } else if (bound <= 0x100000000n) {
    write64(stream, raw, count, first, Number(bound));
  } else if (bound === 2n ** 64n && first === 0n) {
    stream.fill(raw as unknown as Filled, WORDS, 1, () => stream.uint64());
  } else {
    const wide = raw as unknown as BigInt64Array;
    for (let i = 0; i < count; i++) wide[i] = first + below64(stream, bound);
  }
}

function writeNumbers(raw: RawArray, count: number, first: number, draw: () => number): void {
  for (let i = 0; i < count; i++) raw[i] = first + draw();
}

function write32(stream: WordStream, raw: RawArray, count: number, first: number, bound: number): void {
  for (let i = 0; i < count; i++) raw[i] = first + below(stream, bound);
}

/** Writes 64 bits as two halves, because bigints are slow. */
function write64(stream: WordStream, raw: RawArray, count: number, first: bigint, bound: number): void {
  const halves = new Uint32Array(raw.buffer, raw.byteOffset, 2 * count);
  const low = Number(BigInt.asUintN(32, first));
  const high = Number(BigInt.asIntN(32, first >> 32n));
  for (let i = 0; i < count; i++) {
    const sum = low + below(stream, bound);
    halves[2 * i] = sum;
    halves[2 * i + 1] = sum >= 4294967296 ? high + 1 : high;
  }
}
