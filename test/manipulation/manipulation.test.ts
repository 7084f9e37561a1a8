/** Functions that arrange elements, where NumPy says nothing: memory, errors, `out`, lists, and what types promise. */
import {
  type AnyNDArray,
  add,
  arange,
  array,
  arraySplit,
  asarray,
  broadcastTo,
  concat,
  diag,
  diff,
  expandDims,
  eye,
  finfo,
  full,
  hstack,
  meshgrid,
  moveaxis,
  nonzero,
  ones,
  pad,
  type ReadonlyNDArray,
  ravelMultiIndex,
  repeat,
  reshape,
  resultType,
  roll,
  split,
  stack,
  takeAlongAxis,
  tidy,
  tile,
  triu,
  unravelIndex,
  unstack,
  vstack,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const coded = (code: string) => expect.objectContaining({ code });
const int = (list: number[]) => array(list, { dtype: "int32" });

describe("no result shows what another array has left in memory", () => {
  const size = 300_000;
  const leave = () => full(size, 42).close();
  const a = zeros(size);
  const results: [string, () => AnyNDArray][] = [
    ["roll by no shift", () => roll(a, [], { axis: 0 })],
    ["roll along no axis", () => roll(a, 1, { axis: [] })],
    ["roll of the flattened array by no shift", () => roll(a, [])],
    ["repeat", () => repeat(a, [1])],
    ["tile", () => tile(a, 1)],
    ["diag", () => diag(zeros(550))],
    ["triu", () => triu(zeros([550, 550]))],
    ["eye", () => eye(550, { k: 1000 })],
    ["concat", () => concat([a, zeros(0)])],
    ["diff", () => diff(a)],
    ["pad", () => pad(a, 0)],
    ["pad, continued", () => pad(a, [1, 0], { mode: "wrap" })],
  ];
  it.each(results)("%s", (_, make) => {
    leave();
    const made = make();
    expect(made.size).toBeGreaterThan(100_000);
    expect(tidy(() => add(made, 0).max())).toBe(0);
    made.close();
  });
});

describe("`out`", () => {
  it("may be what is read", () => {
    const a = arange(6);
    roll(a, 2, { out: a });
    expect(a.toArray()).toEqual([4, 5, 0, 1, 2, 3]);
    hstack([a.slice("3:"), a.slice(":3")], { out: a });
    expect(a.toArray()).toEqual([1, 2, 3, 4, 5, 0]);
    takeAlongAxis(a, int([5, 4, 3, 2, 1, 0]), { out: a });
    expect(a.toArray()).toEqual([0, 5, 4, 3, 2, 1]);
  });
  it("is left as it is by a call that fails", () => {
    const out = full(4, 7);
    expect(() => takeAlongAxis(arange(4), int([0, 1, 2, 9]), { out })).toThrow(coded("INDEX"));
    expect(() => repeat(arange(2), [1, 1], { out })).toThrow(coded("SHAPE"));
    expect(() => roll(arange(4), 1.5, { out })).toThrow("`shift`");
    expect(out.toArray()).toEqual([7, 7, 7, 7]);
    expect(() => roll(arange(3), 1, { out: broadcastTo(ones(1), [3]) as never })).toThrow(coded("LAYOUT"));
  });
});

describe("views", () => {
  it("write to the array, and are read-only if it is", () => {
    const a = zeros([2, 2]);
    diag(a).fill(1);
    split(a, 2)[1]!.set(0, 0, 5);
    expandDims(a, { axis: 0 }).set(0, 0, 1, 3);
    expect(a.toArray()).toEqual([
      [1, 3],
      [5, 1],
    ]);
    const seen: ReadonlyNDArray = unstack(broadcastTo(ones(2), [2, 2]))[0]!;
    expect(() => (seen as AnyNDArray).fill(0 as never)).toThrow(coded("LAYOUT"));
  });
  it("have at most 64 axes", () => {
    const deep = ones(new Array<number>(64).fill(1));
    expect(() => stack([deep])).toThrow("[0, 65)");
    expect(() => expandDims(ones(1), { axis: [...Array(70).keys()] })).toThrow("[0, 65)");
  });
  it("asarray gives the array itself", () => {
    const a = zeros(3);
    expect(asarray(a)).toBe(a);
    expect(asarray(a, { dtype: "int8" }).dtype).toBe("int8");
    expect(asarray([1n, 2n]).dtype).toBe("int64");
  });
});

it("lists and typed arrays are joined like arrays", () => {
  expect(concat([[1, 2], [3]]).toArray()).toEqual([1, 2, 3]);
  expect(hstack([arange(2), [7]]).toArray()).toEqual([0, 1, 7]);
  expect(vstack([Int8Array.of(1, 2), [true, false]]).dtype).toBe("int8");
});

it("a position and an index are each other's inverse", () => {
  for (let i = 0; i < 24; i++) expect(ravelMultiIndex(unravelIndex(i, [2, 3, 4]), [2, 3, 4])).toBe(i);
  expect(unravelIndex(-1, [2, 3])).toEqual([1, 2]);
  expect(unravelIndex(-0, [2, 3])).toEqual([0, 0]);
  expect(() => unravelIndex([6], [2, 3])).toThrow("`positions`");
  expect(() => unravelIndex(6, [2, 3])).toThrow(coded("INDEX"));
  expect(() => ravelMultiIndex([0, 3], [2, 3])).toThrow(coded("INDEX"));
});

it("a border has the value that is given, of any dtype", () => {
  expect(pad(array([1n]), 1, { value: 7 }).toArray()).toEqual([7n, 1n, 7n]);
  expect(pad(array([true]), [0, 1], { value: true }).toArray()).toEqual([true, true]);
  expect(() => pad(array([1n]), 1, { value: 0.5 })).toThrow(coded("DTYPE"));
  expect(pad(array(5), []).toArray()).toBe(5);
  expect(pad(ones([1, 1]), [[1], [0]]).shape).toEqual([3, 1]);
  expect(() => pad(zeros([0, 2]), 1, { mode: "edge" })).toThrow(coded("SHAPE"));
  expect(() =>
    pad(zeros([2, 2, 2]), [
      [1, 1],
      [0, 0],
    ]),
  ).toThrow(coded("SHAPE"));
});

it("large shifts are counted exactly", () => {
  expect(roll(arange(3), [Number.MAX_SAFE_INTEGER - 1, 2], { axis: [0, 0] }).toArray()).toEqual([1, 2, 0]);
});

it("uint8_clamped becomes uint8, as in arithmetic", () => {
  const a = array([5, 3], { dtype: "uint8_clamped" });
  expect([diff(a).dtype, diff(a, { n: 0 }).dtype]).toEqual(["uint8", "uint8"]);
  expect(concat([a, a]).dtype).toBe("uint8_clamped");
});

describe("errors name the argument and the cure", () => {
  const a = arange(6).reshape([2, 3]);
  it.each<[string, () => unknown, string]>([
    ["two arrays instead of a list", () => (concat as unknown as (...x: unknown[]) => void)(a, a), "concat([a, b])"],
    ["the same for meshgrid", () => (meshgrid as unknown as (...x: unknown[]) => void)(a, a), "meshgrid([x, y])"],
    ["ranks that differ", () => concat([a, arange(3)] as never), "expandDims"],
    ["NumPy's n", () => diff(a, 2 as never), "{ n: 2 }"],
    ["NumPy's k", () => triu(a, 1 as never), "{ k: 1 }"],
    ["NumPy's columns", () => eye(2, 3 as never), "{ columns: 3 }"],
    ["lengths one by one", () => reshape(a, 3 as never, 2 as never), "one list"],
    ["indices of floats", () => takeAlongAxis(a, a as never), '.astype("int32")'],
    ["indices in a list", () => takeAlongAxis(a, [0] as never), "`indices`"],
    ["repeats of floats", () => repeat(arange(2), ones(2) as never), "`repeats`"],
    ["a repeat that is text", () => repeat(arange(2), ["x", 1] as never), "`repeats[0]`"],
    ["no axis to move to", () => moveaxis(a, 0, undefined as never), "`to`"],
    ["an array without axes", () => unstack(array(5)), "has none"],
    ["parts that are not equal", () => split(arange(3), 2), "arraySplit"],
    ["too many parts", () => arraySplit(arange(3), 2 ** 33), "`sections`"],
    ["what has no dtype", () => finfo(3 as never), "a dtype or an NDArray"],
    ["what has no dtype, among others", () => resultType("int8", [1] as never), "a dtype or an NDArray"],
    ["nonzero of one element", () => nonzero(array(5)), "axis"],
  ])("%s", (_, act, text) => {
    let message = "";
    try {
      act();
    } catch (e) {
      message = (e as Error).message;
    }
    expect(message).toContain(text);
  });
});

it("pads a short axis by many times its length", () => {
  for (const mode of ["reflect", "symmetric", "wrap", "edge"] as const) {
    for (const n of [1, 2, 3, 5]) {
      const few = pad(arange(n), [17, 40], { mode }).toArray();
      const many = pad(arange(n), [100_017, 100_040], { mode });
      const period = mode === "edge" ? 1 : mode === "wrap" ? n : mode === "symmetric" ? 2 * n : Math.max(1, 2 * n - 2);
      expect(many.slice([100_000, 100_057 + n]).toArray(), `${mode}, ${n}`).toEqual(few);
      const wide = many.toArray();
      const wrong = wide.findIndex((x, i) => i >= period && i < 100_000 && x !== wide[i - period]);
      const behind = wide.findIndex((x, i) => i >= 100_017 + n + period && x !== wide[i - period]);
      expect([wrong, behind], `${mode}, ${n}`).toEqual([-1, -1]);
    }
  }
});
