/** The messages of common mistakes: each names what came and what to do instead. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { array, defineTask, dot, Manager, NDArray, Pool, SharedArray, sqrt, sum, Value, zeros } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const pool = new Pool({ workers: 2 });
const manager = new Manager();
afterAll(() => Promise.all([pool.close(), manager.close()]));
const anyPool = pool as never as { [method: string]: (...args: unknown[]) => Promise<unknown> };
/** A function with this source, which sees no variable of this module. */
const source = (text: string) => new Function(`return ${text}`)();
const halo = { halo: 1 };
const anySum = sum as never as (...args: unknown[]) => unknown;
const plus = (a: unknown, b: unknown) => (a as string) + (b as string);
const I8 = { dtype: "int64" } as const;

it.each<[mistake: string, call: () => Promise<unknown> | undefined, message: RegExp]>([
  ["numbers for an array", () => anyPool.map?.([1, 2, 3], (x: number) => x), /got 1 \(make one with array/],
  ["jobs for an array", () => anyPool.map?.([[1], [2]], (x: number) => x), /starmap/],
  ["arguments that are no list", () => anyPool.run?.((n: number) => n, 1, 2), /got 1 \(write run\(fn, \[a, b\]\)\)/],
  ["an array for arguments", () => anyPool.run?.(() => 1, zeros(2)), /got an object \(NDArray\)/],
  ["a first value for reduce", () => anyPool.reduce?.(zeros(2), (x: number) => x, 0), /\{ init, chunk, combine \}/],
  ["lengths that are no list", async () => zeros(2, 3 as never), /got 3 \(a shape is one list: \[2, 3\]\)/],
  [
    "elements that are no list",
    async () => array(1, 2 as never),
    /got 2 \(the elements are one list: array\(\[1, 2, 3/,
  ],
  ["rows that are no list", async () => array([1], [2] as never), /got \[2\] \(the rows are one list/],
  [
    "a class for a function",
    async () => new (NDArray as never as new (_: unknown) => unknown)([1]),
    /\(write array\(\[1, 2\]/,
  ],
  [
    "numbers for sum",
    async () => anySum(1, 2, 3),
    /a list, got 1 \(numbers are given as one list: sum\(\[1, 2, 3\]\)\)/,
  ],
  ["text for sum", async () => anySum("x"), /to be an NDArray, a typed array or a list, got "x"$/],
  ["a promise for an array", async () => anySum(pool.map(zeros(1), (x) => x)), /got a Promise \(await it first\)/],
  ["a list for vectors", async () => dot([1] as never, [2] as never), /got \[1\] \(make one with array\(…\)\)/],
  [
    "numbers for reduce",
    () => anyPool.reduce?.([1, 2, 3], sum),
    /1 operand for sum, got 3 \(make.*array\(\[1, 2, 3\]\)\)/,
  ],
  ["numbers for map", () => anyPool.map?.([1, 2], sqrt), /1 operand for sqrt, got 2 \(make.*array\(\[1, 2\]\)\)/],
  ["one position", async () => zeros(2).take(1 as never), /`indices`.*got 1 \(write \[1\] for one position\)/],
  ["an array in text", async () => plus("a: ", zeros(2)), /as text: String\(x\) or a template\)/],
  [
    "a property of an array",
    async () => Object.assign(zeros(2), { x: 1 }),
    /^Expected no new property of an NDArray, got "x"/,
  ],
  ["a new shape", async () => Object.assign(zeros(2), { shape: [1, 2] }), /`shape`.*got \[1, 2\] \(use b = a\.reshape/],
  ["a new dtype", async () => Object.assign(zeros(2), { dtype: "int8" }), /`dtype`.*got "int8" \(use b = a\.astype/],
  ["two free lengths", async () => zeros(4).reshape(-1, -1), /at most one length of `shape` to be -1, got \[-1, -1\]/],
  ["a scope without braces", async () => zeros(2, "system" as never), /\(write \{ scope: "system" \}\)/],
  ["an isolation without braces", async () => new Pool("process" as never), /\(write \{ isolation: "process" \}\)/],
  [
    "attach without a type",
    async () => Value.attach("done", undefined as never),
    /`type` as the second argument, got unde/,
  ],
  [
    "waitFor without a type",
    () => SharedArray.waitFor("done", undefined as never),
    /\(write attach\(name, "int32"\)\)/,
  ],
  [
    "a number next to bigints",
    () => pool.map(zeros(2, I8), source("(x) => x * 2")),
    /int64 and uint64 are bigints: write 2n/,
  ],
  [
    "Math of bigints",
    () => pool.map(zeros(2, I8), source("(x) => Math.sqrt(x)")),
    /bigints: write 2n, or Number\(x\)\)/,
  ],
  ["positions for a slice", async () => zeros(4).slice([0, 1, 1, 0] as never), /an array: Int32Array.of/],
  ["floats for a slice", async () => zeros(4).slice(zeros(4) as never), /index 0.*float64 \(convert it with .astype/],
  ["a pool as an argument", () => pool.run((_: unknown) => 1, [pool]), /`args\[0\]`.*got a Pool, which belongs to its/],
  ["a manager in params", () => anyPool.map?.(zeros(2), (x: number) => x, { params: { manager } }), /got a Manager/],
  ["a promise as an argument", () => pool.run((_: unknown) => 1, [Promise.resolve(1)]), /await it first/],
  ["a write to a halo operand", () => pool.forEachChunk(zeros(4), (c) => void c.fill(1), halo as never), /halo.*read/],
  ["a helper in a task", () => pool.run(source("() => helper(1)")), /inside the task \(`const \{ helper \} = await/],
  ["a class in a task", () => pool.run(source("() => new Helper()")), /import `Helper` inside the task/],
  ["a helper in a kernel", () => pool.map(zeros(2), source("(x) => helper(x)")), /module with defineKernel.*`helper`/],
  ["a value in a kernel", () => pool.map(zeros(2), source("(x) => x * k")), /pass `k` in params/],
  ["a value in a task", () => pool.run(source("() => k")), /pass `k` in args/],
  ["require in a task", () => pool.run(source("() => require('fs')")), /`await import\(…\)` inside the task/],
  ["this in a task", () => pool.run(source("function () { return this.x }")), /got `this`.*pass what it needs/],
])("%s", async (_, call, message) => {
  await expect(call()).rejects.toThrow(message);
});

it("a name of this package is imported inside the task", async () => {
  // As text, because the test runner rewrites imports.
  const task = source('async () => { const { arange, sum } = await import("shared-ndarray"); return sum(arange(4)); }');
  expect(await pool.run(task)).toBe(6);
});

it("a module that Node cannot import names the file and what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shared-ndarray-"));
  const file = join(folder, "task.unknown");
  writeFileSync(file, "export const n: number = 1;");
  const task = defineTask(pathToFileURL(file).href, "task", () => 1);
  await expect(pool.run(task)).rejects.toThrow(/module of "task" to be JavaScript, got file:.*task\.unknown.*compile/);
  rmSync(folder, { recursive: true });
});
