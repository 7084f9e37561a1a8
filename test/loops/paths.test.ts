/**
 * Which way a loop takes: one instance over all operands if possible, and otherwise a way around what the engine lacks.
 */
import { expect, it } from "vitest";
import { elementwise } from "../../src/functions/elementwise.js";
import { checkUfunc } from "../../src/functions/prepare.js";
import { hasMultiMemory } from "../../src/ir/support.js";
import { planLoop } from "../../src/loops/loop.js";
import { SharedMemory } from "../../src/memory/shared-memory.js";
import { ones } from "../../src/ndarray/create.js";
import { NDArray, type ReadonlyNDArray, stridedOf } from "../../src/ndarray/ndarray.js";
import { broadcastTo } from "../../src/ndarray/view.js";

/** The way of `fn(a, b)` into `a`. */
function wayOf(name: string, a: ReadonlyNDArray, b: ReadonlyNDArray): string {
  const { program } = checkUfunc(elementwise(name), [a, b], { out: a });
  const { elements, view } = stridedOf(b);
  const operands = [stridedOf(a), stridedOf(a), { elements, view: broadcastTo(view, a.shape) }];
  return planLoop(program, operands).way;
}

it("`[1e6, 100] * [100]` in place is one instance: the row is copied, or is in the same block", () => {
  const memory = new SharedMemory(1_000_000 * 100 * 4 + 400);
  const a = NDArray.view(memory, [1_000_000, 100], { dtype: "float32" });
  expect(wayOf("multiply", a, ones([100], { dtype: "float32" }))).toBe(hasMultiMemory ? "native" : "windows");
  const row = NDArray.view(memory, [100], { dtype: "float32", byteOffset: 1_000_000 * 100 * 4 });
  expect(wayOf("multiply", a, row)).toBe("native");
});

it("large operands of two blocks are one instance where modules may have several memories", () => {
  const [a, b] = [ones([100_000]), ones([100_000])];
  expect(wayOf("add", a, b)).toBe(hasMultiMemory ? "native" : "windows");
  expect(wayOf("pow", a, b)).toBe(hasMultiMemory ? "native" : "windows");
  expect(wayOf("add", a, b.slice("::-1"))).toBe(hasMultiMemory ? "native" : "windows");
  expect(wayOf("add", a, ones([600_000]).slice("::6"))).toBe(hasMultiMemory ? "native" : "script");
  expect(wayOf("pow", a, ones([600_000]).slice("::6"))).toBe(hasMultiMemory ? "native" : "staged");
  expect(wayOf("add", ones([10]), ones([10]))).toBe("native"); // small arrays share memory
});
