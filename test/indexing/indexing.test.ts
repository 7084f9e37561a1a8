/** Slices with index arrays where NumPy's small cases do not reach: large slabs, overlaps, errors, types. */
import { arange, array, arrayEqual, full, greater, type NDArray, zeros } from "shared-ndarray";
import { describe, expect, it } from "vitest";

const ints = (list: number[] | number[][]) => array(list, { dtype: "int32" });

/** Positions that repeat and are not in order. */
const positions = (count: number, below: number) =>
  Int32Array.from({ length: count }, (_, i) => ((i * 7919) % below) - (i % 3 === 0 ? below : 0));
const counted = (at: Int32Array, length: number) => [...at].map((p) => (p < 0 ? p + length : p));

describe("large selections", () => {
  // Slabs of 1 to some thousands of elements, for few and for many positions, in C order, turned and stepped.
  const shapes: [number, number, number][] = [
    [40, 30, 50],
    [3, 1500, 4],
    [1500, 3, 2],
    [5, 6, 2000],
    [2000, 1, 1],
    [64, 64, 1],
  ];
  const layouts: [string, (n: [number, number, number]) => NDArray<"float64", 3>][] = [
    ["in C order", ([x, y, z]) => arange(x * y * z).reshape([x, y, z])],
    ["turned", ([x, y, z]) => arange(x * y * z).reshape([z, y, x]).T],
    [
      "stepped",
      ([x, y, z]) =>
        arange(4 * x * y * z)
          .reshape([x, 2 * y, 2 * z])
          .slice("::1, ::-2, ::2"),
    ],
  ];
  for (const [layout, make] of layouts) {
    for (const shape of shapes) {
      it(`reads and writes ${layout}, shape ${shape}`, () => {
        const a = make(shape);
        for (const axis of [0, 1, 2] as const) {
          const along = (index: unknown) => [":", ":", ":"].with(axis, index as string);
          for (const count of [1, 3, 60]) {
            const at = positions(count, shape[axis]);
            const places = counted(at, shape[axis]);
            const read = a.slice(...along(at));
            const want = zeros(shape.with(axis, count));
            for (const [i, p] of places.entries()) want.slice(...along(`${i}`)).assign(a.slice(...along(`${p}`)));
            expect(arrayEqual(read, want)).toBe(true);
            const [changed, expected] = [a.copy(), a.copy()];
            const source = arange(read.size).reshape([...read.shape]);
            changed.assign(source, { at: along(at) });
            for (const [i, p] of places.entries()) {
              expected.slice(...along(`${p}`)).assign(source.slice(...along(`${i}`)));
            }
            expect(arrayEqual(changed, expected)).toBe(true);
            changed.assign(-1, { at: along(at) });
            for (const p of places) expected.slice(...along(`${p}`)).fill(-1);
            expect(arrayEqual(changed, expected)).toBe(true);
          }
        }
      });
    }
  }

  it("reads and writes by two arrays around an axis of 3000", () => {
    const a = arange(4 * 3000 * 5).reshape([4, 3000, 5]);
    const [i, k] = [ints([[0], [3]]), ints([4, 0, 4])];
    const read = a.slice(i, ":", k);
    expect(read.shape).toEqual([2, 3, 3000]);
    expect([read.get(1, 0, 2999), read.get(0, 1, 7)]).toEqual([a.get(3, 2999, 4), a.get(0, 7, 0)]);
    const b = zeros([4, 3000, 5]);
    b.assign(read, { at: [i, ":", k] });
    expect([b.get(3, 2999, 4), b.get(0, 7, 0), b.get(1, 7, 0), b.get(0, 7, 1)]).toEqual([59999, 35, 0, 0]);
  });

  it("writes a scalar where masks of one, two and three axes are true", () => {
    const a = arange(20 * 30 * 40).reshape([20, 30, 40]);
    for (const [at, chosen] of [
      [[greater(a, 11999)], 12000],
      [[greater(a.slice("..., 0"), 11999)], 12000],
      [[":", greater(a.slice("0, :, 0"), 599)], 15 * 20 * 40],
      [["...", greater(arange(40), 29)], 10 * 600],
      [[3, greater(arange(30), 9)], 20 * 40],
    ] as const) {
      const b = a.copy();
      b.assign(-1, { at: at as never });
      expect([...b.flat].filter((x) => x === -1).length).toBe(chosen);
      const read = b.slice(...(at as never as [string]));
      expect([read.size, arrayEqual(read, full(read.shape, -1))]).toEqual([chosen, true]);
    }
  });
});

