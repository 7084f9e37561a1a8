/** What functions make on the way to a result is in memory that is used again, for every function that has a row. */
import * as nd from "shared-ndarray";
import { expect, it } from "vitest";
import { operandsOf } from "../../bench/functions/operands.mjs";
import { rowsOf } from "../../bench/functions/rows.mjs";

const N = 100_000;
/** Calls after which every kind of memory that a function needs has been made once. */
const WARM = 4;
const CALLS = 8;

/** How many memories `work` makes that no earlier array has left. */
function freshMemories(work: () => void): number {
  const { Memory } = WebAssembly;
  let made = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: ConstructorParameters<typeof Memory>[0]) {
      super(descriptor);
      made++;
    }
  } as typeof Memory;
  try {
    work();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return made;
}

const cases = rowsOf(nd).flatMap((row) => row.layouts.map((layout) => [row.name, layout, row] as const));

it("counts fresh memory", () => {
  const left: unknown[] = [];
  expect(freshMemories(() => left.push(nd.ones(N), nd.ones(N)))).toBeGreaterThan(0);
});

it.each(cases)("%s, %s: repeated calls make no fresh memory", (_, layout, row) => {
  if (N > (row.largest ?? N)) return;
  const dtype = /^(bitwise|gcd|lcm|ldexp)/.test(row.name) ? "int32" : row.dtypes[0]!;
  const operands = operandsOf(nd, row, N, dtype, layout);
  const first = (row.fresh ?? row.out)!(operands);
  const given = { ...operands, o: first instanceof nd.NDArray ? first : undefined };
  const call = () => {
    const made = row.fresh ? row.fresh(given) : row.out!(given);
    if (row.fresh && !row.isView && made instanceof nd.NDArray) made.close();
    if (row.out && (given.o || !row.fresh)) row.out(given);
  };
  for (let i = 0; i < WARM; i++) call();
  expect(
    freshMemories(() => {
      for (let i = 0; i < CALLS; i++) call();
    }),
  ).toBeLessThan(CALLS); // one or two are slabs, which small arrays share and fill
});

it("indices with a step are copied to memory that is used again", () => {
  const [table, indices] = [nd.ones(N), nd.arange(2 * N, { dtype: "int32" }).slice([0, 2 * N, 2])];
  const half = nd.floorDivide(indices, 2).copy();
  const steps = nd.stack([half, half], { axis: 1 }).slice(":, 0");
  const call = () => table.take(steps).close();
  for (let i = 0; i < WARM; i++) call();
  expect(
    freshMemories(() => {
      for (let i = 0; i < CALLS; i++) call();
    }),
  ).toBeLessThan(CALLS);
});
