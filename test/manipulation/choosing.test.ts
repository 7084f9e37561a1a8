/** Functions that choose, place and insert, and lines of numbers, where NumPy's small cases do not reach. */
import {
  arange,
  array,
  arraySplit,
  choose,
  deleteAt,
  fromFunction,
  geomspace,
  indices,
  insert,
  ix_,
  linspace,
  mgrid,
  ndenumerate,
  ndindex,
  putmask,
  resize,
  SharedMemory,
  select,
  slidingWindowView,
  tri,
  trilIndices,
  zeros,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

const int = (list: number[]) => array(list, { dtype: "int32" });

describe("many positions at once", () => {
  it("inserts and removes thousands", () => {
    const a = arange(5000);
    const places = Array.from({ length: 3000 }, (_, i) => (i * 37) % 5000);
    const longer = insert(a, places, -1);
    expect(longer.size).toBe(8000);
    expect(longer.toArray().filter((x) => x >= 0)).toEqual(a.toArray());
    const where = longer.toArray().flatMap((x, i) => (x < 0 ? [i] : []));
    expect(deleteAt(longer, where).toArray()).toEqual(a.toArray());
    expect(deleteAt(a, places).toArray()).toEqual(a.toArray().filter((x) => !places.includes(x)));
  });
  it("several values before one position", () => {
    const a = arange(6).reshape([2, 3]);
    expect(insert(a, array(1, { dtype: "int32" }), [7, 8], { axis: 1 }).toArray()).toEqual([
      [0, 7, 1, 2],
      [3, 8, 4, 5],
    ]);
  });
  it("a shape is filled again and again", () => {
    const made = resize(arange(7), [1000, 3]).flatten().toArray();
    expect(made.every((x, i) => x === i % 7)).toBe(true);
    expect(resize(zeros(0, { dtype: "int64" }), 2).toArray()).toEqual([0n, 0n]);
  });
});

describe("lines of numbers at the ends of float64", () => {
  it("distances too small for a number", () => {
    expect(linspace(0, 5e-324, 5).toArray()).toEqual([0, 0, 0, 5e-324, 5e-324]);
  });
  it("distances too large for a number", () => {
    const [first, last] = [array([-1.7e308]), 1.7e308];
    expect(linspace(first, last, 5).flatten().toArray()).toEqual(linspace(-1.7e308, last, 5).toArray());
  });
  it("tiny ends of a geometric line", () => {
    const [low, middle, high] = geomspace(1e-200, 1e-190, 3).toArray() as [number, number, number];
    expect([low, high]).toEqual([1e-200, 1e-190]);
    expect(middle / 1e-195).toBeCloseTo(1, 12);
  });
  it("float32 arrays give float32, integers float64", () => {
    const ends = [zeros(2, { dtype: "float32" }), zeros(2, { dtype: "int8" })] as const;
    expect(ends.map((end) => linspace(end, 1, 3).dtype)).toEqual(["float32", "float64"]);
    expect(linspace(ends[0], 1, 3, { dtype: "float64" }).dtype).toBe("float64");
  });
  it("an array with the distance", () => {
    const [line, step] = linspace(0, 1, 5, { retstep: true });
    expect([line.toArray(), step]).toEqual([[0, 0.25, 0.5, 0.75, 1], 0.25]);
  });
});

describe("iterators", () => {
  it("give indices and elements in C order", () => {
    expect([...ndindex([2, 2])]).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect([...ndindex([])]).toEqual([[]]);
    expect([...ndindex([2, 0])]).toEqual([]);
    expect([...ndenumerate(array([[1n], [2n]]).T)]).toEqual([
      [[0, 0], 1n],
      [[0, 1], 2n],
    ]);
  });
});

describe("errors name the argument and the cure", () => {
  const a = arange(3);
  const closed = arange(3);
  closed.close();
  const cases: [string, () => unknown, RegExp][] = [
    ["far positions", () => ix_([2 ** 32 + 1]), /`positions\[0\]`.*\[-2\^31, 2\^31\).*4294967297/],
    ["floats as positions", () => ix_([0.5]), /`positions\[0\]` to hold integers or bools/],
    ["too many axes", () => ix_(...Array(70).fill([0])), /`positions.length`/],
    ["too many windows", () => slidingWindowView(a, Array(100).fill(1), { axis: Array(100).fill(0) }), /64|65/],
    ["too many ranges", () => mgrid(Array(66).fill("0:1")), /`ranges.length`/],
    ["a range with options", () => mgrid([[3, {} as never]]), /`ranges\[0\]` to be finite numbers/],
    ["no range", () => mgrid("a:b"), /`ranges\[0\]`.*"0:1:5j"/],
    ["parts without end", () => arraySplit(a, 2 ** 32 - 1), /`sections`.*got 4294967295/],
    ["a closed end", () => linspace(closed, 1, 3), /closed/],
    ["no default", () => select([zeros(3).astype("bool")], [a], { default: "x" as never }), /`default`/],
    [
      "a choice that is not there",
      () => choose(int([0, 5]), [1, 2]),
      /`indices` to be in \[0, 2\), got 5 \(mode "wrap"/,
    ],
    ["a mask of another shape", () => putmask(a, zeros(2).astype("bool"), 1), /`mask` to have the array's shape \[3\]/],
    ["a position after the end", () => insert(a, 5, 1), /`places` to be an integer in \[-3, 3\], got 5 \(axis 0/],
    ["no function", () => fromFunction(3 as never, [2]), /`valueAt` to be a function, got 3/],
  ];
  it.each(cases)("%s", (_, call, message) => {
    expect(call).toThrow(message);
    expect(a.toArray()).toEqual([0, 1, 2]);
  });
});

it("nothing is counted that is not there", () => {
  expect(trilIndices(2e8, { columns: 0 }).map((one) => one.size)).toEqual([0, 0]);
  expect(tri(2 ** 40, { columns: 0 }).shape).toEqual([2 ** 40, 0]);
  expect(indices([0, 2 ** 40]).shape).toEqual([2, 0, 2 ** 40]);
});

it("a named matrix is filled before it has its name", () => {
  using made = tri(3, { name: "triangle", dtype: "int8" });
  expect([made.toArray(), SharedMemory.list().some(({ name }) => name === "triangle")]).toEqual([
    [
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ],
    true,
  ]);
});
