/**
 * Compares generated loops with a naive one, over random layouts: permuted, reversed, gapped and broadcast operands.
 */
import fc from "fast-check";
import { arange, type NDArray, Pool, type SliceArg, zeros } from "shared-ndarray";
import { afterAll, expect, it } from "vitest";

const pools = [new Pool({ workers: 0 }), new Pool({ workers: 2 })];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

interface Layout {
  readonly axes: readonly number[];
  readonly steps: readonly number[];
  readonly broadcast: readonly boolean[];
}

/** An array of this shape whose elements are laid out in memory as `layout` describes. */
function laidOut(
  shape: readonly number[],
  { axes, steps, broadcast }: Layout,
  fresh: (n: number) => NDArray<"float64", 1>,
  mayRepeat: boolean,
) {
  const order = axes.filter((axis) => axis < shape.length);
  const lengths = order.map((axis) => (mayRepeat && broadcast[axis] ? 1 : shape[axis]! * Math.abs(steps[axis]!)));
  const whole = fresh(lengths.reduce((a, b) => a * b, 1)).reshape(lengths) as NDArray<"float64">;
  const stepped = whole.slice(
    ...order.map((axis, i): SliceArg => (lengths[i] === 1 ? [] : [null, null, steps[axis]!])),
  ) as NDArray<"float64">;
  const turned = stepped.transpose(...shape.map((_, axis) => order.indexOf(axis)));
  return mayRepeat ? (turned.broadcastTo(shape) as NDArray<"float64">) : turned;
}

function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) return yield [];
  for (let i = 0; i < shape[0]!; i++) for (const rest of indices(shape.slice(1))) yield [i, ...rest];
}

const layout: fc.Arbitrary<Layout> = fc.record({
  axes: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
  steps: fc.array(fc.constantFrom(1, 1, 2, -1, -2), { minLength: 3, maxLength: 3 }),
  broadcast: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
});

it("map writes what a naive loop writes, for all layouts and chunks", () => {
  const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      shape,
      layout,
      layout,
      layout,
      fc.integer({ min: 1, max: 40 }),
      (dims, forOut, forX, forY, chunkSize) => {
        const x = laidOut(dims, forX, (n) => arange(n), true);
        const y = laidOut(dims, forY, (n) => arange(n), true);
        for (const pool of pools) {
          const out = laidOut(dims, forOut, (n) => zeros(n), false);
          pool.mapSync([x, y], (p, q) => 100 * p + q, { out, chunkSize });
          for (const index of indices(dims)) expect(out.get(...index)).toBe(100 * x.get(...index) + y.get(...index));
        }
      },
    ),
    { numRuns: 400 },
  );
});

it("a loop made anew for operands that come again gives the same", () => {
  const [inline] = pools as [Pool];
  const a = zeros([1024, 1024]);
  const out = zeros([1024, 1024]);
  for (let round = 1; round <= 12; round++) {
    // 12 million elements: past the point where the loop is made for these very operands
    a.fill(round);
    inline.mapSync(a.slice("::-1"), (x) => x * 2 + 1, { out });
    expect([out.get(0, 0), out.get(-1, -1), out.get(511, 700)]).toEqual(new Array(3).fill(2 * round + 1));
  }
});
