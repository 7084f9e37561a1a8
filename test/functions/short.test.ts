/**
 * A call that is made again takes a shorter way. Its result must be the one of the long way, which strided operands
 * take: the same bits, dtype and shape, and the same array if there is an `out`.
 */
import { describe, expect, it } from "vitest";
import * as nd from "../../src/index.js";

type Operand = nd.AnyNDArray | number;
type Ufunc = ((...args: unknown[]) => nd.AnyNDArray) & { readonly nin: number };
const ufuncs = Object.entries(nd).filter(([, fn]) => typeof fn === "function" && "nin" in fn) as unknown as [
  string,
  Ufunc,
][];
const DTYPES = [
  "bool",
  "int8",
  "uint8",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
] as const;

/** `length` elements, small and not negative, in C order or as every second element of a longer array. */
function operand(dtype: nd.DType, length: number, first: number, isStrided: boolean): nd.AnyNDArray {
  const all = nd.zeros(2 * length, { dtype }) as nd.AnyNDArray;
  const values = nd.remainder(nd.arange(length, { dtype: "int32" }), 5);
  const part = (isStrided ? all.slice("::2") : all.slice([0, length])) as nd.NDArray<nd.DType>;
  part.assign(nd.add(values, first).astype(dtype));
  return part as nd.AnyNDArray;
}

const bitsOf = (a: nd.AnyNDArray) => [a.dtype, a.shape, [...new Uint8Array(a.copy({}).memory.buf)]];
const attempt = (fn: () => nd.AnyNDArray): unknown => {
  try {
    const result: unknown = fn();
    return typeof result === "object" ? bitsOf(result as nd.AnyNDArray) : result;
  } catch (e) {
    return (e as Error).constructor.name;
  }
};

describe.each(ufuncs)("%s", (name, fn) => {
  const operands = (dtype: nd.DType, length: number, isStrided: boolean): Operand[] => {
    if (name === "clip") return [operand(dtype, length, 0, isStrided), 1, 3];
    if (name === "where") {
      return [operand("bool", length, 0, isStrided), ...[1, 2].map((i) => operand(dtype, length, i, isStrided))];
    }
    return [0, 1].slice(0, fn.nin).map((first) => operand(dtype, length, first, isStrided));
  };

  it.each(DTYPES)("%s: calls that are made again give the same bits", (dtype) => {
    const expected = attempt(() => fn(...operands(dtype, 9, true)));
    const given = operands(dtype, 9, false);
    for (let time = 0; time < 3; time++) expect(attempt(() => fn(...given))).toEqual(expected);
  });

  it("with `out`: a new array, an operand, and more elements than a tile has", () => {
    for (const length of [10, 40_000]) {
      const isOfIntegers = name.startsWith("bitwise") || ["gcd", "lcm", "ldexp"].includes(name);
      const dtype = isOfIntegers ? "int32" : "float64";
      const given = operands(dtype, length, false);
      const expected = fn(...operands(dtype, length, true));
      for (let time = 0; time < 3; time++) {
        const out = nd.zeros(length, { dtype: expected.dtype });
        expect(fn(...given, { out })).toBe(out);
        expect(nd.equal(out, expected).toArray()).toEqual(nd.equal(expected, expected).toArray());
      }
      const last = given.findLast((one) => typeof one === "object" && one.dtype === expected.dtype) as nd.AnyNDArray;
      if (!last) continue;
      expect(fn(...given, { out: last })).toBe(last);
      expect(nd.equal(last, expected).toArray()).toEqual(nd.equal(expected, expected).toArray());
    }
  });
});

