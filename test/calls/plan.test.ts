/** Plans of chunks: where an array is cut. */
import { expect, it } from "vitest";
import { chunkRange, planChunks } from "../../src/calls/plan.js";

it("plans cut by bytes alone, on 128-byte lines, at least one row", () => {
  expect(planChunks(1_000_000, 8, "auto")).toEqual({ length: 1_000_000, chunkSize: 32768, count: 31 });
  expect(planChunks(10, 1 << 20, undefined)).toMatchObject({ chunkSize: 1, count: 10 });
  expect((planChunks(1e6, 3 * 8, "auto").chunkSize * 24) % 128).toBe(0);
  expect(planChunks(0, 8, "auto").count).toBe(0);
  expect(planChunks(10, 8, 100)).toEqual({ length: 10, chunkSize: 10, count: 1 });
  const plan = planChunks(10, 8, 4);
  expect([0, 1, 2].map((chunk) => chunkRange(plan, chunk))).toEqual([
    [0, 4],
    [4, 8],
    [8, 10],
  ]);
});
