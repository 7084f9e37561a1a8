/** `RawValue` and `Value`: types, ranges, atomic operations. */
import { type DType, Process, RawValue, SharedArray, SharedMemory, struct, Value } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy } from "../fixtures/thrown.js";

const INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32"] as const;
const LONGS = ["int64", "uint64"] as const;
const FLOATS = ["float16", "float32", "float64"] as const;
const ALL: DType[] = ["bool", "uint8_clamped", ...INTEGERS, ...LONGS, ...FLOATS];
const CODES: Record<string, DType> = {
  "?": "bool",
  c: "uint8",
  b: "int8",
  B: "uint8",
  h: "int16",
  H: "uint16",
  i: "int32",
  I: "uint32",
  l: "int64",
  L: "uint64",
  q: "int64",
  Q: "uint64",
  e: "float16",
  f: "float32",
  d: "float64",
};
const zeroOf = (dtype: DType) => (dtype === "bool" ? false : dtype.endsWith("64") && dtype !== "float64" ? 0n : 0);
// biome-ignore lint/suspicious/noExplicitAny: tests of all types at once
const any = (type: string, init?: unknown) => new (RawValue as any)(type, init);

describe("types", () => {
  it.each(ALL)("%s: 0 by default, and what is stored is read", (dtype) => {
    expect(any(dtype).value).toBe(zeroOf(dtype));
    const samples: unknown[] = zeroOf(dtype) === 0n ? [1n, 100n] : dtype === "bool" ? [true, false] : [1, 100];
    for (const sample of samples) {
      const v = any(dtype, sample);
      expect(v.value).toBe(sample);
      v.value = samples[0];
      expect(v.value).toBe(samples[0]);
    }
  });
  it.each(Object.entries(CODES))("code %s is %s, in values and arrays", (code, dtype) => {
    using v = new RawValue(code as "i", undefined, { name: "coded" });
    expect([v.value, RawValue.attach("coded", dtype as "int32").value]).toEqual([zeroOf(dtype), zeroOf(dtype)]);
    expect(new SharedArray(code as "i", 1).slice()).toEqual([zeroOf(dtype)]);
  });
  it("integers wrap as typed arrays do, clamped ones clamp, floats round", () => {
    const cases: [string, number | bigint, number | bigint][] = [
      ["uint8", 300, 44],
      ["uint8", -1, 255],
      ["int8", 200, -56],
      ["int16", 2 ** 15, -(2 ** 15)],
      ["uint16", 65_537, 1],
      ["int32", 2 ** 31, -(2 ** 31)],
      ["uint32", -1, 2 ** 32 - 1],
      ["int64", 2n ** 63n, -(2n ** 63n)],
      ["uint64", -1n, 2n ** 64n - 1n],
      ["uint8_clamped", 300, 255],
      ["uint8_clamped", -5, 0],
      ["int32", 1.9, 1],
      ["int32", Number.NaN, 0],
      ["float32", 0.1, Math.fround(0.1)],
      ["float16", 2049, 2048],
      ["float16", 1e6, Number.POSITIVE_INFINITY],
      ["float64", Number.NaN, Number.NaN],
      ["float64", -0, -0],
    ];
    for (const [type, given, stored] of cases) {
      expect(any(type, given).value, `${type} ${given}`).toBe(stored);
      const v = any(type);
      v.value = given;
      expect(v.value).toBe(stored);
      v.exchange(v.value);
      expect(v.value).toBe(stored);
    }
  });
  it("a wrong code, a wrong kind of value: typed errors that name what is valid, nothing made or changed", () => {
    for (const type of ["x", "u", "int", "", 5, undefined, null, {}]) {
      const error = thrownBy(() => new RawValue(type as "i", 0, { name: "never" }));
      expect([error.code, error.message]).toEqual(["DTYPE", expect.stringContaining("float64")]);
    }
    expect(codeOf(() => any("int32", 1n))).toBe("DTYPE");
    expect(codeOf(() => any("int64", 1))).toBe("DTYPE");
    expect(codeOf(() => any("float64", "1"))).toBe("DTYPE");
    expect(codeOf(() => new Value("int32", "1" as never, { name: "never" }))).toBe("DTYPE");
    expect(codeOf(() => SharedMemory.attach("never"))).toBe("NAME_NOT_FOUND");
    const v = new RawValue("int32", 7);
    expect(codeOf(() => (v.value = "8" as never))).toBe("DTYPE");
    expect(codeOf(() => v.add(1n as never))).toBe("DTYPE");
    expect(v.value).toBe(7);
    expect(thrownBy(() => new RawValue("int32", 0, { lock: true } as never))).toBeInstanceOf(TypeError);
  });
});