describe("operands of other shapes and layouts", () => {
  const base = nd.arange(24).reshape(4, 6);
  const cases: [string, () => nd.AnyNDArray][] = [
    ["a row", () => nd.arange(6)],
    ["a column", () => nd.arange(4).reshape(4, 1)],
    ["one element", () => nd.ones([1, 1])],
    ["rank 0", () => nd.ones([])],
    ["a transposed array", () => nd.arange(24).reshape(6, 4).T],
    ["a reversed array", () => nd.arange(24).reshape(4, 6).flip()],
    ["part of a larger one", () => nd.arange(80).reshape(8, 10).slice("::2, 2:8")],
    ["another block", () => nd.arange(30_000).slice([0, 24]).reshape(4, 6)],
  ];
  it.each(cases)("%s", (_, make) => {
    const list = (a: nd.AnyNDArray) => nd.array(a.broadcastTo([4, 6]).toArray() as number[][]);
    for (let time = 0; time < 3; time++) {
      const [other, out] = [make(), nd.zeros([4, 6])];
      const expected = nd.add(base, list(other)).toArray();
      expect(nd.add(base, other).toArray()).toEqual(expected);
      expect(nd.add(other, base).toArray()).toEqual(expected);
      expect(nd.add(base, other, { out }).toArray()).toEqual(expected);
      expect(nd.add(base, other, { out: nd.zeros([6, 4]).T }).toArray()).toEqual(expected);
      expect(nd.add(base.slice("::-1"), other, { out: out.slice("::-1") }).toArray()).toEqual(
        nd.add(base.slice("::-1").copy({}), list(other)).toArray(),
      );
    }
  });
  it.each([2 ** 31, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 7])("the number %s beside int32", (value) => {
    const a = nd.arange(5, { dtype: "int32" });
    for (const fn of [nd.add, nd.less, nd.divide, nd.minimum] as ((...args: unknown[]) => nd.AnyNDArray)[]) {
      fn(a, 3);
      fn(a, 3);
      const same = attempt(() => fn(a.slice("::1"), value));
      expect(attempt(() => fn(a, value))).toEqual(same);
      if (Number.isInteger(value) && value < 2 ** 31) expect(fn(a, value).toArray()).toEqual(fn(a, [value]).toArray());
    }
  });
});

describe("operands that no kernel reaches together: small blocks of their own", () => {
  /** The same elements in a block of their own, in the same layout; `around` says what is between them. */
  const apart = (a: nd.AnyNDArray, layout: string): { array: nd.AnyNDArray; block: nd.AnyNDArray } => {
    const shape = layout === "in order" ? a.shape : a.shape.map((length) => 2 * length + 1);
    const memory = new nd.SharedMemory(8 * shape.reduce((a, b) => a * b));
    const block = nd.NDArray.view(memory, shape, { dtype: a.dtype }).fill(1) as nd.AnyNDArray;
    const stepped = layout === "in order" ? block : block.slice(...a.shape.map(() => "1::2" as const));
    const array = (layout === "backwards" ? nd.flip(stepped as never) : stepped) as nd.AnyNDArray;
    array.assign(a as never);
    return { array, block };
  };
  const shapes = [[9], [5, 7], [2, 3, 4], [25, 40]];

  it.each(ufuncs)("%s", (name, fn) => {
    for (const dtype of ["bool", "uint8", "int64", "float16", "float64"] as const) {
      for (const [i, shape] of shapes.slice(0, dtype === "float64" ? 4 : 2).entries()) {
        const size = shape.reduce((a, b) => a * b);
        const of = (type: nd.DType, first: number) => operand(type, size, first, false).reshape(shape) as nd.AnyNDArray;
        const given =
          name === "where"
            ? [of("bool", 0), of(dtype, 1), of(dtype, 2)]
            : name === "clip"
              ? [of(dtype, 0), 1, 3]
              : [0, 1].slice(0, fn.nin).map((first) => of(dtype, first));
        const expected = attempt(() => fn(...given));
        for (const layout of ["in order", "with gaps", "backwards"].slice(i % 2)) {
          const made = given.map((one) => (typeof one === "number" ? one : apart(one, layout).array));
          expect(
            attempt(() => fn(...made)),
            `${dtype} ${shape} ${layout}`,
          ).toEqual(expected);
        }
        if (typeof expected === "string") continue;
        const right = fn(...given);
        const { array: out, block } = apart(right, "with gaps");
        expect(
          fn(...given.map((one) => (typeof one === "number" ? one : apart(one, "with gaps").array)), { out }),
        ).toBe(out);
        expect(bitsOf(out)).toEqual(expected);
        const gaps = nd.countNonzero(block.slice(...shape.map(() => "::2" as const)) as never);
        expect(gaps).toBe(shape.reduce((all, length) => all * (length + 1), 1)); // nothing else was written
      }
    }
  });
});

