/** Reductions in fixed trees: of every layout, along every axis, with 0 to 4 workers and any chunks. */
import { argmax, argmin, max, mean, min, type NDArray, norm, Pool, prod, std, sum, variance } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";
import { bits, wild } from "../fixtures/bits.js";

const pools = [0, 1, 2, 3, 4].map((workers) => new Pool({ workers }));
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

const layouts: [string, NDArray<"float64">][] = [
  ["a vector", wild],
  ["rows", wild.reshape([300, 400])],
  ["transposed", wild.reshape([300, 400]).T],
  ["two columns", wild.reshape([60_000, 2])],
  ["strided", wild.reshape([300, 400]).slice("::-1, ::3") as NDArray<"float64">],
  ["three axes", wild.reshape([20, 30, 200]).transpose(1, 0, 2)],
];
it.each(layouts)("%s: the same bits on any number of workers with any chunkSize", async (_, a) => {
  const axes = [undefined, ...a.shape.map((_n, axis) => axis)];
  for (const reduction of [sum, prod, mean, std, variance, min, max, norm, argmax, argmin] as const) {
    for (const axis of axes) {
      const direct = bits((reduction as typeof sum)(a, { axis: axis as number }));
      for (const pool of pools) {
        for (const chunkSize of ["auto", 1, 10_000] as const) {
          const found = await pool.reduce(a, reduction as typeof sum, { axis: axis as number, chunkSize });
          expect(bits(found), `${pool.workers} workers, axis ${axis}, chunkSize ${chunkSize}`).toBe(direct);
        }
      }
    }
  }
});
