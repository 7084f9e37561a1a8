/** One rule for casts, by every way to cast: `astype`, `array`, `assign`, `out`, `dtype`, lists and functions of a pool. */
import {
  type AnyNDArray,
  add,
  array,
  NDArray,
  Pool,
  type ReadonlyNDArray,
  SharedMemory,
  sum,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 2].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const BITS = { int8: 8, uint8: 8, int16: 16, uint16: 16, int32: 32, uint32: 32, int64: 64, uint64: 64 } as const;
const INTEGERS = [...(Object.keys(BITS) as (keyof typeof BITS)[]), "uint8_clamped"] as const;
const FLOATS = ["float16", "float32", "float64"] as const;
const EDGES = [0, 0.5, 0.99, 1, 1.5, 2.5, 100.7, 127, 128, 254.5, 255, 255.5, 256, 32768, 65535, 65536.9].concat(
  [2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 2 ** 53 + 2, 2 ** 63 - 1024, 2 ** 63],
  [2 ** 63 + 2048, 2 ** 64 - 2048, 2 ** 64, 2 ** 64 + 4096, 1e20, 1.5e25, 2 ** 100, 1e300, Infinity],
);
const VALUES = [...EDGES, ...EDGES.map((edge) => -edge), Number.NaN];

/** What a typed array stores for a float: the definition. */
function stored(value: number, dtype: (typeof INTEGERS)[number]): number | bigint {
  if (dtype === "uint8_clamped") return Uint8ClampedArray.of(value)[0]!;
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  const wrapped = dtype.startsWith("u") ? BigInt.asUintN(BITS[dtype], whole) : BigInt.asIntN(BITS[dtype], whole);
  return BITS[dtype] === 64 ? wrapped : Number(wrapped);
}
const list = (a: ReadonlyNDArray) => a.toArray() as unknown as (number | bigint)[];

describe.each(FLOATS)("%s as", (from) => {
  const a = array(VALUES, { dtype: from });
  const seen = a.toArray();
  // In memory of its own, and so large that loops work on it in place.
  const large = NDArray.view(new SharedMemory(1 << 20), a.shape, { dtype: from }).assign(a);
  it.each(INTEGERS)("%s keeps the low bits of the whole part", (to) => {
    const expected = seen.map((value) => stored(value, to));
    expect(list(a.astype(to))).toEqual(expected);
    expect(list(array(a, { dtype: to }))).toEqual(expected);
    expect(list(a.flip().astype(to).flip())).toEqual(expected);
    expect(list(sum(a.reshape([-1, 1]), { axis: 1, dtype: to }))).toEqual(expected);
    expect(list(sum(large.reshape([-1, 1]), { axis: 1, dtype: to }))).toEqual(expected);
    if (from === "float64") expect(list(array(Float64Array.from(VALUES), { dtype: to }))).toEqual(expected);
    if (from === "float32") expect(list(array(Float32Array.from(VALUES), { dtype: to }))).toEqual(expected);
    if (to === "int64" || to === "uint64") return;
    expect(list(array(seen, { dtype: to }))).toEqual(expected);
    expect(seen.map((value) => zeros(1, { dtype: to }).fill(value).get(0))).toEqual(expected);
    for (const pool of pools) {
      for (const source of [a, large]) {
        const out = zeros(a.shape, { dtype: to });
        expect(list(pool.mapSync(source, (x: number) => x, { out }))).toEqual(expected);
        expect(list(pool.mapSync(source, (x: number) => [x][0]!, { out }))).toEqual(expected);
      }
    }
  });
  it("integers is refused by `assign` and `out`, which cast within a kind", () => {
    const out = zeros(a.shape, { dtype: "int32" });
    expect(() => out.assign(a)).toThrow(/casts to int32 within its kind/);
    expect(() => add(a, 0, { out })).toThrow(/`out`/);
  });
  it("bool is true for everything but 0", () => {
    const expected = seen.map((value) => value !== 0);
    expect(a.astype("bool").toArray()).toEqual(expected);
    expect(pools[1]!.mapSync(a, (x) => x, { out: zeros(a.shape, { dtype: "bool" }) }).toArray()).toEqual(
      seen.map(Boolean),
    );
  });
  it.each(FLOATS)("%s is rounded once, and too large numbers become infinite", (to) => {
    const expected = array(seen, { dtype: to }).toArray();
    expect(a.astype(to).toArray()).toEqual(expected);
    expect(zeros(a.shape, { dtype: to }).assign(a).toArray()).toEqual(expected);
    expect(add(a, -0, { out: zeros(a.shape, { dtype: to }) }).toArray()).toEqual(expected);
    expect(pools[1]!.mapSync(large, (x) => x, { out: zeros(a.shape, { dtype: to }) }).toArray()).toEqual(expected);
  });
});

