/** `fromArrow` and `toArrow` with the real package: what shares memory, what is copied, what is refused. */
import * as arrow from "apache-arrow";
import { arange, array, type DType, fromArrow, toArrow, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const coded = (fields: object) => expect.objectContaining(fields);
const DTYPES = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
] as const;

describe("toArrow and back", () => {
  it.each(DTYPES)("%s shares its memory both ways", (dtype) => {
    const a = arange(5).astype(dtype as DType);
    const vector = toArrow(a, arrow) as arrow.Vector;
    const back = fromArrow(vector);
    const one = dtype.endsWith("64") && !dtype.startsWith("f") ? 9n : 9;
    a.set(2 as never, one as never);
    expect([vector.get(2), back.get(2), back.dtype, vector.length]).toEqual([one, one, dtype, 5]);
  });
  it("a slice of a vector is a view of that part; a slice with a step is copied", () => {
    const a = arange(10);
    const part = fromArrow((toArrow(a.slice("2:8"), arrow) as arrow.Vector).slice(1, 4));
    a.set(3, -1);
    expect(part.toArray()).toEqual([-1, 4, 5]);
    expect([...(toArrow(a.slice("::3"), arrow) as arrow.Vector)]).toEqual([0, -1, 6, 9]);
  });
});

describe("fromArrow", () => {
  it("copies ordinary memory, several parts, halves and the bits of bools", () => {
    const own = arrow.makeVector(Float32Array.of(1, 2, 3));
    expect(fromArrow(own).toArray()).toEqual([1, 2, 3]);
    expect(fromArrow(own.concat(arrow.makeVector(Float32Array.of(4)))).toArray()).toEqual([1, 2, 3, 4]);
    const bools = arrow.vectorFromArray([true, false, true, true, false, true, false, false, true], new arrow.Bool());
    expect(fromArrow(bools.slice(2)).toArray()).toEqual([true, true, false, true, false, false, true]);
    const halves = arrow.vectorFromArray([0.5, -2], new arrow.Float16());
    expect([fromArrow(halves).dtype, fromArrow(halves).toArray()]).toEqual(["float16", [0.5, -2]]);
  });
  it("refuses nulls, text and what is no vector", () => {
    expect(() => fromArrow(arrow.vectorFromArray([1, null, 3]))).toThrow(coded({ code: "DTYPE", dtype: "null" }));
    expect(() => fromArrow(arrow.vectorFromArray(["a", "b"], new arrow.Utf8()))).toThrow(coded({ code: "DTYPE" }));
    for (const other of [undefined, {}, [1], { data: [] }]) expect(() => fromArrow(other as never)).toThrow(TypeError);
  });
});

it("toArrow refuses what vectors cannot be", () => {
  expect(() => toArrow(zeros([2, 2]), arrow)).toThrow(coded({ code: "SHAPE" }));
  expect(() => toArrow(array([true]), arrow)).toThrow(coded({ code: "DTYPE", dtype: "bool" }));
  expect(() => toArrow(zeros(2), {} as never)).toThrow(/apache-arrow/);
});
