/** NumPy's short names of dtypes, wherever a dtype can be named, and what is suggested for other words. */
import {
  add,
  array,
  type DType,
  explain,
  NDArray,
  type NDArray as NDArrayOf,
  Pool,
  RawValue,
  rawArray,
  SharedArray,
  SharedMemory,
  struct,
  sum,
  Value,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

/** As `np.dtype(short).name` has it, on a little-endian machine. */
const SHORT = {
  ...{ f2: "float16", f4: "float32", f8: "float64", b1: "bool", "?": "bool" },
  ...{ i1: "int8", i2: "int16", i4: "int32", i8: "int64", u1: "uint8", u2: "uint16", u4: "uint32", u8: "uint64" },
  ...{
    "<f8": "float64",
    "=f4": "float32",
    "<i4": "int32",
    "|b1": "bool",
    "|u1": "uint8",
    "|i1": "int8",
    "<u2": "uint16",
  },
};
const pool = new Pool({ workers: 0 });
afterAll(() => pool.close());

describe("short names", () => {
  it.each(Object.entries(SHORT))("%s is %s", (short, dtype) => {
    expect(zeros(2, { dtype: short as DType }).dtype).toBe(dtype);
    expect(zeros(2).astype(short as DType).dtype).toBe(dtype);
    using _ = new SharedArray(dtype as never, 2, { name: "short-name" });
    expect(SharedArray.attach("short-name", short as never)).toBeInstanceOf(SharedArray);
  });

  it("are dtypes in every place", () => {
    const f4 = "f4" as "float32";
    const memory = new SharedMemory(8);
    expect(NDArray.view(memory, [2], { dtype: f4 }).dtype).toBe("float32");
    expect(memory.as(f4)).toBeInstanceOf(Float32Array);
    using named: NDArrayOf<"float32", 1> = zeros(2, { dtype: "float32", name: "short-names" });
    expect(NDArray.attach(named.name!, { dtype: f4 }).dtype).toBe("float32");
    expect(() => NDArray.attach(named.name!, { dtype: "f8" as "float64" })).toThrow("elements of float64, got float32");
    expect(array([1], { dtype: f4 }).dtype).toBe("float32");
    expect(pool.mapSync(named, (x) => x, { dtype: "f8" as "float64" }).dtype).toBe("float64");
    expect(add(named, 1, { dtype: "f8" as "float64" }).dtype).toBe("float64");
    expect(sum(named, { axis: 0, dtype: "f8" as "float64" }).dtype).toBe("float64");
    expect(explain((x) => x, ["f8" as "float64"]).engine).toBe("simd");
    expect(rawArray(f4, 2)).toBeInstanceOf(Float32Array);
    expect(new RawValue(f4, 0.1).value).toBe(Math.fround(0.1));
    const point = new Value(struct({ x: f4 }), { x: 0.1 });
    expect(point.value.x).toBe(Math.fround(0.1));
    expect(point.value).toEqual(new Value(struct({ x: "float32" }), { x: 0.1 }).value);
  });

  it("of the other byte order are none", () => {
    expect(() => zeros(2, { dtype: ">f8" as never })).toThrow('got ">f8"');
  });
});

describe("other words", () => {
  it.each([
    ["double", "float64"],
    ["float", "float64"],
    ["int", "int32"],
    ["long", "int64"],
    ["boolean", "bool"],
    ["Float64", "float64"],
    ["Float32Array", "float32"],
    ["Uint8ClampedArray", "uint8_clamped"],
    ["flaot32", "float32"],
  ])("%s: did you mean %s?", (word, dtype) => {
    const said = `got "${word}" (did you mean "${dtype}"?)`;
    expect(() => zeros(2, { dtype: word as never })).toThrow(said);
    expect(() => new RawValue(word as never)).toThrow(said);
  });
  it("nothing is suggested for what is like no dtype", () => {
    expect(() => zeros(2, { dtype: "datetime64" as never })).toThrow(/got "datetime64"$/);
    expect(() => zeros(2, { dtype: 8 as never })).toThrow(/got 8$/);
  });
});
