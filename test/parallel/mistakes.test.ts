/** The messages of common mistakes: each names what came and what to do instead. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineTask, Manager, Pool, zeros } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const pool = new Pool({ workers: 2 });
const manager = new Manager();
afterAll(() => Promise.all([pool.close(), manager.close()]));
const anyPool = pool as never as { [method: string]: (...args: unknown[]) => Promise<unknown> };
/** A function with this source, which sees no variable of this module. */
const source = (text: string) => new Function(`return ${text}`)();
const halo = { halo: 1 };

it.each<[mistake: string, call: () => Promise<unknown> | undefined, message: RegExp]>([
  ["numbers for an array", () => anyPool.map?.([1, 2, 3], (x: number) => x), /got 1 \(make one with array/],
  ["jobs for an array", () => anyPool.map?.([[1], [2]], (x: number) => x), /starmap/],
  ["arguments that are no list", () => anyPool.run?.((n: number) => n, 1, 2), /got 1 \(write run\(fn, \[a, b\]\)\)/],
  ["an array for arguments", () => anyPool.run?.(() => 1, zeros(2)), /got an object \(NDArray\)/],
  ["a first value for reduce", () => anyPool.reduce?.(zeros(2), (x: number) => x, 0), /\{ init, chunk, combine \}/],
  ["lengths that are no list", async () => zeros(2, 3 as never), /got 3 \(a shape is one list: \[2, 3\]\)/],
  ["positions for a slice", async () => zeros(4).slice([0, 1, 1, 0] as never), /take picks positions/],
  ["a mask for a slice", async () => zeros(4).slice(zeros(4) as never), /NDArray.*compress what a mask chooses/],
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
