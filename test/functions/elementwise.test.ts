/** Element-wise functions: where they write, what they refuse, and the same bits on any number of workers. */
import * as nd from "shared-ndarray";
import {
  add,
  arange,
  array,
  bitwiseLeftShift,
  bitwiseRightShift,
  clip,
  copysign,
  type DType,
  divide,
  equal,
  exp,
  full,
  greater,
  less,
  logicalAnd,
  logicalNot,
  matmul,
  multiply,
  type NDArray,
  NDArray as NDArrayClass,
  negative,
  Pool,
  pow,
  SharedMemory,
  sin,
  sqrt,
  square,
  subtract,
  sum,
  where,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const pools = [0, 1, 2, 3, 4].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

describe("where with an `out` whose elements are apart", () => {
  const dtypes = ["bool", "int8", "uint16", "int32", "int64", "float16", "float32", "float64", "complex64"] as const;
  it.each(dtypes)("%s keeps what the mask protects, of any number of elements", (dtype) => {
    for (let n = 1; n <= 150; n += n < 40 ? 1 : 13) {
      const values = arange(n).astype(dtype);
      const mask = array(Array.from({ length: n }, (_, i) => i % 3 === 0));
      for (const step of [2, 3, -2]) {
        const block = zeros([n * Math.abs(step)], { dtype }) as NDArray<"float64">;
        const out = block.slice(`::${step}`) as NDArray<"float64", 1>;
        const before = arange(n).flip().astype(dtype);
        out.assign(before as never);
        multiply(values as never, true, { out: out as never, where: mask });
        const [kept, written] = [before.toArray(), values.toArray()];
        expect(out.toArray(), `${n}, ${step}`).toEqual(kept.map((one, i) => (i % 3 === 0 ? written[i] : one)));
      }
    }
  });
  it("on a pool too", async () => {
    const block = zeros([40_000]);
    const out = block.slice("::2") as NDArray<"float64", 1>;
    out.assign(arange(20_000));
    await pools[2]!.map([arange(20_000), 1], add, { out, where: zeros([20_000], { dtype: "bool" }) });
    expect(out.toArray()).toEqual(arange(20_000).toArray());
  });
});

describe("writing", () => {
  it("to `out`, which is returned", () => {
    const out = zeros([3], { dtype: "float32" });
    expect(add(array([1, 2, 3]), 1, { out })).toBe(out);
    expect(out.toArray()).toEqual([2, 3, 4]);
  });
  it("to an operand, and to what overlaps one, as if it had been copied first", () => {
    const a = arange(6);
    add(a.slice("1:"), a.slice(":-1"), { out: a.slice("1:") as NDArray<"float64"> });
    expect(a.toArray()).toEqual([0, 1, 3, 5, 7, 9]);
    const m = arange(9).reshape([3, 3]);
    add(m.T, 0, { out: m });
    expect(m.toArray()).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5, 8],
    ]);
    const b = arange(4);
    add(b.flip(), b, { out: b });
    expect(b.toArray()).toEqual([3, 3, 3, 3]);
  });
  it("only where a mask is true, which broadcasts", () => {
    const out = full([2, 3], -1);
    multiply(arange(6).reshape([2, 3]), 10, { out, where: array([true, false, true]) });
    expect(out.toArray()).toEqual([
      [0, -1, 20],
      [30, -1, 50],
    ]);
    expect(square(array([2, 3]), { where: array([false, true]) }).toArray()).toEqual([0, 9]);
  });
  it("of rank 0, of nothing, and of numbers alone", () => {
    expect(add(array([1]).reshape([]), array([2]).reshape([])).toArray()).toBe(3);
    expect(add(zeros([0, 3]), zeros([1, 3])).shape).toEqual([0, 3]);
    expect(add(2, 3).toArray()).toBe(5);
    expect(add(2n, 3n).dtype).toBe("int64");
  });
});

