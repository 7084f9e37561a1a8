/** `out` of functions that copy: the same results as without it, in the array that is given, and nothing if it is wrong. */
import { type AnyNDArray, arange, array, concat, type NDArray, slidingWindowView, stack, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

type Any = AnyNDArray;
const a = arange(12).reshape([3, 4]) as NDArray<"float64", 2>;
const mask = array([true, false, true]);
const works: [name: string, work: (source: Any, options: object) => Any][] = [
  ["copy", (source, options) => source.copy(options as never)],
  ["astype", (source, options) => source.astype("float64", options as never)],
  ["take", (source, options) => source.take([5, 0, -1], options)],
  [
    "take with an axis",
    (source, options) => source.take(array([[2, 0]], { dtype: "int32" }), { axis: 0, ...options }) as never,
  ],
  ["take of columns", (source, options) => source.take([3, 1], { axis: 1, ...options })],
  ["compress", (source, options) => source.compress(mask, options)],
  ["compress with an axis", (source, options) => source.compress(mask, { axis: 0, ...options })],
  ["concat", (source, options) => concat([source, source], options) as never],
  ["concat along the last axis", (source, options) => concat([source, source], { axis: 1, ...options }) as never],
  ["stack", (source, options) => stack([source, source], { axis: -1, ...options }) as never],
];

describe.each(works)("%s", (_, work) => {
  const expected = work(a, {});
  const like = (dtype: "float64" | "float32" = "float64") => zeros(expected.shape as number[], { dtype }) as Any;

  it("writes to `out` and returns it", () => {
    const out = like();
    expect(work(a, { out })).toBe(out);
    expect(out.toArray()).toEqual(expected.toArray());
  });
  it("casts within the kind", () => {
    const out = like("float32");
    expect(work(a, { out })).toBe(out);
    expect(out.toArray()).toEqual(expected.toArray());
  });
  it("writes to a view with steps, and to nothing beside it", () => {
    const wide = zeros([...expected.shape.slice(0, -1), 2 * expected.shape.at(-1)!]);
    work(a, { out: wide.slice("...", "1::2") });
    expect(wide.slice("...", "1::2").toArray()).toEqual(expected.toArray());
    expect(wide.slice("...", "::2").toArray()).toEqual(like().toArray());
  });
  it("reads strided sources", () => {
    const out = like();
    work(a.T.copy().T as never, { out });
    expect(out.toArray()).toEqual(expected.toArray());
  });
  it("may be given a part of its source", () => {
    const all = zeros(40);
    const source = all.slice([0, 12]).reshape([3, 4]).assign(a) as Any;
    const out = all.slice([5, 5 + expected.size]).reshape(expected.shape as number[]);
    work(source, { out });
    expect(out.toArray()).toEqual(expected.toArray());
  });
  it("refuses what cannot be the result, and writes nothing", () => {
    const out = zeros([...expected.shape, 2]);
    expect(() => work(a, { out })).toThrow(/^Expected `out` to have the result's shape/);
    const whole = zeros(expected.shape as number[], { dtype: "int32" });
    expect(() => work(a, { out: whole })).toThrow(
      "Expected `out` to be of a dtype that float64 can be cast to, got int32",
    );
    const same = zeros(1).broadcastTo(expected.shape as number[]);
    expect(() => work(a, { out: same })).toThrow("Expected `out` to be an array to write to, got a read-only array");
    expect(() => work(a, { out: 3 })).toThrow("`out`");
    expect(() => work(a, { out: null })).toThrow("`out`");
    expect([...whole.flatten(), ...out.flatten()].every((x) => x === 0)).toBe(true);
  });
});

it("a mask that lets nothing through, and empty lists, fit an empty `out`", () => {
  const out = zeros(0);
  expect(arange(3).compress(zeros(3, { dtype: "bool" }), { out })).toBe(out);
  expect(arange(3).take([], { out })).toBe(out);
});
it("a copy has either a name or an `out`", () => {
  expect(() => a.copy({ name: "x", out: a } as never)).toThrow("either `out` or the name and scope of a new array");
});
it("windows of a view are no `out`, because their elements share memory", () => {
  const out = slidingWindowView(arange(4), 2) as never;
  expect(() => zeros([3, 2]).copy({ out })).toThrow("Expected `out` to be an array to write to");
});
