/** `RawValue`, `Value` and `struct`: types, ranges, atomic operations, locks. */
import {
  type DType,
  fromHandle,
  Lock,
  Process,
  RawValue,
  RLock,
  SharedArray,
  SharedMemory,
  struct,
  toHandle,
  Value,
  type ValueType,
} from "shared-ndarray";
import { describe, expect, it } from "vitest";

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
const thrownBy = (act: () => unknown): { code?: string; message: string } => {
  try {
    act();
  } catch (e) {
    return e as Error;
  }
  throw new Error("expected an error");
};
const codeOf = (act: () => unknown) => thrownBy(act).code;
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

describe("locks", () => {
  it("true or none given: an RLock of its own; a Lock: that one; false: a RawValue without", () => {
    expect(new Value("i").lock).toBeInstanceOf(RLock);
    expect(new Value("i", 0, { lock: true }).lock).toBeInstanceOf(RLock);
    const lock = new Lock();
    expect(new Value("i", 0, { lock }).lock).toBe(lock);
    const raw = new Value("i", 3, { lock: false });
    expect([raw instanceof RawValue, raw instanceof Value, raw.value, "lock" in raw, raw.constructor.name]).toEqual([
      true,
      false,
      3,
      false,
      "RawValue",
    ]);
    expect("lock" in new RawValue("i")).toBe(false);
    for (const bad of [0, {}, "lock", null]) {
      expect(thrownBy(() => new Value("i", 0, { lock: bad as never }))).toBeInstanceOf(TypeError);
    }
  });

  it("update and updateSync are exact and return the new value; what throws changes nothing", async () => {
    const v = new Value("float64", 1);
    expect([v.updateSync((x) => x * 3), await v.update((x) => x + 1), v.value]).toEqual([3, 4, 4]);
    expect(new Value("uint8", 250).updateSync((x) => x + 10)).toBe(4);
    expect(() =>
      v.updateSync(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(codeOf(() => v.updateSync(() => "5" as never))).toBe("DTYPE");
    expect(thrownBy(() => v.updateSync(5 as never))).toBeInstanceOf(TypeError);
    expect([v.value, v.lock.locked]).toEqual([4, false]);
    const twice = (v: Value<"float64">) => {
      for (let i = 0; i < 5000; i++) v.updateSync((x) => x + 1);
    };
    await Promise.all([1, 2].map(() => new Process(twice, [v]).start().join()));
    expect(v.value).toBe(10_004);
  });

  it("its own lock nests with what it takes: several steps with updates in them", async () => {
    const v = new Value("int32", 1);
    const guard = v.lock.acquireSync();
    v.value += 1;
    expect(v.updateSync((x) => x * 10)).toBe(20);
    expect(v.lock.locked).toBe(true);
    guard.release();
    const held = await v.lock.acquire(); // another function of this thread: nothing nests on it
    expect(codeOf(() => v.updateSync((x) => x))).toBe("DEADLOCK");
    await expect(v.update((x) => x, { timeoutMs: 10 })).rejects.toMatchObject({ code: "TIMEOUT" });
    held.release();
    expect([v.value, v.lock.locked]).toEqual([20, false]);
    using named = new Value("i", 0, { name: "hits" });
    const outer = await named.lock.acquire();
    expect(thrownBy(() => named.lock.acquireSync()).message).toContain('the lock of Value "hits"');
    outer.release();
  });

  it("an update whose function releases the lock frees nobody else's hold", async () => {
    const v = new Value("int32");
    const other = new Int32Array(new SharedArrayBuffer(8));
    const p = new Process(
      (v, other) => {
        v.lock.acquireSync();
        v.lock.acquireSync(); // nested: one release would not free it
        Atomics.store(other, 0, 1);
        Atomics.notify(other, 0);
        Atomics.wait(other, 1, 0);
        v.lock.release();
        if (!v.lock.locked) process.exit(3);
        v.lock.release(); // throws if it was freed
      },
      [v, other],
    );
    v.updateSync((x) => {
      v.lock.release();
      p.start();
      Atomics.wait(other, 0, 0);
      return x + 1;
    });
    expect(v.lock.locked).toBe(true);
    Atomics.store(other, 1, 1);
    Atomics.notify(other, 1);
    expect(await p.join()).toBe(0);
  });

  it("two values under one lock, here and in a worker", async () => {
    const lock = new Lock();
    const [a, b] = [new Value("int32", 10, { lock }), new Value("float64", 0.5, { lock })];
    const move = (a: Value<"int32">, b: Value<"float64">) => {
      const guard = a.lock.acquireSync();
      if (b.lock.tryAcquire()) process.exit(2);
      a.value -= 1;
      b.value += 1;
      guard.release();
    };
    await Promise.all([1, 2, 3].map(() => new Process(move, [a, b]).start().join()));
    expect([a.value, b.value, lock.locked]).toEqual([7, 3.5, false]);
  });

  it("a holder of a value's lock that dies is reported to the next", async () => {
    const v = new Value("int32", 5);
    const die = (v: Value<"int32">) => {
      v.updateSync(() => process.exit(1));
    };
    expect(await new Process(die, [v]).start().join()).toBe(1);
    expect(codeOf(() => v.updateSync((x) => x + 1))).toBe("LOCK_ABANDONED");
    expect(v.value).toBe(5);
    v.lock.recover()!.release();
    expect(v.updateSync((x) => x + 1)).toBe(6);
  });
});

describe("struct", () => {
  const Point = struct({ flag: "bool", x: "float64", id: "int64", small: "int16" });

  it("is laid out as C does, and its record reads and writes the memory", () => {
    expect(Point.size).toBe(32);
    const p = new Value(Point, { flag: true, x: 1.5, id: 7n, small: -3 });
    const { value } = p;
    value.x += 1;
    value.small = 70_000;
    expect({ ...p.value }).toEqual({ flag: true, x: 2.5, id: 7n, small: 70_000 - 65_536 });
    expect({ ...new RawValue(Point).value }).toEqual({ flag: false, x: 0, id: 0n, small: 0 });
    p.value = { flag: false, x: 9, id: 1n, small: 1 };
    expect([value.x, JSON.stringify({ x: value.x })]).toEqual([9, '{"x":9}']);
    expect(thrownBy(() => ((value as Record<string, unknown>).y = 1))).toBeInstanceOf(TypeError);
    p.close();
    expect([codeOf(() => value.x), codeOf(() => (value.x = 1))]).toEqual(["CLOSED", "CLOSED"]);
  });

  it("update gets a plain copy; all fields change or none", () => {
    const p = new Value(Point, { flag: true, x: 1, id: 2n, small: 3 });
    const before = { ...p.value };
    expect(() =>
      p.updateSync((old) => {
        old.x = 100;
        throw new Error("half way");
      }),
    ).toThrow("half way");
    expect(codeOf(() => p.updateSync((old) => ({ ...old, x: 5, id: 5 as never })))).toBe("DTYPE");
    for (const bad of [{ x: 1 }, { ...before, y: 1 }, 5, null]) {
      expect(thrownBy(() => p.updateSync(() => bad as never))).toBeInstanceOf(TypeError);
      expect(thrownBy(() => (p.value = bad as never))).toBeInstanceOf(TypeError);
    }
    expect({ ...p.value }).toEqual(before);
    expect(p.updateSync((old) => ({ ...old, small: old.small + 1 }))).toEqual({ ...before, small: 4 });
  });

  it("a copy is independent of the original", () => {
    const original = new Value(Point, { flag: true, x: 1, id: 2n, small: 3 });
    const copy = new Value(Point, original.value);
    original.value.x = 9;
    expect({ ...copy.value }).toEqual({ flag: true, x: 1, id: 2n, small: 3 });
  });

  it("travels, and is checked when attached", async () => {
    using p = new Value(Point, { flag: false, x: 1, id: 2n, small: 3 }, { name: "point" });
    const double = (p: Value<typeof Point>) => {
      p.updateSync((old) => ({ ...old, x: old.x * 2, id: old.id * 2n }));
    };
    await new Process(double, [p]).start().join();
    expect({ ...Value.attach("point", Point).value }).toEqual({ flag: false, x: 2, id: 4n, small: 3 });
    expect(codeOf(() => Value.attach("point", struct({ x: "float64" })))).toBe("DTYPE");
    expect(codeOf(() => (p as unknown as RawValue<"int32">).add(1))).toBe("DTYPE");
    for (const bad of [{}, { x: "no" }, 5, null, { ["__proto__"]: "int8" }]) {
      expect(thrownBy(() => struct(bad as never))).toBeInstanceOf(TypeError);
    }
  });
});

describe("names and handles", () => {
  it("attach, waitFor and handles give the same memory; a wrong type is an error, and its handle closed", async () => {
    using v = new Value("d", 2.5, { name: "the-value" });
    const again = Value.attach("the-value", "float64");
    again.value += 1;
    expect([v.value, again.owner, again.lock instanceof RLock]).toEqual([3.5, false, true]);
    expect((await Value.waitFor("the-value", "d")).value).toBe(3.5);
    expect(Value.waitForSync("the-value", "d").value).toBe(3.5);
    expect(RawValue.attach("the-value", "d")).toBeInstanceOf(Value);
    const received = fromHandle(structuredClone(toHandle(v)));
    received.updateSync((x) => x + 1);
    expect(v.value).toBe(4.5);
    const guard = v.lock.acquireSync();
    expect([received.lock.locked, fromHandle(structuredClone(toHandle(v.lock))).locked]).toEqual([true, true]);
    guard.release();
    const threads = () => SharedMemory.list().find((one) => one.name === "the-value")!.threads;
    for (const type of ["int32", "e", "int64"] as ValueType[]) {
      expect(codeOf(() => Value.attach("the-value", type))).toBe("DTYPE");
    }
    expect(codeOf(() => SharedArray.attach("the-value", "d"))).toBe("FORMAT");
    expect(threads()).toBe(1);
    using _raw = new RawValue("i", 0, { name: "raw-value" });
    expect(codeOf(() => Value.attach("raw-value", "i"))).toBe("FORMAT");
    const { lock } = v;
    v.close();
    expect(codeOf(() => lock.tryAcquire())).toBe("CLOSED"); // its own lock goes with it
    for (const use of [() => v.value, () => (v.value = 1), () => v.add(1), () => v.updateSync((x) => x)]) {
      expect(codeOf(use)).toBe("CLOSED");
    }
  });

  it("a shared lock must have a name where the value has one; another block of that name is not taken for it", () => {
    expect(thrownBy(() => new Value("i", 0, { name: "lonely", lock: new Lock() }))).toBeInstanceOf(TypeError);
    expect(codeOf(() => SharedMemory.attach("lonely"))).toBe("NAME_NOT_FOUND");
    using v = new Value("i", 0, { name: "with-lock", lock: new Lock({ name: "its-lock" }) });
    const again = Value.attach("with-lock", "i");
    const guard = v.lock.acquireSync();
    expect([again.lock.name, again.lock.locked]).toEqual(["its-lock", true]);
    guard.release();
    again.close();
    v.lock.unlink();
    expect(codeOf(() => Value.attach("with-lock", "i"))).toBe("NAME_NOT_FOUND");
    using _other = new Lock({ name: "its-lock" });
    const error = thrownBy(() => Value.attach("with-lock", "i"));
    expect([error.code, error.message]).toEqual(["NAME_NOT_FOUND", expect.stringContaining("another block")]);
    const threads = Object.fromEntries(SharedMemory.list().map((one) => [one.name, one.threads]));
    expect(threads).toMatchObject({ "with-lock": 1, "its-lock": 1 });
    v.lock.close();
    expect(codeOf(() => v.updateSync((x) => x))).toBe("CLOSED");
  });

  it("a damaged block is a format error", () => {
    using _ = new RawValue("int32", 0, { name: "damaged" });
    const words = SharedMemory.attach("damaged").as("int32");
    const at = words.findIndex((word, i) => i >= 18 && word === "int32".length);
    for (const bad of [-1, 1, 2 ** 30]) {
      words[at] = bad;
      expect(codeOf(() => RawValue.attach("damaged", "int32"))).toBe("FORMAT");
    }
  });
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