describe("what a write reads may be what it writes to", () => {
  it("a view of the same array as the source", () => {
    const a = arange(6);
    a.assign(a.slice("::-1"), { at: [ints([0, 1, 2, 3, 4, 5])] });
    expect(a.toArray()).toEqual([5, 4, 3, 2, 1, 0]);
  });
  it.each([1, 2, 40, 2000])("the array itself as the source, rows of %d", (width) => {
    const a = arange(4 * width).reshape([4, width]);
    const [before, at] = [a.copy(), ints([1, 2, 3, 0])];
    a.assign(a, { at });
    for (const i of [0, 1, 2, 3]) expect(arrayEqual(a.slice((i + 1) % 4), before.slice(i))).toBe(true);
    const b = before.T.copy();
    b.assign(b.slice(":"), { at: [":", at] });
    expect(arrayEqual(b, a.T)).toBe(true);
  });
  it("the array itself as its index", () => {
    const a = ints([2, 0, 1]);
    a.assign(9, { at: a });
    expect(a.toArray()).toEqual([9, 9, 9]);
  });
  it("the last of several values for one element stays", () => {
    const a = zeros(3);
    a.assign([1, 2, 3, 4], { at: ints([0, 2, 0, 2]) });
    expect(a.toArray()).toEqual([3, 0, 4]);
  });
});

describe("a slice with arrays is a copy", () => {
  it("that may be written, also if the array is read-only", () => {
    const a = zeros(2).broadcastTo([3, 2]);
    const copy = a.slice(ints([0, 2])) as NDArray<"float64", 2>;
    copy.fill(1);
    expect(copy.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(a.toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
  it("of the same dtype, also of float16, bigints and bools", () => {
    for (const dtype of ["float16", "int64", "bool", "uint8_clamped"] as const) {
      const a = array([1, 0, 1], { dtype });
      const b = a.slice(
        ints([
          [0, 1],
          [1, 2],
        ]),
      );
      expect([b.dtype, b.shape, b.astype("float64").toArray()]).toEqual([
        dtype,
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ]);
      a.assign(a.slice(0) as never, { at: ints([1]) });
      expect(a.astype("float64").toArray()).toEqual([1, 1, 1]);
    }
  });
});

describe("errors name the index, and nothing is written before", () => {
  const a = arange(12).reshape([3, 4]);
  const cases: [string, () => unknown, RegExp][] = [
    [
      "a position",
      () => a.slice(":", ints([0, 4])),
      /each of `index 1`.*\[-4, 4\), got 4 \(axis 1 of shape \[3, 4\]\)/,
    ],
    [
      "a mask",
      () => a.slice(greater(zeros(4), 0)),
      /index 0, a mask.*\[3\] of axis 0, got \[4\] \(array of shape \[3, 4\]\)/,
    ],
    ["shapes", () => a.slice(ints([0, 1]), ints([0, 1, 2])), /broadcast together, got \[2\] and \[3\]/],
    ["floats", () => a.slice(zeros(2) as never), /index 0.*got one of float64 \(convert it with \.astype\("int32"\)\)/],
    ["too many", () => a.slice(0, 0, ints([0])), /at most 2 indices, got 3/],
    ["a date", () => a.slice(new Date(0) as never), /`index 0` to be an integer, null.*got/],
    ["a source", () => a.assign([1, 2, 3], { at: ints([0, 1]) }), /`source`.*broadcasts to \[2, 4\], got \[3\]/],
    ["a wrong position", () => a.assign(5, { at: [ints([0, 9])] }), /got 9 \(axis 0/],
    [
      "a wrong mask",
      () => a.assign(5, { at: [greater(zeros([2, 2]), 0)] }),
      /shape \[3, 4\] of axes 0 to 1, got \[2, 2\]/,
    ],
    ["both", () => a.assign(5, { at: "0", where: greater(a, 2) }), /either `at` or `where`/],
    ["a scalar", () => a.assign("x" as never, { at: "0" }), /got "x"/],
    ["a list of lists", () => a.slice([[0, 1]] as never), /Int32Array\.of/],
    ["no list", () => a.assign(5, { at: 3 as never }), /`at`.*got 3 \(write \[3\]/],
    ["a list with holes", () => a.take(new Array(2 ** 32 - 1) as never), /`indices`.*got undefined/],
    ["an argument too many", () => a.view("int64", {} as never), /no further argument|has none/],
    ["an array without axes as bytes", () => arange(1).slice(0).view("uint8"), /with an axis.*reshape\(1\)/],
  ];
  for (const [name, call, message] of cases) {
    it(name, () => {
      expect(call).toThrow(message);
      expect(a.toArray()).toEqual(arange(12).reshape([3, 4]).toArray());
    });
  }
});

it("a huge step of one element makes no infinite stride", () => {
  const a = arange(600).reshape([2, 300]);
  expect(a.slice([null, null, 1e308]).get(0, 1)).toBe(1);
  expect(a.slice([null, null, -1e308], ints([1, 2])).toArray()).toEqual([[301, 302]]);
});

it("an empty view of another dtype", () => {
  expect(zeros([0], { dtype: "float16" }).slice("::-2").view("uint8").shape).toEqual([0]);
});