describe("operations in one step return the old value", () => {
  it.each([...INTEGERS, "uint8_clamped"] as const)("%s", (dtype) => {
    const v = new RawValue(dtype, 12);
    expect([v.add(3), v.sub(1), v.and(6), v.or(9), v.xor(1), v.exchange(5), v.value]).toEqual([
      12, 15, 14, 6, 15, 14, 5,
    ]);
    expect([v.compareExchange(4, 9), v.value, v.compareExchange(5, 9), v.value]).toEqual([5, 5, 5, 9]);
  });
  it.each(LONGS)("%s", (dtype) => {
    const v = new RawValue(dtype, 12n);
    expect([v.add(3n), v.sub(1n), v.and(6n), v.or(9n), v.xor(1n), v.exchange(5n), v.value]).toEqual([
      12n,
      15n,
      14n,
      6n,
      15n,
      14n,
      5n,
    ]);
    expect([v.compareExchange(4n, 9n), v.compareExchange(5n, 9n), v.value]).toEqual([5n, 5n, 9n]);
  });
  it.each(FLOATS)("%s", (dtype) => {
    const v = new RawValue(dtype, 1.5);
    expect([v.add(0.25), v.sub(0.5), v.exchange(-0), v.compareExchange(0, 2), v.value]).toEqual([
      1.5, 1.75, 1.25, -0, 2,
    ]);
    v.value = Number.NaN;
    expect([v.compareExchange(Number.NaN, 3), v.value]).toEqual([Number.NaN, 3]);
    for (const op of ["and", "or", "xor"] as const) expect(codeOf(() => v[op](1))).toBe("DTYPE");
    expect(v.value).toBe(3);
  });
  it("float32 compares what it can hold", () => {
    const v = new RawValue("float32", 0.1);
    expect([v.compareExchange(0.1, 1), v.value]).toEqual([Math.fround(0.1), 1]);
  });
  it("bool: add is or, as NumPy's; there is no sub", () => {
    const v = new RawValue("bool");
    expect([v.add(true), v.and(true), v.xor(true), v.or(true), v.exchange(false), v.value]).toEqual([
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(codeOf(() => v.sub(true))).toBe("DTYPE");
  });
  it("wrap around", () => {
    expect([new RawValue("uint8", 250).add(10), any("int8", 127).add(1)]).toEqual([250, 127]);
    const v = new RawValue("int32", 2 ** 31 - 1);
    v.add(1);
    expect(v.value).toBe(-(2 ** 31));
  });
});

it("a child's assignments and operations are seen, for every dtype, with locks and without", async () => {
  const raw = ALL.map((dtype) => any(dtype));
  const locked = ALL.map((dtype) => new Value(dtype as "int32"));
  const doubles = new SharedArray("d", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const record = new Value(struct({ x: "float64", n: "int32" }), { x: 1.5, n: 3 });
  type AnyValue = {
    value: unknown;
    exchange(n: unknown): unknown;
    updateSync?(fn: (old: unknown) => unknown): unknown;
  };
  const set = (
    raw: AnyValue[],
    locked: AnyValue[],
    doubles: SharedArray<"d">,
    record: { value: { x: number; n: number } },
  ) => {
    const next = (old: unknown) =>
      typeof old === "bigint" ? old + 4n : typeof old === "boolean" ? true : Number(old) + 4;
    for (const v of [...raw, ...locked]) v.value = next(v.value);
    for (const v of raw) v.exchange(next(v.value));
    for (const v of locked) v.updateSync!(next);
    for (let i = 0; i < doubles.length; i++) doubles.data[i]! *= 2;
    record.value.x *= 2;
    record.value.n *= 2;
  };
  expect(await new Process(set as never, [raw, locked, doubles, record] as never).start().join()).toBe(0);
  for (const values of [raw, locked]) {
    expect(values.map((v) => Number(v.value))).toEqual(ALL.map((dtype) => (dtype === "bool" ? 1 : 8)));
  }
  expect([doubles.slice(), { ...record.value }]).toEqual([[0, 2, 4, 6, 8, 10, 12, 14, 16, 18], { x: 3, n: 6 }]);
});

it("+= on a raw value is two steps: racing increments may be lost, those of add never are", async () => {
  const [raw, exact] = [new RawValue("int32"), new RawValue("int32")];
  const race = (raw: RawValue<"int32">, exact: RawValue<"int32">) => {
    for (let i = 0; i < 200_000; i++) {
      raw.value += 1;
      exact.add(1);
    }
  };
  await Promise.all([1, 2].map(() => new Process(race, [raw, exact]).start().join()));
  expect(exact.value).toBe(400_000);
  expect(raw.value).toBeLessThanOrEqual(400_000);
});
