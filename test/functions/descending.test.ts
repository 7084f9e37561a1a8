/** Sorting from the greatest to the least, differences with ends, nearly equal elements. */
import { argsort, array, arrayEqual, diff, isclose, sort, takeAlongAxis, zeros, zerosLike } from "shared-ndarray";
import { describe, expect, it } from "vitest";

describe("from the greatest to the least", () => {
  const a = array([
    [2, 3, 2, 1],
    [0, 0, 5, 0],
  ]);
  it("sorts along an axis, in a new array or in `out`", () => {
    expect(sort(a, { descending: true }).toArray()).toEqual([
      [3, 2, 2, 1],
      [5, 0, 0, 0],
    ]);
    const out = zeros([2, 4]);
    expect(sort(a, { axis: 0, descending: true, out })).toBe(out);
    expect(out.toArray()).toEqual([
      [2, 3, 5, 1],
      [0, 0, 2, 0],
    ]);
  });
  it("keeps the order of equal elements", () => {
    const positions = argsort(a, { descending: true });
    expect(positions.toArray()).toEqual([
      [1, 0, 2, 3],
      [2, 0, 1, 3],
    ]);
    expect(arrayEqual(takeAlongAxis(a, positions), sort(a, { descending: true }))).toBe(true);
  });
  it("has NaN first, and takes empty arrays", () => {
    expect(sort(array([1, Number.NaN, 2]), { descending: true }).toArray()).toEqual([Number.NaN, 2, 1]);
    expect(argsort(zeros([2, 0]), { descending: true }).shape).toEqual([2, 0]);
  });
});

describe("differences with what comes before and after", () => {
  const a = array([1, 4, 9], { dtype: "int32" });
  it("numbers and arrays", () => {
    expect(diff(a, { prepend: 0, append: 10 }).toArray()).toEqual([1, 3, 5, 1]);
    expect(diff(a, { append: array([16, 25], { dtype: "int32" }), n: 2 }).toArray()).toEqual([2, 2, 2]);
    expect(diff(a, { prepend: 0 }).dtype).toBe("int32");
  });
  it("a number that the dtype cannot hold is refused", () => {
    expect(() => diff(a, { prepend: "x" as never })).toThrow(/`prepend`/);
  });
});

it("nearly equal elements, element by element", () => {
  const [a, b] = [array([1, 1.1, Number.NaN, Infinity]), array([1 + 1e-9, 1, Number.NaN, Infinity])];
  expect(isclose(a, b).toArray()).toEqual([true, false, false, true]);
  expect(isclose(a, b, { equalNan: true, rtol: 0.2 }).toArray()).toEqual([true, true, true, true]);
  expect(isclose(array([2, 200], { dtype: "uint8" }), 200).toArray()).toEqual([false, true]);
});

it("arrays like another, of another dtype; a diagonal beside the main one", () => {
  const a = zeros([2, 3]);
  expect([zerosLike(a).dtype, zerosLike(a, { dtype: "int8" }).dtype]).toEqual(["float64", "int8"]);
  expect(
    array([
      [1, 2],
      [3, 4],
    ])
      .diagonal(1)
      .toArray(),
  ).toEqual([2]);
  expect(() => a.diagonal(0.5)).toThrow(/`k`/);
});
