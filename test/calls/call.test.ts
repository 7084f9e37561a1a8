/** A call is plain data, and the executors of the calling thread run it. Pure: nothing here starts a thread. */
import { describe, expect, it } from "vitest";
import type { Call, Work } from "../../src/calls/call.js";
import { HERE } from "../../src/calls/call.js";
import { callableOf } from "../../src/calls/callable.js";
import { inline } from "../../src/calls/executors/inline.js";
import { InlineExecutor } from "../../src/calls/executors/inline-executor.js";
import { bindWork, kindOf } from "../../src/calls/kinds/index.js";
import { prepareMap } from "../../src/calls/kinds/map.js";
import { prepareRows } from "../../src/calls/kinds/rows.js";
import { cumulativeSum } from "../../src/functions/cumulative.js";
import { matmul } from "../../src/functions/matmul.js";
import { argmax, mean, std, sum } from "../../src/functions/reductions.js";
import { argsort, sort } from "../../src/functions/sorting.js";
import { add, exp } from "../../src/functions/ufuncs.js";
import type { NDArray } from "../../src/ndarray/ndarray.js";
import type { AnyArray } from "../../src/ndarray/operands.js";
import { arange } from "../../src/ndarray/sequences.js";
import { refOf } from "../../src/wire/functions.js";

const a = arange(100_000) as unknown as AnyArray;
const square = arange(64).reshape([8, 8]);
const inChunks = { scope: "process", chunkSize: 1000 } as const;

const callOf = (fn: unknown, operands: unknown[], conditions: typeof HERE | typeof inChunks = HERE): Call =>
  callableOf(fn)!.prepare(operands, {}, conditions);

const mapCall = (fn: (x: number) => number): Call =>
  prepareMap(
    {
      fn: refOf(fn, "fn"),
      inputs: [a],
      shape: [100_000],
      dtype: "float64",
      out: undefined,
      params: undefined,
      fastMath: false,
    },
    inChunks,
  );
const rowsCall = (kernel: (...args: never[]) => unknown): Call =>
  prepareRows(
    {
      fn: refOf(kernel, "kernel"),
      arrays: [a],
      arrangement: "single",
      axis: 0,
      length: 100_000,
      halo: [0],
      params: undefined,
    },
    inChunks,
  );

const calls: [string, Call][] = [
  ["add", callOf(add, [a, 1])],
  ["exp", callOf(exp, [a])],
  ["sum", callOf(sum, [a])],
  ["mean", callOf(mean, [a])],
  ["std", callOf(std, [a])],
  ["argmax", callOf(argmax, [a])],
  ["sort", callOf(sort, [a])],
  ["argsort", callOf(argsort, [a])],
  ["matmul", callOf(matmul, [square, square])],
  ["cumulativeSum", callOf(cumulativeSum, [a])],
  ["a user's map", mapCall((x) => x * x)],
  ["a user's kernel", rowsCall(() => undefined)],
];

/** Everything inside that is a function, or an object of a class that is no container of plain data. */
function strangersIn(value: unknown, path: string, found: string[] = [], seen = new Set<unknown>()): string[] {
  if (typeof value === "function") return [...found, path];
  if (typeof value !== "object" || value === null || seen.has(value)) return found;
  seen.add(value);
  const name = (value.constructor as { name: string } | undefined)?.name ?? "Object";
  if (name.endsWith("NDArray") || name === "Module") return found;
  if (!["Object", "Array"].includes(name)) return [...found, `${path}: ${name}`];
  return Object.entries(value).reduce((all, [key, inner]) => strangersIn(inner, `${path}.${key}`, all, seen), found);
}

describe("a call", () => {
  it.each(calls)("of %s is plain data: arrays, numbers, names, compiled modules", (_, call) => {
    expect(strangersIn(call, "call")).toEqual([]);
  });
  it.each(calls)("of %s says what is read and written, and how it is cut", (_, call) => {
    expect(call.arrays.length).toBe(call.labels.length);
    expect(call.plan.count).toBeGreaterThan(0);
    expect(call.scope).toBe("process");
    expect(call.elements).toBeGreaterThan(0);
  });
});

describe("the inline executor", () => {
  it("runs the same call at once, or in its queue, to the same value", async () => {
    const executor = new InlineExecutor();
    expect(inline.runSync(callOf(sum, [a]))).toBe(4_999_950_000);
    expect(executor.runSync(callOf(sum, [a], inChunks))).toBe(4_999_950_000);
    expect(await executor.run(callOf(sum, [a], inChunks))).toBe(4_999_950_000);
  });
  it("runs calls in the order made, the blocking one after those that wait", async () => {
    const executor = new InlineExecutor();
    const order: string[] = [];
    const note = (name: string) => (value: unknown) => {
      order.push(name);
      return value;
    };
    const first = executor.run(mapCall((x) => Math.sin(x))).then(note("first"));
    const second = executor.run(mapCall((x) => Math.cos(x))).then(note("second"));
    const third = executor.runSync(callOf(sum, [a], inChunks));
    expect(third).toBe(4_999_950_000);
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });
  it("runs all passes of a scan, awaited or blocking", async () => {
    const executor = new InlineExecutor();
    const expected = cumulativeSum(a) as NDArray<"float64">;
    const awaited = (await executor.run(callOf(cumulativeSum, [a], inChunks))) as NDArray<"float64">;
    const blocking = executor.runSync(callOf(cumulativeSum, [a], inChunks)) as NDArray<"float64">;
    expect(awaited.get(99_999)).toBe(4_999_950_000);
    expect(awaited.toArray()).toEqual(expected.toArray());
    expect(blocking.toArray()).toEqual(expected.toArray());
  });
  it("goes on after a call that fails", async () => {
    const executor = new InlineExecutor();
    const failing = executor.run(
      rowsCall(() => {
        throw new RangeError("no");
      }),
    );
    const next = executor.run(callOf(sum, [a], inChunks));
    await expect(failing).rejects.toMatchObject({ code: "KERNEL", kernel: "kernel", written: [] });
    expect(await next).toBe(4_999_950_000);
  });
});

describe("a scan", () => {
  it("may do any chunk of either pass again, as after the death of a worker", () => {
    const call = callOf(cumulativeSum, [a], inChunks);
    const kind = kindOf(call);
    const first = kind.stage(call, call.arrays, false);
    const compute = (work: Work) => {
      const bound = bindWork(work);
      for (const chunk of [0, 1, 1, 0])
        if (chunk < work.plan.count) bound.run(chunk, { worker: 0, aborted: () => false });
    };
    expect(first.plan.count).toBe(2);
    compute(first);
    const second = kind.next!(call, first)!;
    compute(second);
    expect(kind.next!(call, second)).toBeUndefined();
    const found = kind.finish(call, second, call.arrays, () => []) as AnyArray;
    expect(found.toArray()).toEqual((cumulativeSum(a) as AnyArray).toArray());
  });
});
