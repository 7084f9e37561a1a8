/** Functions that travel: what they capture, how they are named, what compilers add to them. */
import { arange, defineKernel, defineReducer, defineTask, Pool, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";
import { analyse } from "../../src/wire/capture.js";
import { refOf, resolveFunction } from "../../src/wire/functions.js";

const pool = new Pool({ workers: 2 });
afterAll(() => pool.close());
const captured = (source: string) => analyse(source, new Set(["__name"]))?.captured;

describe("captures", () => {
  it.each([
    ["x => x * x"],
    ["(x, { k }) => x * k"],
    ["(x, [a, , ...b]) => x + a + b.length"],
    ["({ a: { b = 1 }, ...rest }) => b + Object.keys(rest).length"],
    ["function f(x) { return x ? f(x - 1) : 0 }"],
    ["(x, y = x) => y"],
    ["x => { const g = () => h; let h = 1; return g() + x }"],
    ["x => { if (x) { var y = 1 } return y }"],
    ["x => { try { throw 1 } catch (e) { return e } }"],
    ["x => { try {} catch { return x } }"],
    ["x => { for (const k of [1]) x += k; for (let i = 0; i < 2; i++) x += i; for (const p in {}) x += p; return x }"],
    ["x => { out: for (;;) { break out } return x }"],
    ["x => ({ x, y: x, [x]: x, get z() { return x } })"],
    ["x => x.foo?.bar.baz"],
    ["x => { class A { p = x; static q = 1; m() { return this.p } } return new A().m() }"],
    ["x => { function g() { return x } return g() }"],
    ["x => `${Math.sqrt(x)}`"],
    ["chunk(acc, c) { return acc + c }"],
    ["async x => { await x; for await (const y of [x]) return y }"],
    ["function* g(x) { yield x }"],
    ["x => new Float64Array(x).fill(NaN)"],
    ["x => { switch (x) { case 1: let y = 2; return y } }"],
    ["x => { const { a, b: { c } } = x; return a + c }"],
    ["x => { __name(() => x, 'g') }"],
    ["function () { return arguments.length }"],
    ["x => typeof x === 'undefined' ? undefined : x"],
    ["x => { [x.a, x.b] = [1, 2]; ({ p: x.c } = { p: 3 }); return x }"],
    ["(a, b) => { label: { const f = function inner(n) { return n ? inner(n - 1) : b }; return f(a) } }"],
    ["x => { let y; y ??= x; return y }"],
    ["(x) => { while (x.i-- > 0) { const t = x; do { x = t } while (false) } return x }"],
    ["x => import('node:os')"],
    ["x => /a(?<n>b)/.exec(x).groups.n"],
    ["() => typeof window"],
    ["() => global.process.pid"],
    ["x => { class A { y = this.x; static { var z = 1; this.z = z } } return function () { return this } }"],
    ["[Symbol.iterator](x) { return x }"],
    ["x => { function g() { return arguments.length } return g(x) }"],
  ])("none in %s", (source) => {
    expect(captured(source)).toBe(undefined);
  });

  it.each([
    ["x => x * k", "k"],
    ["(x, y = k) => y", "k"],
    ["x => { { let y = 1 } return y }", "y"],
    ["x => { k = x }", "k"],
    ["x => ({ k })", "k"],
    ["x => x[k]", "k"],
    ["x => { const f = () => { const inner = 1; return outer }; return f() }", "outer"],
    ["x => `${k}`", "k"],
    ["x => { for (const i of list) x += i; return x }", "list"],
    ["x => { try {} catch (e) {} return e }", "e"],
    ["x => { class A extends Base {} }", "Base"],
    ["chunk(acc) { return acc + helper(acc) }", "helper"],
    ["x => import.meta.url", "import.meta"],
    ["x => { const { a = fallback } = x; return a }", "fallback"],
    ["({ [key]: v }) => v", "key"],
    ["x => { for (let i = 0; i < 1; i++); return i }", "i"],
    ["x => __vite_ssr_import_0__.add(x)", "__vite_ssr_import_0__"],
    ["x => { f(); function g() {} }", "f"],
    ["x => require('os')", "require"],
    ["x => k?.y", "k"],
    ["x => arguments.length", "arguments"],
    ["x => this.k", "this"],
    ["function (x) { return this.k }", "this"],
    ["chunk(acc) { return this.k }", "this"],
    ["(x = yy) => { var yy = 1; return x }", "yy"],
    ["() => { class A { static { var leak = 1 } } return leak }", "leak"],
    ["() => typeof outer", "outer"],
    ["x => { switch (x) { case k: return 1 } }", "k"],
    ["x => { return tag`a` }", "tag"],
  ])("in %s: %s", (source, name) => {
    expect(captured(source)).toBe(name);
  });

  it.each([
    ["() => sum(a)", "task", "import `sum` inside the task (`const { sum } = await import(…)`)"],
    ["() => nd.sum(nd.zeros(3))", "task", "import it inside the task (`const nd = await import(…)`)"],
    ["() => nd.sum", "task", "pass `nd` in args, or define the function in a module with defineTask"],
    ["(c) => { nd.add(c, 1) }", "kernel", "If it is a module, define the function in a module with defineKernel"],
    [
      "(c) => { add(c, 1) }",
      "kernel",
      "define the function in a module with defineKernel or defineReducer that imports",
    ],
  ])("the error of %s as a %s says what helps", (source, what, cure) => {
    const fn: unknown = new Function(`return ${source}`)();
    expect(() => refOf(fn, what, true)).toThrow(cure);
  });

  it("of text that is no function: nothing to tell", () => {
    for (const source of [
      "function () { [native code] }",
      "class A {}",
      "5",
      "((",
      "",
      "get x() { return 1 }",
      "function (x) { return 010 }",
      "a: 1, b() {}",
    ])
      expect(analyse(source, new Set())).toBe(undefined);
  });
});

describe("re-made functions", () => {
  it("are not the caller's own, and have what compilers insert", async () => {
    const remade = (source: string) => resolveFunction(refOf(new Function(`return ${source}`)(), "fn", true))!;
    expect(remade("(x) => { const g = __name(() => x, 'g'); return g.name }")(1)).toBe("g");
    const log: string[] = [];
    const resource = (name: string) => ({ [Symbol.dispose]: () => log.push(name) });
    remade(
      "(a, b) => { var s = []; try { __using(s, a); __using(s, b); __using(s, null); } catch (_) { var e = " +
        "_, h = true } finally { __callDispose(s, e, h) } }",
    )(resource("a"), resource("b"));
    expect(log).toEqual(["b", "a"]);
    const tsc = remade(
      "(a) => { const env = { stack: [], error: void 0, hasError: false }; try { " +
        "__addDisposableResource(env, a, false); throw new Error('body') } catch (e) { env.error = e; " +
        "env.hasError = true } finally { __disposeResources(env) } }",
    );
    expect(() =>
      tsc({
        [Symbol.dispose]: () => {
          throw new Error("disposal");
        },
      }),
    ).toThrow(expect.objectContaining({ name: "SuppressedError" }));
    expect(() => tsc({ [Symbol.dispose]: () => {} })).toThrow("body");
    const late = {
      [Symbol.asyncDispose]: async () => {
        log.push("async");
      },
    };
    await remade(
      "async (a) => { const env = { stack: [], error: void 0, hasError: false }; try { " +
        "__addDisposableResource(env, a, true) } finally { await __disposeResources(env) } }",
    )(late);
    expect(log.at(-1)).toBe("async");
    expect(() => remade("(a) => { var s = []; __using(s, a) }")(5)).toThrow(TypeError);
  });

  it("are named in stack traces", () => {
    expect(() =>
      pool.mapSync(arange(1), function reciprocal() {
        throw new Error("mine");
      }),
    ).toThrow(
      expect.objectContaining({
        kernel: "reciprocal",
        cause: expect.objectContaining({
          message: "mine",
          stack: expect.stringContaining("shared-ndarray:reciprocal"),
        }),
      }),
    );
  });
});

describe("defined functions", () => {
  it("run in workers from their module, closures included", async () => {
    const kernels = await import("../fixtures/kernels.mjs");
    const a = arange(100_000);
    await pool.map(a, kernels.timesFactor, { out: a });
    expect([a.get(1), kernels.timesFactor(1)]).toEqual([3, 3]);
    expect(pool.mapSync(a, kernels.timesFactor).get(1)).toBe(9);
    expect(await pool.run(kernels.greet, ["x"])).toBe("hello x");
    expect(await pool.reduce(arange(10), kernels.total, { chunkSize: 3 })).toBe(45);
  });

  it("are the functions themselves, and a name is taken once", () => {
    const fn = (x: number) => x;
    expect(defineKernel(import.meta.url, "same", fn)).toBe(fn);
    expect(defineKernel(import.meta.url, "same", fn)).toBe(fn);
    expect(() => defineTask(import.meta.url, "same", (x: number) => x + 1)).toThrow(
      expect.objectContaining({ code: "DUPLICATE_NAME", key: "same" }),
    );
    expect(() => defineKernel("not a url", "x", fn)).toThrow(TypeError);
    expect(() => defineKernel(import.meta.url, "", fn)).toThrow(TypeError);
    expect(() => defineKernel(import.meta.url, "none", 5 as never)).toThrow(TypeError);
    expect(() => defineReducer(import.meta.url, "r", { init: () => 0 } as never)).toThrow(TypeError);
  });

  it("whose module starts the program again are refused, in any kind of call", async () => {
    const program = await import("../fixtures/imported-program.mjs");
    await expect(program.first).resolves.toBe("map");
    await expect(pool.map(zeros(100), program.kernel, { chunkSize: 10 })).rejects.toMatchObject({
      code: "IMPORTED_PROGRAM",
      message: expect.stringContaining("isWorker"),
    });
    await expect(pool.run(program.task, [])).rejects.toMatchObject({ code: "IMPORTED_PROGRAM" });
    expect((await pool.map(arange(2), (x) => x + 1)).toArray()).toEqual([1, 2]);
  });

  it("that their module does not define when imported are named", async () => {
    const kernel = defineKernel(
      new URL("../fixtures/kernels.mjs", import.meta.url).href,
      "elsewhere",
      (x: number) => Number(String(x)), // is not compiled, so that workers must have the function
    );
    await expect(pool.map(zeros(100), kernel, { chunkSize: 1 })).rejects.toThrow(/"elsewhere"/);
    const missing = defineKernel(new URL("../fixtures/missing.mjs", import.meta.url).href, "k", (x: number) =>
      Number(String(x)),
    );
    await expect(pool.map(zeros(100), missing, { chunkSize: 1 })).rejects.toThrow(/missing/);
  });
});
