/** `sort` and `argsort` against the engine's own sort: every dtype, short and long lines, values that digits find hard. */
import { argsort, array, type RealDType as DType, type NDArray, Pool, sort, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 1, 2, 3].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const CLASSES = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint8_clamped: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
type Values = Float64Array;
/** An array of any dtype. The element types do not matter here. */
type Any = NDArray<"float64", 1>;

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const below = (n: number) => Math.floor(random() * n);

/** Elements of special values, as bits: zeros, infinities, NaNs of both signs, subnormals, extremes of integers. */
const SPECIAL: Readonly<Record<number, readonly bigint[]>> = {
  1: [0n, 1n, 0x7fn, 0x80n, 0x81n, 0xffn],
  2: [
    0n,
    1n,
    0x3ffn,
    0x7c00n,
    0x7c01n,
    0x7e00n,
    0x7fffn,
    0x8000n,
    0x8001n,
    0xfbffn,
    0xfc00n,
    0xfc01n,
    0xfe00n,
    0xffffn,
  ],
  4: [
    ...[0n, 1n, 0x7fffffn, 0x3f800000n, 0x7f7fffffn, 0x7f800000n, 0x7fc00000n, 0x7fffffffn],
    ...[0x80000000n, 0x80000001n, 0xbf800000n, 0xff7fffffn, 0xff800000n, 0xffc00000n, 0xffffffffn],
  ],
  8: [
    ...[0n, 1n, 0xfffffffffffffn, 0x3ff0000000000000n, 0x7fefffffffffffffn, 0x7ff0000000000000n, 0x7ff8000000000000n],
    ...[0x7fffffffffffffffn, 0x8000000000000000n, 0x8000000000000001n, 0xbff0000000000000n, 0xffefffffffffffffn],
    ...[0xfff0000000000000n, 0xfff8000000000000n, 0xffffffffffffffffn, 0xffffffffn, 0x100000000n],
  ],
};

/** `n` elements as bytes, from a function that makes the bits of one. */
function bytesOf(n: number, width: number, bitsAt: (i: number) => bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(n * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < n; i++) {
    const bits = BigInt.asUintN(8 * width, bitsAt(i));
    for (let k = 0; k < width; k++) view.setUint8(i * width + k, Number((bits >> BigInt(8 * k)) & 255n));
  }
  return bytes;
}
const randomBits = () => (BigInt(below(2 ** 32)) << 32n) | BigInt(below(2 ** 32));
const top = (width: number) => BigInt(8 * width - 2);

/** By name: the bits of element i of n elements of some bytes. */
const PATTERNS: Readonly<Record<string, (i: number, n: number, width: number) => bigint>> = {
  "random bits": () => randomBits(),
  "special values": (_, __, width) => SPECIAL[width]![below(SPECIAL[width]!.length)]!,
  ascending: (i) => BigInt(i),
  descending: (i, n) => BigInt(n - i),
  constant: () => 42n,
  "few distinct values": () => BigInt(below(5)) << 3n,
  // The highest bits that differ tell one element from all others, and nothing else.
  "a far outlier": (i, n, width) => (i === n >> 1 ? 1n << top(width) : randomBits() & 0xffffffn),
  "two clusters": (_, __, width) => (BigInt(below(2)) << top(width)) | (randomBits() & 0xfffffffffffn),
  "low bits only": (_, __, width) => (3n << top(width)) | BigInt(below(2 ** 20)),
};

/** The elements as numbers or bigints that compare as the dtype's do, and an array of them. */
function made(dtype: DType, bytes: Uint8Array<ArrayBuffer>): { a: Any; values: Values } {
  const raw = new CLASSES[dtype as "float64"](bytes.buffer);
  if (dtype === "bool") for (let i = 0; i < raw.length; i++) raw[i]! &= 1;
  const a = zeros([raw.length], { dtype }) as Any;
  a.memory.buf.set(bytes);
  return { a, values: dtype === "float16" ? (a.astype("float32").flat as unknown as Values) : raw };
}

const precedes = (a: number, b: number) => (Number.isNaN(a) ? false : Number.isNaN(b) || a < b);
/** The positions in order, by a sort that everyone can check. */
const order = (values: Values): number[] =>
  Array.from(values, (_, i) => i).sort((i, j) => {
    if (precedes(values[i]!, values[j]!)) return -1;
    return precedes(values[j]!, values[i]!) ? 1 : i - j;
  });
const bitsOf = (a: Any) => Buffer.from(a.copy().memory.buf.slice(0, a.nbytes)).toString("hex");
const firstDifference = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): number => {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
};
/** The elements' bits, in an order that does not depend on what they mean. */
const bag = (bytes: Uint8Array, width: number) => {
  const words = width === 1 ? bytes : width === 2 ? Uint16Array : width === 4 ? Uint32Array : BigUint64Array;
  return typeof words === "function" ? new words(bytes.slice().buffer).sort() : bytes.slice().sort();
};

function check(dtype: DType, bytes: Uint8Array<ArrayBuffer>, where: string): void {
  const width = CLASSES[dtype].BYTES_PER_ELEMENT;
  const { a, values } = made(dtype, bytes);
  const before = a.memory.buf.slice(0, a.nbytes);
  const result = sort(a) as Any;
  const found = (dtype === "float16" ? result.astype("float32") : result).flat as unknown as Values;
  expect([where, firstDifference(found, values.slice().sort())]).toEqual([where, -1]);
  // All bits are there, whatever NaNs they belong to.
  const moved = result.memory.buf.slice(0, a.nbytes);
  expect([where, firstDifference(bag(moved, width), bag(before, width))]).toEqual([where, -1]);
  expect([where, firstDifference(argsort(a).flat, order(values))]).toEqual([where, -1]);
}