describe.each(["int64", "uint64"] as const)("%s as", (from) => {
  const edges = [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 31n, 2n ** 32n + 5n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  const values = edges.flatMap((edge) => (from === "uint64" ? [edge, 2n ** 64n - 1n - edge] : [edge, -edge - 1n]));
  const a = array(values, { dtype: from });
  it.each(INTEGERS)("%s keeps the low bits", (to) => {
    const clamped = (value: bigint) => Number(value < 0n ? 0n : value > 255n ? 255n : value);
    const signed = to.startsWith("i");
    const expected = values.map((value) => {
      if (to === "uint8_clamped") return clamped(value);
      const low = signed ? BigInt.asIntN(BITS[to], value) : BigInt.asUintN(BITS[to], value);
      return BITS[to] === 64 ? low : Number(low);
    });
    expect(list(a.astype(to))).toEqual(expected);
    expect(list(sum(a.reshape([-1, 1]), { axis: 1, dtype: to }))).toEqual(expected);
    if (from === "int64" && !signed) return; // not within the kind
    const out = zeros(a.shape, { dtype: to });
    expect(list(out.assign(a))).toEqual(expected);
    expect(list(add(a, 0, { out }))).toEqual(expected);
    expect(list(pools[1]!.mapSync([a, 0], add, { out }))).toEqual(expected);
  });
});

describe("fills", () => {
  const values: Record<string, readonly (number | bigint | boolean)[]> = {
    ...{ bool: [true, false], int8: [-1, 5], uint8: [255, 7], uint8_clamped: [255, 3], int16: [-1, 258, 257] },
    ...{ uint16: [65535, 514], int32: [-1, 0, 123456789], uint32: [4294967295, 16843009] },
    ...{ int64: [-1n, 0n, 72340172838076673n, 5n], uint64: [18446744073709551615n, 1n << 63n] },
    ...{ float16: [0, -0, 1.5, Number.NaN], float32: [0, -0, 0.1, Number.POSITIVE_INFINITY] },
    float64: [0, -0, 0.1, Number.NaN, -1e300],
  };
  it.each(Object.keys(values))("of %s write the bits that an element has, and nothing else", (dtype) => {
    for (const size of [3, 300, 3000, 20_000]) {
      for (const value of values[dtype]!) {
        const [one, around] = [zeros(1, { dtype: dtype as "float64" }), zeros(size + 7, { dtype: dtype as "float64" })];
        one.set(0, value as number);
        for (const [start, end] of [
          [0, size],
          [3, size],
          [1, size + 6],
        ] as const) {
          around.fill(0 as never);
          around.slice([start, end]).fill(value as never);
          const bytes = (a: AnyNDArray) =>
            new Uint8Array(a.memory.buf as unknown as ArrayBuffer, a.byteOffset, a.nbytes);
          const [wanted, got] = [bytes(one as never), bytes(around as never)];
          const unit = one.itemsize;
          const isRight = got.every((byte, i) => {
            const at = Math.floor(i / unit);
            return byte === (at >= start && at < end ? wanted[i % unit] : 0);
          });
          expect({ size, value, start, isRight }).toEqual({ size, value, start, isRight: true });
        }
      }
    }
  });
});
