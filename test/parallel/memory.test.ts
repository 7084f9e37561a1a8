/** Memory of arrays that a pool has worked on is used again, but never while a worker may still write to it. */
import { describe, expect, it } from "vitest";
import { all, equal, exp, full, map, type NDArray, Pool, square, zeros } from "../../dist/index.js";

const N = 2_000_000;

describe("memory that a pool works on", () => {
  it("is not given to others when the pool is terminated in the middle of a call", async () => {
    for (let round = 0; round < 8; round++) {
      const pool = new Pool({ workers: 2 });
      await pool.ready();
      const [a, out] = [full(N, 1), zeros(N)];
      const call = pool.map(a, exp, { out });
      call.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 2));
      const ended = pool.terminate();
      out.close();
      using other = full(N, 7);
      await ended;
      await expect(call)
        .rejects.toMatchObject({ code: "POOL_TERMINATED" })
        .catch(() => {}); // unless it was done before
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(all(equal(other, 7))).toBe(true);
    }
  });

  it("is used again after each call in a steady loop, and holds what was computed", async () => {
    await using pool = new Pool({ workers: 2 });
    const a = full(N, 3);
    for (let round = 0; round < 20; round++) {
      using one = await pool.map(a, square);
      using two = pool.mapSync([a, one], (x: number, y: number) => x + y) as NDArray<"float64", 1>;
      expect([one.get(0), one.get(N - 1), two.get(N - 1)]).toEqual([9, 9, 12]);
      using other = zeros(N);
      expect(other.get(round)).toBe(0);
    }
  });
});

it("a function of the user's that closes an operand of `map` does not see other arrays", () => {
  const n = 8192;
  const a = full(n, 1);
  const global = globalThis as { closeAndMake?: () => void };
  let made: NDArray<"float64", 1> | undefined;
  global.closeAndMake = () => {
    a.close();
    made ??= full(n, 50);
  };
  const result = map(a, (x: number) => {
    (globalThis as { closeAndMake?: () => void }).closeAndMake?.();
    return x + 1;
  });
  delete global.closeAndMake;
  expect(result.toArray().every((x) => x === 2)).toBe(true);
  expect(made!.toArray().every((x) => x === 50)).toBe(true);
});
