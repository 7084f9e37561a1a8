/** Shifts by counts of which each lane has its own, and by one for all: those beyond the width, and negative ones, too. */
import { type AnyNDArray, array, bitwiseLeftShift, bitwiseRightShift, type NDArray } from "shared-ndarray";
import { expect, it } from "vitest";

const DTYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
type Shift = (a: AnyNDArray, b: AnyNDArray | number) => NDArray<"int32", 1>;
const [left, right] = [bitwiseLeftShift, bitwiseRightShift] as unknown as [Shift, Shift];
const listed = (a: AnyNDArray): bigint[] => (a as NDArray<"int64", 1>).toArray().map(BigInt);

it.each(DTYPES)("of %s", (dtype) => {
  const isSigned = dtype.startsWith("i");
  const bits = Number(/\d+/.exec(dtype)![0]);
  const wrap = (x: bigint) => (isSigned ? BigInt.asIntN : BigInt.asUintN)(bits, x);
  const values = [
    0n,
    1n,
    2n,
    0x55n,
    -1n,
    -2n,
    2n ** 31n + 5n,
    0x123456789abcdefn,
    -(2n ** BigInt(bits - 1)),
    2n ** 63n - 1n,
  ];
  const ends = [bits, bits + 1, 100, 127];
  const counts = [...Array(bits).keys(), ...ends, ...(isSigned ? [-1, -bits, -128] : [])].map(BigInt);
  const pairs = values.flatMap((value) => counts.map((count) => [wrap(value), count] as const));
  const made = (which: 0 | 1) => array(BigInt64Array.from(pairs, (pair) => pair[which])).astype(dtype) as AnyNDArray;
  const [a, b] = [made(0), made(1)];
  const isIn = (count: bigint) => count >= 0n && count < bits;
  const expectedLeft = (x: bigint, count: bigint) => (isIn(count) ? wrap(x << count) : 0n);
  const expectedRight = (x: bigint, count: bigint) => x >> (isIn(count) ? count : 64n);
  expect(listed(left(a, b))).toEqual(pairs.map(([x, count]) => expectedLeft(x, count)));
  expect(listed(right(a, b))).toEqual(pairs.map(([x, count]) => expectedRight(x, count)));
  for (const count of [0, 1, bits - 1, bits, 100]) {
    expect(listed(left(a, count))).toEqual(pairs.map(([x]) => expectedLeft(x, BigInt(count))));
    expect(listed(right(a, count))).toEqual(pairs.map(([x]) => expectedRight(x, BigInt(count))));
  }
});