describe("a reduction of a few elements", () => {
  const reductions = Object.entries(nd).filter(([, fn]) => typeof fn === "function" && "reduction" in fn);
  const special: Record<string, number[]> = {
    plain: [3, 1, 2, 1, 7, 0, 5],
    zeros: [0, 0, 0],
    one: [4],
  };
  it.each(reductions)("%s gives the value of the long way, for every dtype", (_, given) => {
    const fn = given as unknown as (a: nd.AnyNDArray, options?: object) => number | boolean;
    for (const dtype of DTYPES) {
      for (const values of Object.values(special)) {
        const a = nd.array(values).astype(dtype) as nd.AnyNDArray;
        // An option leads the long way.
        const expected = attempt(() => fn(a, { keepdims: false }) as never);
        const strided = nd.array([values, values]).T.astype(dtype).slice(":, 0") as nd.AnyNDArray;
        expect(attempt(() => fn(strided) as never)).toEqual(expected);
        for (let time = 0; time < 3; time++) expect(attempt(() => fn(a) as never)).toEqual(expected);
      }
    }
  });
  it.each(reductions)("%s of NaN, infinities and zeros of both signs", (_, given) => {
    const fn = given as unknown as (a: nd.AnyNDArray, options?: object) => unknown;
    for (const values of [
      [1, Number.NaN, 0, Number.NaN],
      [-0, 0],
      [0, -0],
      [Number.POSITIVE_INFINITY, 1, -1],
    ]) {
      for (const dtype of ["float16", "float32", "float64"] as const) {
        const strided = nd
          .array(values.flatMap((x) => [x, x]))
          .astype(dtype)
          .slice("::2");
        const a = strided.copy() as nd.AnyNDArray;
        const expected = fn(a, { keepdims: false });
        for (let time = 0; time < 2; time++) {
          expect(fn(a)).toBe(expected);
          expect(fn(strided as nd.AnyNDArray)).toBe(expected);
        }
      }
    }
  });
  it.each(reductions)("%s of every other element, and along axes, gives the bits of the long way", (name, given) => {
    for (const dtype of DTYPES) {
      const all = nd.subtract(nd.arange(2 * 24), 11).astype(dtype);
      const results = (fn: (a: unknown, options?: object) => unknown) => [
        fn(all.slice("::2")),
        ...[0, 1, -1].flatMap((axis) =>
          [all.reshape(6, 8), all.reshape(2, 4, 6)].flatMap((a) => [
            fn(a, { axis }),
            fn(a, { axis, keepdims: true }),
            fn(a, { axis, keepdims: false, out: nd.zerosLike(reduce(a, { axis: [axis] }) as nd.AnyNDArray) }),
          ]),
        ),
      ];
      const reduce = given as unknown as (a: unknown, options?: object) => unknown;
      const shown = (one: unknown) => (one instanceof nd.NDArray ? [one.dtype, one.shape, one.toArray()] : one);
      // A list of axes leads the long way.
      const long = results((a, options) =>
        reduce(a, options ? { ...options, axis: [(options as { axis: number }).axis] } : { keepdims: false }),
      );
      for (let time = 0; time < 2; time++)
        expect(results(reduce).map(shown), `${name} ${dtype}`).toEqual(long.map(shown));
    }
  });
  it("writes to `out` only what fits, and reads its operand before", () => {
    const a = nd.arange(12).reshape([3, 4]).astype("float64");
    for (let time = 0; time < 3; time++) {
      const out = nd.zeros(8);
      expect(nd.sum(a, { axis: 0, out: out.slice([2, 6]) }).toArray()).toEqual([12, 15, 18, 21]);
      expect(out.toArray()).toEqual([0, 0, 12, 15, 18, 21, 0, 0]);
      expect(nd.sum(a, { axis: 0, out: out.slice("::2") }).toArray()).toEqual([12, 15, 18, 21]);
      const own = a.copy();
      expect(nd.sum(own, { axis: 0, out: own.slice(0) }).toArray()).toEqual([12, 15, 18, 21]);
      expect(own.slice("1:").toArray()).toEqual(a.slice("1:").toArray());
      expect(nd.sum(a, { axis: 1, out: nd.zeros(3, { dtype: "float32" }) }).toArray()).toEqual([6, 22, 38]);
      expect(() => nd.sum(a, { axis: 0, out: nd.zeros(3) })).toThrow(/shape/);
      expect(() => nd.sum(a, { axis: 0, out: nd.zeros(1).broadcastTo([4]) as never })).toThrow(/to write to/);
      expect(() => nd.sum(a, { axis: 0, out: nd.zeros(4, { dtype: "int32" }) as never })).toThrow(/dtype|int32/);
      expect(() => nd.sum(a, { axis: 0, keepdims: true, out: nd.zeros(4) as never })).toThrow(/shape/);
      expect(() => nd.sum(a, { axis: 0, keepdims: 1 as never })).toThrow(/keepdims/);
      expect(() => nd.sum(a, { axis: 0, keepDims: true } as never)).toThrow(/keepDims/);
    }
  });
  it("of bools, of which any byte but 0 is true", () => {
    const bools = nd.zeros([20], { dtype: "bool" });
    nd.NDArray.view(bools.memory, [20], { dtype: "uint8" }).set(3, 2);
    expect([nd.argmax(bools), nd.argmin(bools), nd.any(bools), nd.countNonzero(bools)]).toEqual([3, 0, true, 1]);
  });
  it("of two vectors too, and checks them", () => {
    const [x, y] = [nd.arange(5), nd.arange(5)];
    for (let time = 0; time < 3; time++) {
      expect(nd.dot(x, y)).toBe(30);
      expect(nd.dot(x, nd.arange(20_000).slice([0, 5]))).toBe(30);
      expect(() => nd.dot(x, nd.arange(4))).toThrow(/two vectors of one length/);
      expect(() => nd.dot(x, nd.ones([5, 1]) as never)).toThrow(/two vectors of one length/);
    }
  });
});

