/** Streams: where they are, how they are restored, and that numbers depend on the counter alone. */
import { NDArray, normal, Pool, random, uniform, zeros } from "shared-ndarray";
import * as entry from "shared-ndarray/random";
import { describe, expect, it } from "vitest";
import { fill } from "../fixtures/random-kernels.mjs";

describe("the namespace", () => {
  it("is an entry of the package, too", () => {
    expect(Object.keys(entry).sort()).toEqual(Object.keys(random).sort());
    expect(entry.Generator).toBe(random.Generator);
  });
});

describe("state", () => {
  it("is plain data that brings a generator back, wherever it is in a word or a block", () => {
    for (const halves of [0, 1, 2, 7, 8, 9, 1023, 1024, 1025, 3000]) {
      const rng = random.defaultRng(7);
      rng.random(halves, { dtype: "float32" });
      const saved = structuredClone(rng.bitGenerator.state);
      const after = [rng.random(undefined, { dtype: "float32" }), rng.random(), ...rng.integers(0, 9, { shape: 30 })];
      const other = random.defaultRng(1);
      other.bitGenerator.state = saved;
      const again = [
        other.random(undefined, { dtype: "float32" }),
        other.random(),
        ...other.integers(0, 9, { shape: 30 }),
      ];
      expect(again).toEqual(after);
      expect(other.bitGenerator.state).toEqual(rng.bitGenerator.state);
    }
  });
  it("does not depend on how many numbers were asked for at a time", () => {
    const [whole, parts] = [random.defaultRng(3), random.defaultRng(3)];
    const all = whole.random(5000).toArray();
    const pieces = [1, 2, 3, 510, 511, 513, 1000, 2460].flatMap((count) => parts.random(count).toArray());
    expect(pieces).toEqual(all);
    expect(parts.bitGenerator.state).toEqual(whole.bitGenerator.state);
  });
  it("goes on behind the largest counter", () => {
    const bits = new random.Philox(1);
    const last = 2n ** 64n - 1n;
    bits.state = { ...bits.state, counter: [last - 1n, last, last, last] };
    const words = bits.randomRaw(4000);
    expect(bits.state.counter).toEqual([998n, 0n, 0n, 0n]);
    bits.state = { ...bits.state, counter: [0n, 0n, 0n, 0n], bufferPos: 4 };
    expect(bits.randomRaw(4).toArray()).toEqual(words.toArray().slice(8, 12));
  });
  it("is refused if it is none", () => {
    const bits = new random.Philox(1);
    const { state } = bits;
    for (const wrong of [null, 1, [], "state"]) expect(() => (bits.state = wrong as never)).toThrow(TypeError);
    expect(() => (bits.state = { ...state, counter: [1n] })).toThrow("`counter` to be a list of 4 bigints");
    expect(() => (bits.state = { ...state, key: [-1n, 0n] })).toThrow("`key` to be a list of 2 bigints");
    expect(() => (bits.state = { ...state, bufferPos: 5 })).toThrow(RangeError);
    expect(() => (bits.state = { ...state, zzz: 1 } as never)).toThrow("Unknown option `zzz`");
    expect(bits.state).toEqual(state);
  });
});

describe("seeds", () => {
  it("are others without a seed", () => {
    expect(random.defaultRng().random()).not.toBe(random.defaultRng().random());
    expect(uniform(2).toArray()).not.toEqual(uniform(2).toArray());
    expect(typeof new random.SeedSequence().entropy).toBe("bigint");
  });
  it("are given on as they are", () => {
    const rng = random.defaultRng(5);
    expect(random.defaultRng(rng)).toBe(rng);
    const bits = new random.Philox(new random.SeedSequence(5));
    expect(random.defaultRng(bits).random()).toBe(rng.random());
    expect(random.defaultRng(5n).random()).toBe(random.defaultRng([5]).random());
  });
  it.each([-1, 0.5, Number.NaN, 2 ** 53, -1n, [1, -2], [[1]], "5", null, {}])("%s is refused", (seed) => {
    expect(() => new random.SeedSequence(seed as never)).toThrow(/Expected `entropy/);
    expect(() => random.defaultRng(seed as never)).toThrow(/Expected/);
  });
});

describe("workers", () => {
  it("get the same numbers as one thread, however many they are", async () => {
    const wanted = random.defaultRng(99).random(300_000).toArray();
    for (const workers of [1, 2, 3]) {
      await using pool = new Pool({ workers });
      const a = zeros(300_000);
      await pool.forEachChunk(a, fill, { params: 99, chunkSize: 4096 });
      expect(a.toArray()).toEqual(wanted);
    }
  });
});

describe("uniform and normal", () => {
  it("are those of a generator", () => {
    const rng = random.defaultRng(8);
    expect(uniform([3, 4], { seed: 8, low: -2, high: 5 }).toArray()).toEqual(
      rng.uniform(-2, 5, { shape: [3, 4] }).toArray(),
    );
    expect(normal(9, { seed: 8, mean: 3, std: 0.5 }).toArray()).toEqual(
      random.defaultRng(8).normal(3, 0.5, { shape: 9 }).toArray(),
    );
    expect(normal(9, { seed: 8, dtype: "float32" }).toArray()).toEqual(
      random.defaultRng(8).standardNormal(9, { dtype: "float32" }).toArray(),
    );
  });
  it("are of all dtypes of floats, and below `high`", () => {
    for (const dtype of ["float16", "float32", "float64"] as const) {
      const a = uniform(20_000, { seed: 1, dtype });
      expect(a.dtype).toBe(dtype);
      const values = a.toArray();
      expect(Math.max(...values)).toBeLessThan(1);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    }
    expect(() => uniform(2, { dtype: "int32" as never })).toThrow("Expected `dtype` to be one of");
  });
  it("have a name, if one is given", () => {
    using named = normal(5, { seed: 2, name: "random-normal" });
    using found = NDArray.attach("random-normal");
    expect(found.toArray()).toEqual(named.toArray());
    named.unlink();
  });
  it("refuse what is no range", () => {
    expect(() => uniform(2, { low: 1, high: 0 })).toThrow(RangeError);
    expect(() => uniform(2, { low: -1e308, high: 1e308 })).toThrow(
      "their difference to be finite, got -1e+308 and 1e+308",
    );
    expect(() => uniform(2, { high: Number.NaN })).toThrow("Expected `high` to be a finite number, got NaN");
    expect(() => normal(2, { std: -1 })).toThrow("Expected `std` to be a number at least 0, got -1");
  });
});