const SIZES = [0, 1, 2, 3, 16, 17, 255, 256, 257, 1000, 2000, 4095, 4097];
const LONG = 200_001;
const PAIRS = (Object.keys(CLASSES) as DType[]).flatMap((dtype) =>
  Object.keys(PATTERNS).map((pattern) => [dtype, pattern] as const),
);

describe("against the engine's sort", () => {
  it.each(PAIRS)("%s: %s", (dtype, pattern) => {
    const width = CLASSES[dtype].BYTES_PER_ELEMENT;
    for (const n of [...SIZES, below(2000)]) {
      check(
        dtype,
        bytesOf(n, width, (i) => PATTERNS[pattern]!(i, n, width)),
        `${pattern}, ${n}`,
      );
    }
  });
  it.each(Object.keys(CLASSES) as DType[])("%s: lines that are cut", (dtype) => {
    const width = CLASSES[dtype].BYTES_PER_ELEMENT;
    for (const pattern of ["random bits", "special values", "constant", "a far outlier"]) {
      check(
        dtype,
        bytesOf(LONG, width, (i) => PATTERNS[pattern]!(i, LONG, width)),
        `${pattern}, ${LONG}`,
      );
    }
  });
});

describe("many short lines, each by itself", () => {
  it.each(PAIRS)("%s: %s", (dtype, pattern) => {
    const width = CLASSES[dtype].BYTES_PER_ELEMENT;
    for (const n of [1, 2, 3, 23, 24, 25, 48, 49, 97, 255, 256]) {
      const lines = Math.ceil(5000 / n); // more than are sorted at a time
      const bytes = bytesOf(lines * n, width, (i) => PATTERNS[pattern]!(i % n, n, width));
      const { a, values } = made(dtype, bytes);
      const table = a.reshape([lines, n]) as unknown as NDArray<"float64", 2>;
      const sorted = sort(table);
      const result = (dtype === "float16" ? sorted.astype("float32") : sorted).flat as unknown as Values;
      const positions = argsort(table).flat;
      for (const line of [0, 1, below(lines), lines - 1]) {
        const [from, to] = [line * n, (line + 1) * n];
        const where = `line ${line} of ${lines} of ${n}`;
        const own = values.slice(from, to);
        expect([where, firstDifference(positions.slice(from, to), order(own))]).toEqual([where, -1]);
        expect([where, firstDifference(result.slice(from, to), own.sort())]).toEqual([where, -1]);
      }
      expect(firstDifference(bag(sorted.memory.buf.slice(0, a.nbytes), width), bag(bytes, width))).toBe(-1);
    }
  });
});

describe("lines of all layouts", () => {
  const { a: long } = made(
    "float64",
    bytesOf(2 * LONG, 8, () => randomBits() & 0xbfffffffffffffffn),
  );
  const table = long.slice([0, 120_000]).reshape([400, 300]) as unknown as NDArray<"float64", 2>;

  it("sorts along any axis", () => {
    const columns = sort(table, { axis: 0 });
    const positions = argsort(table, { axis: 0 });
    for (const column of [0, 7, 299]) {
      const values = table.slice(":", column).toArray() as number[];
      expect(columns.slice(":", column).toArray()).toEqual([...Float64Array.from(values).sort()]);
      expect(positions.slice(":", column).toArray()).toEqual(order(Float64Array.from(values)));
    }
    expect(bitsOf(sort(table) as never)).toBe(bitsOf(sort(table.T, { axis: 0 }).T as never));
  });
  it("sorts elements that are not adjacent", () => {
    const every = long.slice("::2") as Any;
    expect(bitsOf(sort(every) as Any)).toBe(bitsOf(sort(every.copy() as Any) as Any));
    expect(bitsOf(sort(long.flip()) as Any)).toBe(bitsOf(sort(long) as Any));
    expect(bitsOf(argsort(every) as never)).toBe(bitsOf(argsort(every.copy()) as never));
  });
  it("writes to `out`, which may be the array itself", () => {
    const wanted = bitsOf(sort(long) as Any);
    const out = zeros([long.size]) as Any;
    expect(sort(long, { out })).toBe(out);
    expect(bitsOf(out)).toBe(wanted);
    const copy = array(long) as Any;
    expect(sort(copy, { out: copy })).toBe(copy);
    expect(bitsOf(copy)).toBe(wanted);
  });
  it("has the same bits with any number of workers", async () => {
    const [wanted, positions] = [bitsOf(sort(long) as Any), bitsOf(argsort(long) as never)];
    const { a: halves } = made(
      "float16",
      bytesOf(LONG, 2, () => randomBits()),
    );
    for (const pool of pools) {
      expect(bitsOf((await pool.map(long, sort)) as Any)).toBe(wanted);
      expect(bitsOf(pool.mapSync(long, argsort) as never)).toBe(positions);
      expect(bitsOf((await pool.map(halves, sort)) as Any)).toBe(bitsOf(sort(halves) as Any));
      // Calls that overlap in time do not share the memory in which lines are cut.
      const [one, other] = await Promise.all([pool.map(long, argsort), pool.map(long.flip(), sort)]);
      expect([bitsOf(one as never), bitsOf(other as Any)]).toEqual([positions, wanted]);
    }
  });
});