describe("a call that is made again", () => {
  const x = nd.arange(8);
  const y = nd.ones(8);
  for (let time = 0; time < 3; time++) nd.add(x, y, { out: nd.zeros(8) });

  it("is checked as the first one", () => {
    const wrong: [RegExp, () => unknown][] = [
      [/`out` to have the result's shape/, () => nd.add(x, y, { out: nd.zeros(7) })],
      [/dtype/, () => nd.add(x, y, { out: nd.zeros(8, { dtype: "int32" }) as never })],
      [/to be an array to write to/, () => nd.add(x, y, { out: nd.zeros(1).broadcastTo([8]) as never })],
      [/Unknown option `outt`/, () => nd.add(x, y, { outt: x } as never)],
      [/plain object/, () => nd.add(x, y, x as never)],
      [/2 operands and options/, () => (nd.add as (...all: unknown[]) => unknown)(x, y, {}, x)],
      [/broadcast together/, () => nd.add(x, nd.ones(7))],
      [/`x2` to be an NDArray/, () => nd.add(x, "1" as never)],
    ];
    for (const [message, call] of wrong) expect(call).toThrow(message);
    const closed = nd.zeros(8);
    closed.close();
    expect(() => nd.add(x, closed)).toThrow(/open/);
    expect(() => nd.add(x, y, { out: closed })).toThrow(/open/);
  });

  it("reads its operands before it writes, also if they are shifted against the result", () => {
    for (const length of [10, 50_000]) {
      const a = nd.arange(length + 1);
      for (let time = 0; time < 3; time++) {
        a.assign(nd.arange(length + 1));
        nd.add(a.slice([0, length]), 1, { out: a.slice([1, length + 1]) });
        expect(nd.equal(a.slice([1, length + 1]), nd.add(nd.arange(length), 1)).all()).toBe(true);
      }
    }
  });

  it("knows memory that was wrapped again", () => {
    for (const length of [10, 5_000, 50_000]) {
      const a = nd.arange(length);
      const again = nd.NDArray.wrap(a.data);
      nd.negative(again.flip(), { out: a });
      expect(a.slice([0, 3]).toArray()).toEqual([1 - length, 2 - length, 3 - length]);
      expect(a.slice([-3, length]).toArray()).toEqual([-2, -1, -0]);
    }
  });
});
