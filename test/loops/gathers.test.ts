/**
 * Elements at positions and under masks, in numbers for which kernels do the work and in those for which they do not,
 * against plain loops over lists. Engines with one memory for each instance take the JavaScript loops for all.
 */
import { totalmem } from "node:os";
import { type DType, flatnonzero, full, IndexError, NDArray, nonzero, SharedMemory, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const DTYPES = [
  ...(["bool", "int8", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64"] as const),
] satisfies DType[];
/** Around the fewest elements of a kernel, the elements of a mask that are looked at together, and those of a call. */
const SIZES = [1, 127, 128, 1003, 40_001];

let seed = 1;
const random = (below: number): number => {
  seed = (seed * 48271) % 2147483647;
  return seed % below;
};
/** An array whose neighbours differ, every `step`-th element of a longer one, from either end. */
function made(dtype: DType, size: number, step: number): NDArray<DType, 1> {
  const all = zeros([size * Math.abs(step)], { dtype });
  const part = all.slice(`::${step}`) as NDArray<DType, 1>;
  const values = zeros([size], { dtype: "int32" });
  const { data } = values;
  for (let i = 0; i < size; i++) data[i] = dtype === "bool" ? random(2) : random(100);
  part.assign(values.astype(dtype) as never);
  return part;
}
const indicesOf = (count: number, length: number, dtype: DType): NDArray<DType, 1> => {
  const all = zeros([count], { dtype: "int32" });
  const { data } = all;
  for (let i = 0; i < count; i++) data[i] = random(2 * length) - length;
  return all.astype(dtype) as unknown as NDArray<DType, 1>;
};
const at = <T>(list: readonly T[], i: number): T => list.at(i) as T;

describe.each(DTYPES)("%s", (dtype) => {
  it.each(SIZES)("takes and puts %i elements", (count) => {
    for (const [length, step] of [
      [50, 1],
      [5000, 1],
      [999, -3],
    ] as const) {
      const a = made(dtype, length, step);
      const list = a.toArray() as unknown[];
      for (const type of ["int32", "int64", "int16"] as const) {
        const indices = indicesOf(count, length, type);
        const places = indices.toArray().map(Number);
        const expected = places.map((i) => at(list, i));
        expect(a.take(indices as never).toArray()).toEqual(expected);
        expect((a.slice(indices as never) as NDArray<DType>).toArray()).toEqual(expected);
        const out = made(dtype, count, 2);
        expect(a.take(indices as never, { out: out as never }).toArray()).toEqual(expected);
      }
      const indices = indicesOf(count, length, "int64");
      const values = made(dtype, Math.max(1, Math.floor(count / 3)), 1);
      const given = values.toArray() as unknown[];
      const written = [...list];
      for (const [i, place] of (indices.toArray() as bigint[]).map(Number).entries()) {
        written[place < 0 ? place + length : place] = given[i % given.length];
      }
      a.put(indices as never, values as never);
      expect(a.toArray()).toEqual(written);
    }
  });

  it.each(SIZES)("finds and keeps those of %i elements for which a mask is true", (count) => {
    for (const [step, maskStep] of [
      [1, 1],
      [2, 1],
      [-1, 3],
    ] as const) {
      const a = made(dtype, count, step);
      const mask = made("bool", count, maskStep) as NDArray<"bool", 1>;
      const on = mask.toArray();
      const places = on.flatMap((isOn, i) => (isOn ? [i] : []));
      const kept = (a.toArray() as unknown[]).filter((_, i) => on[i]);
      expect(flatnonzero(mask).toArray()).toEqual(places);
      expect(nonzero(mask).map((one) => one.toArray())).toEqual([places]);
      expect(a.compress(mask).toArray()).toEqual(kept);
      expect((a.slice(mask as never) as NDArray<DType>).toArray()).toEqual(kept);
      const longer = zeros([kept.length + 2], { dtype });
      a.compress(mask, { out: longer.slice([1, kept.length + 1]) as never });
      expect(longer.toArray()).toEqual([
        ...zeros([1], { dtype }).toArray(),
        ...kept,
        ...zeros([1], { dtype }).toArray(),
      ]);
    }
  });

  it("takes along each axis of three, elements and runs of them", () => {
    const a = made(dtype, 6 * 50 * 7, 1).reshape([6, 50, 7]);
    const list = a.toArray() as unknown[][][];
    for (const view of [a, a.slice(":", "::-1"), a.slice("1:5", ":", "2:4"), a.transpose(1, 0, 2).slice("::2")]) {
      const source = view.toArray() as unknown[][][];
      const places = (length: number) => Array.from({ length: 40 }, () => random(length));
      const [first, second, third] = view.shape.map(places) as [number[], number[], number[]];
      expect(view.take(first, { axis: 0 }).toArray()).toEqual(first.map((i) => source[i]));
      expect(view.take(second, { axis: 1 }).toArray()).toEqual(source.map((rows) => second.map((i) => rows[i])));
      expect(view.take(third, { axis: 2 }).toArray()).toEqual(
        source.map((rows) => rows.map((row) => third.map((i) => row[i]))),
      );
    }
    expect(a.toArray()).toEqual(list);
  });
});

it.each(["int32", "int64"] as const)("names the first %s index outside of the axis, wherever it is", (dtype) => {
  const a = made("float64", 1000, 1);
  const before = a.toArray();
  const right = indicesOf(40_000, 1000, dtype);
  for (const place of [0, 127, 500, 32_768, 39_999]) {
    for (const wrong of [1000, -1001, 2 ** 31 - 1, -(2 ** 31), ...(dtype === "int64" ? [2 ** 40, -(2 ** 52)] : [])]) {
      const indices = right.copy();
      indices.set(place, (dtype === "int64" ? BigInt(wrong) : wrong) as never);
      const got = new RegExp(`got ${wrong} \\(axis 0 of shape \\[1000\\]\\)`);
      expect(() => a.take(indices as never)).toThrow(got);
      expect(() => a.take(indices as never)).toThrow(IndexError);
      expect(() => a.put(indices as never, 1)).toThrow(got);
      expect(a.toArray()).toEqual(before);
    }
  }
});

it("a mask of a larger array, from any byte on", () => {
  const all = made("bool", 5000, 1) as NDArray<"bool", 1>;
  const values = made("int64", 5000, 1);
  for (let start = 0; start < 20; start++) {
    const end = 4000 + 17 * start;
    const [mask, part] = [all.slice([start, end]), values.slice([start + 3, end + 3])];
    const on = mask.toArray();
    expect(compressed(part as never, mask as never)).toEqual((part.toArray() as bigint[]).filter((_, i) => on[i]));
  }
});
const compressed = (a: NDArray<"int64", 1>, mask: NDArray<"bool", 1>): unknown => a.compress(mask).toArray();

it("a result that ends where 4 GiB end", ({ skip }) => {
  if (totalmem() < 2 ** 33) skip("needs 4 GiB of address space that the machine could back");
  using memory = new SharedMemory(2 ** 32);
  const mask = zeros([4000], { dtype: "bool" });
  mask.slice("::4").fill(true);
  for (const dtype of ["uint8", "float64"] as const) {
    const out = NDArray.view(memory, [1000], { dtype, byteOffset: 2 ** 32 - 1000 * (dtype === "uint8" ? 1 : 8) });
    full([4000], 5, { dtype }).compress(mask, { out: out as never });
    expect(out.toArray()).toEqual(full([1000], 5).toArray());
  }
});
