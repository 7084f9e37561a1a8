/**
 * Compiled functions store the bytes that JavaScript computes, for every dtype; `explain` says what is compiled, or why
 * not.
 */
import {
  arange,
  array,
  type DType,
  defineKernel,
  explain,
  NDArray,
  Pool,
  SharedMemory,
  sqrt,
  zeros,
} from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { checkCompiled } from "./check-compiled.mjs";

const inline = new Pool({ workers: 0 });
const pool = new Pool({ workers: 2 });
afterAll(() => Promise.all([inline.close(), pool.close()]));

describe("bit-exactness", () => {
  it("holds for random functions of random bits, 20,000 pairs and more", () => {
    const { functions, compiled, pairs, differences } = checkCompiled(20261121, 700, 64);
    expect(differences).toEqual([]);
    expect(pairs).toBeGreaterThan(20_000);
    expect(compiled / functions).toBeGreaterThan(0.9); // else this would test the loop against itself
  });

  it.each(["float32", "float64", "int8", "int32", "uint32", "uint8_clamped"] as const)(
    "the same from a loop and compiled, in any layout: %s",
    async (dtype) => {
      const shape = [70, 90] as const;
      const memory = new SharedMemory(1 << 18);
      const a = NDArray.view(memory, shape, { dtype });
      await pool.forEachChunk(a, (c, { start }) => {
        for (const [i] of (c.flat as Float64Array<SharedArrayBuffer>).entries())
          c.flat[i] = ((start * 90 + i) * 37) % 251;
      });
      const byteOffset = 1 << 17;
      const out = NDArray.view(memory, shape, { dtype, byteOffset });
      for (const lay of [
        (x: typeof a) => x,
        (x: typeof a) => x.T,
        (x: typeof a) => x.slice("::-1, ::3"),
        (x: typeof a) => x.slice("3, :"),
      ]) {
        const [x, y] = [lay(a as never), lay(out as never)] as unknown as [NDArray<"float64">, NDArray<"float64">];
        const expected = zeros(x.shape as number[], { dtype: dtype as "float64" });
        for (let i = 0; i < x.size; i++) {
          const index = x.shape.length === 1 ? [i] : [Math.floor(i / x.shape[1]!), i % x.shape[1]!];
          const value = x.get(...index);
          expected.set(...([...index, value * 1.5 - 20] as [number]));
        }
        await pool.map(x, (v) => v * 1.5 - 20, { out: y, chunkSize: 100 });
        expect(y.copy().flat).toEqual(expected.flat);
      }
    },
  );

  it("a row is broadcast on the fast path, read anew by each call", async () => {
    const a = arange(200_000).reshape([2000, 100]);
    const row = arange(100);
    for (const factor of [1, 3]) {
      row.fill(factor);
      await pool.map([a, row], (x, y) => x * y, { out: a });
    }
    expect(a.get(1999, 99)).toBe(199_999 * 3);
  });

  it("a program made for one number is not used for another kind of number", async () => {
    const memory = new SharedMemory(1 << 17);
    const x = NDArray.view(memory, [64], { dtype: "float32" });
    const out = NDArray.view(memory, [64], { dtype: "float32", byteOffset: 1 << 16 });
    x.assign(arange(64, { dtype: "float32" }));
    const scaled = (v: number, p: { k: number[] }) => v * p.k[0]!;
    for (const k of [2, Number.NaN, 0.1]) {
      await inline.map(x, scaled, { out, params: { k: [k] } });
      expect([...out.flat]).toEqual([...x.flat].map((v) => Math.fround(v * k)));
    }
  });

  it("fastMath compiles what engines compute differently, within 2 ulp", async () => {
    const a = arange(20_000);
    const fast = await pool.map(a, (x) => Math.exp(Math.sin(x)) % 2, { fastMath: true });
    for (const i of [0, 1, 777, 19_999]) {
      const exact = Math.exp(Math.sin(i)) % 2;
      expect(Math.abs(fast.get(i) - exact)).toBeLessThanOrEqual(4 * 2 ** -52 * Math.max(exact, 1));
    }
    await expect(pool.map(a, (x) => x, { fastMath: 1 as never })).rejects.toThrow(
      "Expected `fastMath` to be a boolean",
    );
  });
});

