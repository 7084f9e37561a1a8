/** Copies, fills, comparisons and reductions of all layouts, with enough elements that kernels do the work. */
import {
  any,
  arrayEqual,
  concat,
  countNonzero,
  type DType,
  dot,
  max,
  type NDArray,
  ones,
  sum,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const DTYPES: readonly DType[] = [
  ...(["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const),
  ...(["float16", "float32", "float64"] as const),
];
type Matrix = NDArray<DType, 2>;

const [ROWS, COLUMNS] = [96, 120];
/** A matrix whose neighbours differ, with numbers that every dtype holds. */
function made(dtype: DType): Matrix {
  const a = zeros([ROWS * COLUMNS], { dtype });
  for (let i = 0; i < a.size; i++) a.set(i, (dtype === "bool" ? i % 3 === 0 : (i * 7) % 101) as never);
  return a.reshape([ROWS, COLUMNS]) as Matrix;
}

const VIEWS: Readonly<Record<string, (a: Matrix) => Matrix>> = {
  "as it is": (a) => a,
  turned: (a) => a.T as Matrix,
  "every second column": (a) => a.slice(":", "::2") as Matrix,
  "every second row": (a) => a.slice("::2") as Matrix,
  "rows backwards": (a) => a.flip(0) as Matrix,
  "columns backwards": (a) => a.flip(1) as Matrix,
  "all but the edges": (a) => a.slice("1:-1", "1:-1") as Matrix,
  "all but the first element": (a) => a.reshape([-1]).slice("1:").reshape([1, -1]) as unknown as Matrix,
  "narrow rows": (a) => (a.reshape([-1, 4]) as unknown as Matrix).slice(":", "0:3") as Matrix,
  "one row for all": (a) => a.slice(3).broadcastTo([ROWS, COLUMNS]) as unknown as Matrix,
  "one column for all": (a) => a.slice(":", [2, 3]).broadcastTo([ROWS, COLUMNS]) as unknown as Matrix,
};
const CASES = Object.keys(VIEWS).flatMap((view) => DTYPES.map((dtype) => [view, dtype] as const));

describe.each(CASES)("%s of %s", (name, dtype) => {
  const matrix = made(dtype);
  const view = VIEWS[name]!(matrix);
  const elements = view.toArray();

  it("is copied, joined and assigned", () => {
    expect(view.copy().toArray()).toEqual(elements);
    expect(concat([view, view]).toArray()).toEqual([...elements, ...elements]);
    const target = zeros(view.shape as [number, number], { dtype });
    target.assign(view as never);
    expect(target.toArray()).toEqual(elements);
    if (name.includes("for all")) return; // several elements of such a view are one in memory
    const within = VIEWS[name]!(made(dtype));
    within.assign(view.copy() as never);
    expect(within.toArray()).toEqual(elements);
  });
  it("is equal to its copy, until one element differs", () => {
    const copy = view.copy() as Matrix;
    expect(arrayEqual(view, copy)).toBe(true);
    const [row, column] = [view.shape[0]! - 1, view.shape[1]! - 1];
    copy.set(row, column, dtype === "bool" ? !copy.get(row, column) : 102);
    expect(arrayEqual(view, copy)).toBe(false);
    expect(arrayEqual(copy, view)).toBe(false);
  });
  it("is filled, and nothing else is", () => {
    if (name.includes("for all")) return;
    const whole = made(dtype);
    const inside = VIEWS[name]!(whole);
    const expected = Number(sum(whole)) - Number(sum(inside)) + (dtype === "bool" ? 1 : 3) * inside.size;
    inside.fill((dtype === "bool" ? true : 3) as never);
    const found = new Set((inside.toArray().flat() as unknown[]).map(Number));
    expect([...found]).toEqual([dtype === "bool" ? 1 : 3]);
    if (dtype !== "float16") expect(Number(sum(whole))).toBe(expected);
  });
});

describe("few long rows", () => {
  it.each(DTYPES)("of %s are reduced to one", (dtype) => {
    const [rows, columns] = [3, 20_000];
    const a = zeros([rows * columns], { dtype });
    for (let i = 0; i < a.size; i++) a.set(i, (dtype === "bool" ? i % 5 === 0 : (i * 13) % 29) as never);
    const table = a.reshape([rows, columns]) as Matrix;
    const [totals, most, means] = [sum(table, { axis: 0 }), max(table, { axis: 0 }), table.mean({ axis: 0 })];
    const places = [0, 1, 8191, 8192, columns - 1];
    for (const at of places) {
      const column = [0, 1, 2].map((row) => Number(table.get(row, at)));
      const total = column.reduce((x, y) => x + y);
      expect(Number(totals.get(at))).toBe(total);
      expect(Number(most.get(at))).toBe(Math.max(...column));
      if (dtype !== "float16" && dtype !== "float32") expect(means.get(at)).toBe(total / 3);
    }
    const out = zeros([columns], { dtype: totals.dtype });
    expect(sum(table, { axis: 0, out: out as never })).toBe(out);
    expect(arrayEqual(out, totals)).toBe(true);
  });
});

describe("wide rows whose results are narrow", () => {
  // In system scope, no kernel reaches the elements in place on any engine, so rows are staged.
  it.each(["process", "system"] as const)("of %s scope are staged whole", (scope) => {
    for (const dtype of ["float64", "int64", "int32", "uint8"] as const) {
      for (const columns of [4096, 8192, 16_384, 20_000]) {
        const a = zeros([4, columns], { dtype, scope });
        expect(countNonzero(any(a, { axis: 0 }))).toBe(0);
        const places = [0, 4095, columns - 2];
        for (const at of places) a.set(3, at, 1 as never);
        const found = any(a, { axis: 0 });
        for (const at of [0, 1, 4094, 4095, columns - 2, columns - 1]) expect(found.get(at)).toBe(places.includes(at));
        expect(countNonzero(any(a.slice(":", "::2"), { axis: 0 }))).toBe(2);
        if (scope === "system") a.unlink();
      }
    }
  });
});

describe("dot of bools", () => {
  it("is true if any pair is", () => {
    const [a, b] = [zeros([50_000], { dtype: "bool" }), ones([50_000], { dtype: "bool" })];
    expect(dot(a, b)).toBe(false);
    a.set(49_999, true);
    expect(dot(a, b)).toBe(true);
    b.set(49_999, false);
    expect(dot(a, b)).toBe(false);
  });
});
