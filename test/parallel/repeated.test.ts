/** What a call in a loop does again each time: nothing that the length of the function's source could be seen in. */
import { Pool, zeros } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const pool = new Pool({ workers: 1 });
afterAll(() => pool.close());

it("the source of a function is read at the first call only", () => {
  const a = zeros(10);
  const square = (x: number) => x * x;
  const reducer = { init: () => 0, chunk: (n: number) => n, combine: (n: number) => n };
  const kernel = (_: unknown, __: unknown, { k }: { k: number }) => void k;
  const calls = () => {
    pool.mapSync(a, square, { out: a });
    pool.reduceSync(a, reducer);
    pool.forEachChunkSync(a, kernel, { params: { k: 1 } });
  };
  calls();
  const original = Function.prototype.toString;
  let reads = 0;
  Function.prototype.toString = function (this: unknown) {
    reads++;
    return original.call(this);
  };
  try {
    for (let i = 0; i < 20; i++) calls();
    expect(reads).toBe(0);
    pool.mapSync(a, (x) => x + 1, { out: a });
    expect(reads).toBeGreaterThan(0);
  } finally {
    Function.prototype.toString = original;
  }
});