describe("explain", () => {
  const cases: [fn: (...args: never[]) => unknown, dtypes: DType[], reason: string | undefined][] = [
    [(x: number) => x * x, ["float64"], undefined],
    [(x: number) => x ** 2, ["float32"], undefined],
    [(x: number) => x ** 3, ["float64"], "it has a power, whose last bit differs between engines"],
    [(x: number) => Math.sin(x), ["float64"], "it has Math.sin, whose last bit differs"],
    [(x: number) => x % 3, ["float64"], undefined],
    [(x: number) => Math.cbrt(x), ["int8"], "it has Math.cbrt"],
    [(x: number) => Math.clz32(x), ["int32"], "it has Math.clz32"],
    [() => Number(Math.valueOf()), ["float64"], "it has Math.valueOf"],
    [(x: boolean) => !x, ["bool"], undefined],
    [(x: bigint) => x * 3n + 1n, ["int64"], undefined],
    [(x: bigint) => x / 3n, ["int64"], "it divides bigints"],
    [(x: bigint) => x + 1n > 0n, ["int64"], "it gives a boolean for an array of int64"],
    [(x: number) => x + 1, ["int64"], "it mixes bigints and numbers"],
    [(x: number) => [x][0], ["float64"], "it has a property"],
    [(x: number) => String(x), ["float64"], "it has a call of a function other than those of Math"],
    [(x: number) => (x > 0 ? x : true), ["float64"], "it chooses between values of two kinds"],
    [
      (x: number) => {
        let y = 0;
        for (let i = 0; i < 3; i++) y += x;
        return y;
      },
      ["float64"],
      "it has a loop",
    ],
    [
      (x: number) => {
        if (x > 0) return 1;
      },
      ["float64"],
      "it can end without returning a value",
    ],
    [
      (x: number) => {
        const y = x * 2;
        let z = y;
        if (y > 3) z -= 1;
        else z++;
        return z;
      },
      ["float64"],
      undefined,
    ],
  ];
  it.each(cases.map(([fn, dtypes, reason]) => [String(fn).replace(/\s+/g, " "), fn, dtypes, reason] as const))(
    "%s",
    (_, fn, dtypes, reason) => {
      const found = explain(fn, dtypes);
      expect(found.engine).toBe(reason === undefined ? "simd" : "loop");
      if (reason === undefined) expect(found.reason).toBeUndefined();
      else expect(found.reason).toContain(reason);
    },
  );

  it("knows params, fastMath, the result's dtype and the package's own functions", () => {
    expect(
      explain(((x: number, { k }: { k: number }) => x * k) as never, ["float64"], { params: { k: 2 } }).engine,
    ).toBe("simd");
    expect(
      explain(((x: number, p: { k: string }) => x + p.k) as never, ["float64"], { params: { k: "a" } }).reason,
    ).toContain("params.k");
    expect(explain((x: number) => Math.sin(x), ["float64"], { fastMath: true }).engine).toBe("simd");
    expect(explain((x: number) => x > 0, ["float64"], { dtype: "bool" }).engine).toBe("simd");
    expect(explain(sqrt, ["float64"])).toEqual({ engine: "simd", reason: undefined });
  });

  it("refuses a captured variable, a dtype that is none, and no dtypes", () => {
    const outside = 3;
    expect(() => explain((x: number) => x * outside, ["float64"])).toThrow(
      expect.objectContaining({ code: "CAPTURE", captured: "outside" }),
    );
    expect(() => explain((x: number) => x, ["float" as never])).toThrow(expect.objectContaining({ code: "DTYPE" }));
    expect(() => explain((x: number) => x, [])).toThrow("Expected `dtypes`");
  });

  it("tells names that are not the global ones", () => {
    const hoisted = new Function("return (x) => { return isNaN(x) ? 1 : 0; function isNaN(v) { return v > 3; } }")();
    const itself = new Function("return function Math(x) { return Math.abs(x); }")();
    const constant = new Function("return (x) => { const y = x; y = 3; return y; }")();
    for (const fn of [hoisted, itself, constant]) expect(explain(fn, ["float64"]).engine).toBe("loop");
    // biome-ignore lint/suspicious/noShadowRestrictedNames: that is the point
    const isNaN = (v: number) => v > 3;
    const own = defineKernel(import.meta.url, "own", (x: number) => (isNaN(x) ? 1 : 0));
    expect(explain(own, ["float64"]).reason).toBe("its module gives a global name another meaning");
  });

  it("compiles a kernel of a module unless it uses what the module has", () => {
    const limit = array([3]).item();
    const free = defineKernel(import.meta.url, "free", (x: number) => x + 1);
    const bound = defineKernel(import.meta.url, "bound", (x: number) => x + limit);
    expect(explain(free, ["float64"]).engine).toBe("simd");
    expect(explain(bound, ["float64"]).reason).toBe("it uses `limit` of its module");
  });
});