describe("dtypes", () => {
  it("are promoted as NumPy promotes them, numbers being weak", () => {
    const of = (dtype: DType) => zeros([2], { dtype });
    expect(add(of("int8"), of("uint8")).dtype).toBe("int16");
    expect(add(of("int64"), of("uint64")).dtype).toBe("float64");
    expect(add(of("float32"), 1.5).dtype).toBe("float32");
    expect(add(of("int8"), 1).dtype).toBe("int8");
    expect(add(of("int8"), 1.5).dtype).toBe("float64");
    expect(sqrt(of("int8")).dtype).toBe("float16");
    expect(divide(of("int8"), of("int8")).dtype).toBe("float64");
    expect(less(of("int8"), of("float64")).dtype).toBe("bool");
    expect(add(of("uint8_clamped"), 1).dtype).toBe("uint8");
    expect(add(of("bool"), 1).dtype).toBe("float64"); // a number makes no bigint
    expect(add(of("int8"), of("int8"), { dtype: "int32" }).dtype).toBe("int32");
  });
  it("integers wrap", () => {
    expect(square(array([200], { dtype: "uint8" })).toArray()).toEqual([64]);
    expect(negative(array([-128], { dtype: "int8" })).toArray()).toEqual([-128]);
    expect(multiply(array([2n ** 62n]), 4n).toArray()).toEqual([0n]);
  });
  it("64-bit integers of two kinds are compared exactly, and numbers beyond a dtype too", () => {
    const [signed, unsigned] = [array([-1n, 5n]), array([1n, 5n], { dtype: "uint64" })];
    expect(less(signed, unsigned).toArray()).toEqual([true, false]);
    expect(greater(unsigned, signed).toArray()).toEqual([true, false]);
    expect(equal(signed, unsigned).toArray()).toEqual([false, true]);
    expect(less(array([200], { dtype: "uint8" }), 300).toArray()).toEqual([true]);
  });
  it("numbers that are not stored in the arrays' dtype need not fit into it", () => {
    const image = array([0, 128, 255], { dtype: "uint8" });
    expect(divide(image, 256).toArray()).toEqual([0, 0.5, 255 / 256]);
    expect(add(image, 300, { dtype: "float64" }).toArray()).toEqual([300, 428, 555]);
    expect(logicalAnd(image, 300).toArray()).toEqual([false, true, true]);
    expect(add(2n ** 63n, 1n).dtype).toBe("uint64");
  });
  it("NaN is true", () => {
    expect(logicalNot(Number.NaN).toArray()).toBe(false);
    expect(logicalAnd(array([1, 0, Number.NaN]), Number.NaN).toArray()).toEqual([true, false, true]);
  });
  it("clip takes limits that the dtype does not hold", () => {
    expect(clip(array([-5, 5], { dtype: "int8" }), 0, 1000).toArray()).toEqual([0, 5]);
    expect(clip(array([-5, 0.5, Number.NaN]), 0, 1).toArray()).toEqual([0, 0.5, Number.NaN]);
  });
});

