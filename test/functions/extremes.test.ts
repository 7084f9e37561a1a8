/** Smallest and largest numbers, among which are some that the fast ways of `loops/` and `ir/` cannot tell apart. */
import * as nd from "shared-ndarray";
import { describe, expect, it } from "vitest";

/** Long enough for whole turns of the loop, and with elements that are left over. */
const SIZE = 1003;
const PLACES = [0, 1, 517, 999, 1000, 1002];

describe("floats", () => {
  const NAN_BITS = [
    0x7ff8000000000000n,
    -0x8000000000000n,
    0x7ff0000000000001n,
    -0xfffffffffffffn,
    0x7fffffffffffffffn,
  ];
  it.each(PLACES)("any NaN at %i is the result", (place) => {
    for (const bits of NAN_BITS) {
      const a = nd.arange(SIZE) as nd.NDArray<"float64">;
      a.set(3, Number.POSITIVE_INFINITY);
      new BigInt64Array(a.data.buffer, a.data.byteOffset, SIZE)[place] = bits;
      expect([nd.min(a), nd.max(a), nd.argmin(a), nd.argmax(a)]).toEqual([Number.NaN, Number.NaN, place, place]);
    }
    for (const bits of [0x7fc00000, -0x400000, 0x7f800001, -0x7fffff]) {
      const a = nd.arange(SIZE).astype("float32");
      new Int32Array(a.data.buffer, a.data.byteOffset, SIZE)[place] = bits;
      expect([nd.min(a), nd.max(a), nd.argmin(a), nd.argmax(a)]).toEqual([Number.NaN, Number.NaN, place, place]);
    }
  });
  it.each(["float64", "float32"] as const)("infinities are %s like others", (dtype) => {
    for (const place of PLACES) {
      const a = nd.subtract(nd.arange(SIZE), 500).astype(dtype);
      a.set(place, Number.NEGATIVE_INFINITY);
      expect([nd.min(a), nd.max(a)]).toEqual([Number.NEGATIVE_INFINITY, place === 1002 ? 501 : 502]);
      expect([nd.min(nd.negative(a)), nd.max(nd.negative(a))]).toEqual([
        place === 1002 ? -501 : -502,
        Number.POSITIVE_INFINITY,
      ]);
      expect(nd.argmin(a)).toBe(place);
    }
    expect(nd.min(nd.full([SIZE], Number.POSITIVE_INFINITY, { dtype }))).toBe(Number.POSITIVE_INFINITY);
    expect(nd.max(nd.full([SIZE], Number.NEGATIVE_INFINITY, { dtype }))).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("int64", () => {
  const LIMITS = [62n, 63n].flatMap((bit) => [
    2n ** bit - 1n,
    -(2n ** bit),
    2n ** 62n - 2n ** 52n,
    2n ** 62n,
    2n ** 61n,
  ]);
  it.each(LIMITS.filter((one) => one < 2n ** 63n))("%i and its neighbours, among small numbers", (limit) => {
    for (const value of [limit - 1n, limit, limit + 1n].map((one) => BigInt.asIntN(64, one))) {
      for (const place of PLACES) {
        const elements = Array.from({ length: SIZE }, (_, i) => BigInt(i - 500));
        elements[place] = value;
        const a = nd.array(elements, { dtype: "int64" });
        const sorted = [...elements].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
        expect(nd.min(a.reshape([1, SIZE]), { axis: 1 }).get(0)).toBe(sorted[0]);
        expect(nd.max(a.reshape([1, SIZE]), { axis: 1 }).get(0)).toBe(sorted.at(-1));
        expect([nd.argmin(a), nd.argmax(a)]).toEqual([sorted[0], sorted.at(-1)].map((one) => elements.indexOf(one!)));
      }
    }
  });
  it("of numbers that are all the same", () => {
    for (const value of [-(2n ** 63n), 2n ** 63n - 1n, 0n, -(2n ** 62n), 2n ** 62n]) {
      const a = nd.full([1, SIZE], value, { dtype: "int64" });
      expect([nd.min(a, { axis: 1 }).get(0), nd.max(a, { axis: 1 }).get(0)]).toEqual([value, value]);
    }
  });
});

describe("of two floats", () => {
  const VALUES = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1e-40];
  const pairs = VALUES.flatMap((a) => VALUES.map((b) => [a, b] as const));
  it.each(["float64", "float32"] as const)("%s, NaN is the result, and -0 is below 0", (dtype) => {
    const [a, b] = [0, 1].map((which) => nd.array(pairs.map((pair) => pair[which]!)).astype(dtype)) as [
      nd.NDArray<"float64", 1>,
      nd.NDArray<"float64", 1>,
    ];
    const [x, y] = [a.toArray(), b.toArray()];
    expect(nd.minimum(a, b).toArray()).toEqual(x.map((one, i) => Math.min(one, y[i]!)));
    expect(nd.maximum(a, b).toArray()).toEqual(x.map((one, i) => Math.max(one, y[i]!)));
  });
});

it.each(["uint8", "int8"] as const)("products of %s keep the low byte", (dtype) => {
  const numbers = Array.from({ length: 256 }, (_, i) => i);
  const a = nd.array(numbers).astype(dtype);
  for (const factor of [0, 1, 3, 127, 128, 255]) {
    const b = nd.full([256], factor).astype(dtype);
    const expected = nd.array(numbers.map((x) => x * factor)).astype(dtype);
    expect(nd.multiply(a, b).toArray()).toEqual(expected.toArray());
  }
  expect(nd.square(a).toArray()).toEqual(
    nd
      .array(numbers.map((x) => x * x))
      .astype(dtype)
      .toArray(),
  );
});

it.each(["int8", "uint8", "int32", "int64", "uint64"] as const)("the sign of %s needs no float", (dtype) => {
  const numbers = [0, 1, -1, 127, -128, 2 ** 31, -(2 ** 31)];
  const a = nd.array(numbers).astype("int64").astype(dtype) as nd.NDArray<"int32", 1>;
  expect(nd.signbit(a).toArray()).toEqual(a.toArray().map((x) => x < 0));
});
