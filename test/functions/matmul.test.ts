/** Matrix products against three plain loops that add in the same order: every shape, layout and dtype, to the bit. */
import {
  type AnyNDArray,
  arange,
  array,
  type DType,
  matmul,
  type NDArray,
  Pool,
  slidingWindowView,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

type Any = NDArray<DType, never>;
const product = matmul as unknown as (a: unknown, b: unknown, options?: { readonly out: unknown }) => Any;
const pools = [1, 3].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** The inner axis is summed in parts of so many, and then the sums of the parts are added. */
const PART = 256;

interface Lane {
  readonly round: (x: number | bigint) => number | bigint;
  /** A value from a whole number. Floats have fractions that cannot be represented, so that the order shows. */
  readonly from: (i: number) => unknown;
}
const lanes: Partial<Record<DType, Lane>> = {
  float64: { round: (x) => x, from: (i) => ((i * 7919) % 1009) / 7 - 60 },
  float32: { round: (x) => Math.fround(Number(x)), from: (i) => Math.fround(((i * 7919) % 1009) / 7 - 60) },
  int8: { round: (x) => (Number(x) << 24) >> 24, from: (i) => ((i * 7919) % 255) - 127 },
  uint16: { round: (x) => Number(x) & 65535, from: (i) => (i * 7919) % 65536 },
  int32: { round: (x) => Number(BigInt.asIntN(32, BigInt(x))), from: (i) => (i * 7919 * 65537) | 0 },
  uint32: { round: (x) => Number(BigInt.asUintN(32, BigInt(x))), from: (i) => (i * 7919 * 65537) >>> 0 },
  int64: { round: (x) => BigInt.asIntN(64, BigInt(x)), from: (i) => BigInt(i * 7919) ** 4n - 2n ** 60n },
  uint64: { round: (x) => BigInt.asUintN(64, BigInt(x)), from: (i) => BigInt.asUintN(64, BigInt(i * 7919) ** 5n) },
};

/** Elements of a shape, in one of several layouts in memory. */
function make(shape: readonly number[], dtype: DType, layout: string, seed = 0): Any {
  const from = lanes[dtype]!.from;
  const shift = layout === "C" ? 0 : seed + 1;
  const values = (count: number) => {
    const list = dtype.endsWith("int64") ? new BigInt64Array(count) : new Float64Array(count);
    for (let i = 0; i < count; i++) list[i] = from(i + seed + shift) as never;
    return list as Float64Array;
  };
  const fill = (of: readonly number[]) =>
    array(values(of.reduce((x, y) => x * y, 1)), { dtype }).reshape(of as number[]) as unknown as Any;
  const lead = shape.slice(0, -2);
  const [m, n] = shape.slice(-2) as [number, number];
  if (layout === "transposed") {
    const axes = [...lead.map((_, i) => i), shape.length - 1, shape.length - 2];
    return fill([...lead, n, m]).transpose(...axes) as unknown as Any;
  }
  if (layout === "strided") return fill([...lead, 2 * m, 3 * n]).slice("...", "::2", "1::3") as unknown as Any;
  if (layout === "reversed") return fill(shape).slice("...", "::-1", "::-1") as unknown as Any;
  return fill(shape);
}

/** The same product, element by element. Integers of 32 bits wrap at each step, longer ones, as bigints, at the end. */
function plain(a: Any, b: Any, dtype: DType): unknown[][] {
  const { round } = lanes[dtype]!;
  const [x, y] = [a.toArray(), b.toArray()] as unknown as [number[][], number[][]];
  const isFloat = dtype.startsWith("float");
  const isShort = !isFloat && !dtype.endsWith("64");
  const n = b.shape[1]!;
  return x.map((row) =>
    Array.from({ length: n }, (_, j) => {
      if (isShort) return round(row.reduce((sum, v, k) => (sum + Math.imul(v, y[k]![j]!)) | 0, 0));
      if (!isFloat) return round(row.reduce((sum, v, k) => sum + BigInt(v) * BigInt(y[k]![j]!), 0n));
      let total = 0;
      for (let first = 0; first < row.length; first += PART) {
        let sum = 0;
        for (let k = first; k < Math.min(row.length, first + PART); k++) {
          sum = round(sum + Number(round(row[k]! * y[k]![j]!))) as number;
        }
        total = round(total + sum) as number;
      }
      return total;
    }),
  );
}

describe("a product has the bits of three plain loops", () => {
  it("of float64, with every number of rows and columns from 1 to 40", () => {
    for (let m = 1; m <= 40; m++) {
      for (const [k, n] of [
        [41 - m, m],
        [m, 41 - m],
        [(m % 7) + 1, (m % 5) + 1],
      ] as const) {
        const [a, b] = [make([m, k], "float64", "C"), make([k, n], "float64", "C", 5)];
        expect([m, k, n, product(a, b).toArray()]).toEqual([m, k, n, plain(a, b, "float64")]);
      }
    }
  });
  it.each(Object.keys(lanes) as DType[])("of %s, in every layout", (dtype) => {
    for (const [left, right] of [
      ["C", "transposed"],
      ["transposed", "C"],
      ["strided", "reversed"],
      ["reversed", "strided"],
    ] as const) {
      for (const [m, k, n] of [
        [1, 1, 1],
        [3, 5, 2],
        [9, 4, 13],
        [1, 300, 7],
        [70, 259, 1],
        [1, 259, 270],
        [2, 1100, 1],
        [66, 300, 11],
      ] as const) {
        const [a, b] = [make([m, k], dtype, left), make([k, n], dtype, right, 3)];
        expect([m, k, n, product(a, b).toArray()]).toEqual([m, k, n, plain(a, b, dtype)]);
      }
    }
  });
  it("of several tiles and parts of the inner axis, and of a strip that is too long for one", () => {
    for (const [m, k, n] of [
      [300, 513, 260],
      [1100, 3, 258],
    ] as const) {
      const [a, b] = [make([m, k], "float32", "C"), make([k, n], "float32", "transposed", 9)];
      const expected = plain(a, b, "float32");
      const found = product(a, b).toArray() as unknown as number[][];
      expect(found.length).toBe(m);
      expect(found.findIndex((row, i) => row.some((x, j) => !Object.is(x, expected[i]![j])))).toBe(-1);
    }
  });
});

it("bools are true if any pair is, float16 is summed as float32, and uint8_clamped gives uint8, which wraps", () => {
  const some = array([true, false, false, true, false, false]).reshape([2, 3]);
  expect(matmul(some, some.T).toArray()).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(matmul(some.T, some.slice(":, 1:")).toArray()).toEqual([
    [false, false],
    [false, false],
    [false, false],
  ]);
  const halves = array([2048, 1, 1, 1], { dtype: "float16" });
  const ones = array([1, 1, 1, 1], { dtype: "float16" });
  expect(product(halves, ones).item()).toBe(2052); // summed as float16, it would stay at 2048
  const clamped = array([200, 1, 2, 3], { dtype: "uint8_clamped" }).reshape([2, 2]);
  expect(matmul(clamped, clamped).toArray()).toEqual([
    [40_002 % 256, 203],
    [406 % 256, 11],
  ]);
});

it("thousands of small matrices, and factors whose leading axes are broadcast", () => {
  const a = make([3000, 3, 2], "float64", "C");
  const b = make([3000, 2, 5], "float64", "transposed", 4);
  const all = product(a, b);
  for (let i = 0; i < 3000; i += 97) {
    const [x, y, z] = [a, b, all].map((one) => one.slice(`${i}`) as unknown as Any) as [Any, Any, Any];
    expect(z.toArray()).toEqual(plain(x, y, "float64"));
  }
  const [left, right] = [make([4, 1, 70, 6], "float64", "C"), make([5, 6, 300], "float64", "reversed", 2)];
  const stretched = product(left, right);
  expect(stretched.shape).toEqual([4, 5, 70, 300]);
  for (const [i, j] of [
    [0, 0],
    [3, 1],
    [2, 4],
  ] as const) {
    const [x, y] = [left.slice(`${i}, 0`), right.slice(`${j}`)] as unknown as [Any, Any];
    expect((stretched.slice(`${i}, ${j}`) as unknown as Any).toArray()).toEqual(plain(x, y, "float64"));
  }
});

describe("a matrix by a vector, on either side", () => {
  it.each(["float64", "float32", "int32", "uint32"] as const)("of %s, in every layout", (dtype) => {
    for (const [rows, depth] of [
      [8, 1],
      [9, 3],
      [40, 255],
      [39, 257],
      [17, 600],
      [3, 700],
      [70, 64 * PART + 5],
    ] as const) {
      for (const layout of ["C", "transposed", "strided", "reversed"]) {
        const matrix = make([rows, depth], dtype, layout);
        const vector = make([1, depth], dtype, layout, 5);
        const expected = plain(matrix, vector.T as unknown as Any, dtype).flat();
        const told = `${rows} by ${depth}, ${layout}`;
        expect(product(matrix, vector.slice("0")).toArray(), told).toEqual(expected);
        expect(product(vector.slice("0"), matrix.T as unknown as Any).toArray(), told).toEqual(expected);
      }
    }
  });
});

it("a matrix whose long columns are all the same, or overlap", () => {
  const line = arange(150_000).astype("float64");
  const factors = array([1, 10, 100]);
  expect(
    product(line.broadcastTo([3, 150_000]).T, factors)
      .slice("149998:")
      .toArray(),
  ).toEqual([111 * 149_998, 111 * 149_999]);
  const windows = slidingWindowView(line, 149_998).T as unknown as Any;
  expect(product(windows, factors).slice(":2").toArray()).toEqual([0 + 10 + 200, 1 + 20 + 300]);
});

it("matrices by vectors, one for each of a batch", () => {
  const many = make([3, 80, 270], "float32", "transposed");
  const vector = make([1, 270], "float32", "strided", 8);
  const results = product(many, vector.slice("0"));
  expect(results.shape).toEqual([3, 80]);
  for (let i = 0; i < 3; i++) {
    const matrix = many.slice(`${i}`) as unknown as Any;
    const expected = plain(matrix, vector.T as unknown as Any, "float32").flat();
    expect((results.slice(`${i}`) as unknown as Any).toArray()).toEqual(expected);
  }
});

describe("out", () => {
  it.each([70, 5])("of %i rows may be strided, of another dtype, a factor or a part of one", (n) => {
    const [a, b] = [make([n, n], "float64", "C"), make([n, n], "float64", "C", 7)];
    const expected = plain(a, b, "float64");
    const wide = zeros([2 * n, n + 1]);
    product(a, b, { out: wide.slice("::2, 1:") });
    expect(wide.slice("::2, 1:").toArray()).toEqual(expected);
    expect([wide.slice("1::2").toArray(), wide.slice(":, 0").toArray()].flat(2).every((x) => x === 0)).toBe(true);
    const single = zeros([n, n], { dtype: "float32" });
    product(a, b, { out: single });
    expect(single.toArray()).toEqual(expected.map((row) => row.map((x) => Math.fround(x as number))));
    const turned = a.copy() as unknown as Any;
    product(turned, b, { out: turned.T });
    expect((turned.T as unknown as Any).toArray()).toEqual(expected);
    const column = zeros([n]);
    product(a, b.slice(":, 3"), { out: column });
    expect(column.toArray()).toEqual(expected.map((row) => row[3]));
    const wanted = zeros([n, n]);
    expect(product(a, b, { out: wanted })).toBe(wanted);
    expect(wanted.toArray()).toEqual(expected);
    const both = a.copy() as unknown as Any;
    product(both, both, { out: both });
    expect(both.toArray()).toEqual(plain(a, a, "float64"));
    const readOnly = zeros([1, n]).broadcastTo([n, n]);
    expect(() => product(a, b, { out: readOnly as never })).toThrow("read-only");
    expect(() => product(a, b, { out: zeros([n, n + 1]) })).toThrow("shape");
    expect(readOnly.toArray().flat()).toEqual(new Array(n * n).fill(0));
  });
  it("keeps nothing of what it had if the inner axis is empty", () => {
    const full = arange(12).reshape([3, 4]).astype("float64");
    matmul(zeros([3, 0]), zeros([0, 4]), { out: full });
    expect(full.toArray().flat()).toEqual(new Array(12).fill(0));
    expect(matmul(zeros([300, 0]), zeros([0])).toArray()).toEqual(new Array(300).fill(0));
    expect(matmul(zeros([2, 0, 3]), zeros([3, 4])).shape).toEqual([2, 0, 4]);
  });
});

it.each([
  [
    [300, 520],
    [520, 300],
  ],
  [[700, 300], [300]],
  [[300], [300, 700]],
  [[1, 5000], [5000]],
  [
    [900, 5, 4],
    [4, 6],
  ],
] as const)("the bits of %j by %j depend neither on workers nor on layouts", async (left, right) => {
  const [a, b] = [left, right].map((shape, i) => make([1, ...shape], "float64", "C", i).slice("0")) as [Any, Any];
  const expected = product(a, b).toArray();
  for (const pool of pools) {
    expect(((await pool.map([a, b] as never, matmul)) as AnyNDArray).toArray()).toEqual(expected);
  }
});