describe("bad input is refused before a byte is written", () => {
  const a = arange(6).reshape([2, 3]);
  const ints = array([1n, 2n]);
  const cases: [string, () => unknown, object][] = [
    ["shapes that do not broadcast", () => add(a, arange(4)), { code: "SHAPE" }],
    [
      "an out of another shape",
      () => add(a, 1, { out: zeros([3, 2]) }),
      { code: "SHAPE", shape: [3, 2], expected: [2, 3] },
    ],
    [
      "an out that the result cannot be cast to",
      () => add(a, 1, { out: zeros([2, 3], { dtype: "int32" }) }),
      { code: "DTYPE", dtype: "int32" },
    ],
    ["a read-only out", () => add(a, 1, { out: arange(3).broadcastTo([2, 3]) as never }), { code: "LAYOUT" }],
    ["an int64 with a number that it does not hold", () => add(ints, 1e300), { code: "DTYPE", expected: "int64" }],
    ["a number that the dtype does not hold", () => add(array([1], { dtype: "uint8" }), 300), { code: "DTYPE" }],
    ["a dtype that is none", () => add(a, 1, { dtype: "float" as never }), { code: "DTYPE" }],
    ["a dtype that the operands cannot be cast to", () => add(a, a, { dtype: "int32" }), { code: "DTYPE" }],
    ["a dtype that the function does not give", () => sqrt(a, { dtype: "int32" }), { code: "DTYPE" }],
    ["a mask of numbers", () => add(a, 1, { where: a as never }), { code: "DTYPE", expected: "bool" }],
    ["a mask that does not broadcast", () => add(a, 1, { where: array([true, false]) }), { code: "SHAPE" }],
    ["a condition of numbers", () => where(a as never, 1, 2), { code: "DTYPE" }],
    ["bools to subtract", () => subtract(array([true]), array([true])), { code: "DTYPE" }],
    ["a negative power of integers", () => pow(array([2], { dtype: "int32" }), -1), { name: "RangeError" }],
    [
      "a negative power in memory whose size is no multiple of a word",
      () => pow(array([2n]), NDArrayClass.view(new SharedMemory(21), [2], { dtype: "int64" }).fill(-3n)),
      { name: "RangeError", message: expect.stringContaining("-3") },
    ],
    ["negative powers among many", () => pow(array([2n]), array([1n, -1n])), { name: "RangeError" }],
    ["a text", () => add("1" as never, 1), { name: "TypeError" }],
    ["a list with text", () => add(["1"] as never, 1), { code: "DTYPE" }],
    ["too few operands", () => (add as unknown as (x: unknown) => unknown)(a), { name: "TypeError" }],
    ["an out in the place of the options", () => add(a, 1, zeros([2, 3]) as never), { name: "TypeError" }],
    ["an option that there is not", () => add(a, 1, { Out: a } as never), { name: "TypeError" }],
    ["too many operands", () => (add as unknown as (...x: unknown[]) => unknown)(a, 1, {}, {}), { name: "TypeError" }],
    ["bigints that 64 bits do not hold", () => add(2n ** 64n, 1n), { code: "DTYPE" }],
    ["options that are none", () => add(a, 1, 5 as never), { name: "TypeError" }],
  ];
  it.each(cases)("%s", (_, act, error) => {
    const before = a.copy();
    expect(act).toThrow(expect.objectContaining(error));
    expect(a.toArray()).toEqual(before.toArray());
  });
  it("an array that was closed", () => {
    const closed = zeros([2]);
    closed.close();
    expect(() => add(closed, 1)).toThrow(expect.objectContaining({ code: "CLOSED" }));
    expect(() => add(1, 1, { out: closed })).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
  it("in a pool too, as a rejection", async () => {
    const [pool] = pools as [Pool];
    await expect(pool.map([a, arange(4)], add)).rejects.toMatchObject({ code: "SHAPE" });
    await expect(pool.map(a, sum as never)).rejects.toThrow("got the reduction sum (use reduce)");
    await expect(pool.reduce(a, add as never)).rejects.toThrow("got the element-wise function add (use map)");
    await expect(pool.map([a, 1], add, { wheer: a } as object)).rejects.toThrow(
      "Unknown option `wheer` of map with add; did you mean `where`?",
    );
    await expect(pool.map([a], add as never)).rejects.toThrow("Expected 2 operands for add, got 1");
    await expect(pool.map([a, 1], add, { params: 1 } as object)).rejects.toThrow("Expected no `params`");
    await expect(pool.map([a, 1], add, { chunkAxis: 0 })).rejects.toThrow("Expected no `chunkAxis`");
  });
});

describe("given to a pool", () => {
  const x = multiply(sin(arange(40_000)), 50) as NDArray<"float64">;
  const bytes = (a: { flat: ArrayLike<unknown> }) =>
    Buffer.from((a.flat as Float64Array).slice().buffer).toString("base64");
  it("the bits are those of the calling thread, with 0 to 4 workers and any chunks", async () => {
    const direct = bytes(exp(x));
    const mixed = bytes(
      add(x, arange(200).reshape([200, 1]).broadcastTo([200, 200]).astype("float32").reshape([40_000])),
    );
    for (const pool of pools) {
      for (const chunkSize of ["auto", 1, 777, 1e6] as const) {
        if (chunkSize === 1 && pool.workers > 1) continue; // 40,000 chunks are tried once
        expect(bytes(await pool.map(x, exp, { chunkSize }))).toBe(direct);
      }
      const other = arange(200).reshape([200, 1]).broadcastTo([200, 200]).astype("float32").reshape([40_000]);
      expect(bytes(pool.mapSync([x, other], add, { chunkSize: 999 }))).toBe(mixed);
    }
  });
  it("with out, where, dtype and numbers", async () => {
    const pool = pools[2]!;
    const out = zeros([40_000], { dtype: "float32" });
    expect(await pool.map([x, 2], multiply, { out, where: greater(x, 0) })).toBe(out);
    expect(out.get(1)).toBe(Math.fround(2 * x.get(1)));
    expect(out.get(4)).toBe(0);
    expect((await pool.map(arange(10, { dtype: "int8" }), square, { dtype: "int32" })).dtype).toBe("int32");
    expect((await pool.map([greater(x, 0), x, 0], where)).dtype).toBe("float64");
  });
  it("what overlaps `out` is copied anew by each call, and -0 is not 0", async () => {
    for (const pool of pools.slice(0, 3)) {
      const a = array([1, 2, 3, 4]);
      const [low, high] = [a.slice([0, 3]), a.slice([1])] as [NDArray<"float64", 1>, NDArray<"float64", 1>];
      for (const start of [
        [1, 2, 3, 4],
        [0, 0, 0, 0],
      ]) {
        a.assign(array(start));
        await pool.map([low, 1], add, { out: high });
        expect(a.toArray()).toEqual([start[0], ...start.slice(0, 3).map((x) => x + 1)]);
        await pool.map(low, (x) => x + 1, { out: high });
      }
      const out = zeros([2]);
      pool.mapSync([array([1, 2]), 0], copysign, { out });
      const ones = array([1, 2]);
      pool.mapSync([ones, 0], copysign, { out });
      pool.mapSync([ones, -0], copysign, { out });
      expect(out.toArray()).toEqual([-1, -2]);
    }
  });
  it("an `out` that is closed after the call is written all the same", async () => {
    const pool = pools[2]!;
    const a = arange(250_000).reshape([500, 500]);
    const [c, d] = [zeros([500, 500]), zeros([500])];
    const [flat, sums] = [c.flat, d.flat];
    const calls = [pool.map([a, a], matmul, { out: c }), pool.reduce(a, sum, { axis: 0, out: d })];
    c.close();
    d.close();
    await Promise.all(calls);
    expect(sums[0]).toBe(62_375_000);
    expect(flat[0]).toBe(matmul(a, a).get(0, 0));
  });
  it("numbers and small operands are read anew by each call", async () => {
    const pool = pools[2]!;
    const a = zeros([30_000]);
    const row = zeros([1]);
    for (const n of [1, 2, 3]) {
      row.fill(n);
      await pool.map([a, n], add, { out: a });
      await pool.map([a, row], add, { out: a });
    }
    expect(a.get(29_999)).toBe(12);
  });
});

it("`[1e6, 100] * [100]` runs compiled, in place", async () => {
  const memory = new SharedMemory(1_000_000 * 100 * 4);
  const a = NDArrayClass.view(memory, [1_000_000, 100], { dtype: "float32" });
  a.fill(2);
  const row = arange(100, { dtype: "float32" });
  const pool = pools[2]!;
  await pool.map([a, row], multiply, { out: a });
  expect([a.get(0, 99), a.get(999_999, 50)]).toEqual([198, 100]);
  memory.close();
});

describe("shifts and powers of integers are those of whole numbers that wrap", () => {
  const widths = { int8: 8, uint8: 8, int16: 16, uint16: 16, int32: 32, uint32: 32, int64: 64, uint64: 64 } as const;
  it.each(Object.entries(widths))("%s", (name, width) => {
    const dtype = name as keyof typeof widths;
    const isSigned = name[0] === "i";
    const wrap = (x: bigint) => (isSigned ? BigInt.asIntN(width, x) : BigInt.asUintN(width, x));
    const values = [1n, 5n, 127n, 2n ** BigInt(width - 1) - 1n, 2n ** BigInt(width - 1), -3n, -1n, 0n].map(wrap);
    const counts = Array.from({ length: width + 2 }, (_, i) => BigInt(i)).concat(isSigned ? [-1n, -100n] : []);
    const make = (list: bigint[]) => (width === 64 ? array(list, { dtype }) : array(list.map(Number), { dtype }));
    const big = (list: unknown) => [...(list as Iterable<number | bigint>)].map(BigInt);
    const isOut = (n: bigint) => n < 0n || n >= BigInt(width);
    const left = (x: bigint, n: bigint) => (isOut(n) ? 0n : wrap(x << n));
    const right = (x: bigint, n: bigint) => (isOut(n) ? (x < 0n ? -1n : 0n) : x >> n);
    for (const n of counts) {
      const count = width === 64 ? n : Number(n); // a number is the same for all elements, an array is not
      const each = make(values.map(() => n));
      for (const given of [count, each]) {
        expect(big(bitwiseLeftShift(make(values), given))).toEqual(values.map((x) => left(x, n)));
        expect(big(bitwiseRightShift(make(values), given))).toEqual(values.map((x) => right(x, n)));
        if (n >= 0n) expect(big(pow(make(values), given))).toEqual(values.map((x) => wrap(x ** n)));
      }
    }
    const mixed = counts.filter((n) => n >= 0n);
    const bases = mixed.map((_, i) => values[i % values.length]!);
    const wanted = (fn: (x: bigint, n: bigint) => bigint) => bases.map((x, i) => fn(x, mixed[i]!));
    expect(big(bitwiseLeftShift(make(bases), make(mixed)))).toEqual(wanted(left));
    expect(big(bitwiseRightShift(make(bases), make(mixed)))).toEqual(wanted(right));
    expect(big(pow(make(bases), make(mixed)))).toEqual(wanted((x, n) => wrap(x ** n)));
  });
});

describe("a function of operands that are the same for all elements of a row", () => {
  const functions = Object.entries(nd).filter(([, fn]) => typeof fn === "function" && "nin" in fn && fn.nin === 2);
  it.each(functions)("%s: numbers, and arrays that are broadcast", (name, given) => {
    const fn = given as unknown as (...args: unknown[]) => NDArray<"float64">;
    for (const dtype of ["float64", "float32", "int8", "uint32", "int32", "int64"] as const) {
      const column = (x: number) => array([[x], [x]]).astype(dtype);
      let each: unknown[] | undefined;
      try {
        each = [...fn(full([4], 3, { dtype: "float64" }).astype(dtype), full([4], 2).astype(dtype))];
      } catch {
        continue; // the function does not take this dtype
      }
      const [first] = each;
      const same = (a: NDArray<"float64">) =>
        expect(new Set(a.flatten()), `${name} ${dtype}`).toEqual(new Set([first]));
      same(fn(column(3).broadcastTo([2, 40]), column(2).broadcastTo([2, 40])));
      same(fn(column(3), full([2, 40], 2).astype(dtype)));
      same(fn(dtype === "int64" ? 3n : 3, full([40], 2).astype(dtype)));
    }
  });
});
