/** What a user's function takes and returns: mistakes are errors, before or instead of wrong elements. */
import { arange, array, isSharedError, Pool, zeros } from "shared-ndarray";
import { afterAll, describe, expect, it } from "vitest";

const team = new Pool({ workers: 2 });
const inline = new Pool({ workers: 0 });
afterAll(() => Promise.all([team.close(), inline.close()]));
const pools = [
  ["a team", team],
  ["no workers", inline],
] as const;

describe("a function that cannot be right is refused before anything is written", () => {
  const a = arange(4);
  const reducer = { init: () => 0, chunk: (x: number) => x, combine: (x: number, y: number) => x + y };
  it.each<[string, () => unknown, RegExp]>([
    [
      "map: an index that it does not give",
      () => team.mapSync(a, ((x: number, i: number) => x * i) as never),
      /params/,
    ],
    [
      "map: params that were not passed",
      () => team.mapSync(a, ((x: number, { k }: { k: number }) => x * k) as never),
      /params/,
    ],
    ["map: too few operands", () => team.mapSync([a], ((x: number, y: number) => x + y) as never), /at most 1 param/],
    ["map: no body", () => team.mapSync(a, (() => {}) as never), /`fn` to return a value/],
    [
      "map: no return",
      () =>
        team.mapSync(a, ((x: number) => {
          x * 2;
        }) as never),
      /without `return`/,
    ],
    [
      "map: a return of an inner function",
      () =>
        team.mapSync(a, ((x: number) => {
          [x].map((y) => {
            return y;
          });
        }) as never),
      /without `return`/,
    ],
    [
      "forEachChunk: params that were not passed",
      () => team.forEachChunkSync(a, ((c: never, _i: never, { k }: { k: number }) => [c, k]) as never),
      /`params` to be what `kernel` takes apart/,
    ],
    ["reduce: a function", () => team.reduceSync(a, ((x: number) => x) as never), /init, chunk, combine/],
    ["reduce: init", () => team.reduceSync(a, { ...reducer, init: () => {} } as never), /reducer\.init/],
    ["reduce: chunk", () => team.reduceSync(a, { ...reducer, chunk: () => {} } as never), /reducer\.chunk/],
    ["reduce: combine", () => team.reduceSync(a, { ...reducer, combine: () => {} } as never), /reducer\.combine/],
    [
      "reduce: params that were not passed",
      () => team.reduceSync(a, { ...reducer, combine: (x: number, _y: number, [k]: [number]) => x + k } as never),
      /`reducer\.combine` takes apart/,
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ name: "TypeError", message: expect.stringMatching(message) }));
    expect(a.toArray()).toEqual([0, 1, 2, 3]);
  });

  it("but a default value, params that are passed, and a function that always throws are right", () => {
    expect(team.mapSync(a, ((x: number, k = 2) => x * k) as never).toArray()).toEqual([0, 2, 4, 6]);
    expect(team.mapSync(a, (x, { k }) => x * k, { params: { k: 3 } }).toArray()).toEqual([0, 3, 6, 9]);
    const fails = () => {
      throw new Error("always");
    };
    expect(() => team.mapSync(a, fails)).toThrow(expect.objectContaining({ code: "KERNEL" }));
  });
});

describe.each(pools)("with %s, what a function returns at run time", (_, pool) => {
  const returned = { nothing: undefined, null: null, text: "5", object: {}, bigint: 5n };
  it.each([
    ["float64", ["nothing", "null", "text", "object", "bigint"]],
    ["float16", ["nothing", "null", "text", "object", "bigint"]],
    ["int32", ["nothing", "null", "text", "object", "bigint"]],
    ["bool", ["nothing", "null", "text", "object"]],
    ["int64", ["nothing", "null", "text", "object", "number"]],
  ] as const)("is an element of %s or an error that names it", (dtype, kinds) => {
    for (const kind of kinds) {
      const value = kind === "number" ? 5 : returned[kind];
      const out = zeros(2, { dtype });
      const before = out.toArray();
      let error: unknown;
      try {
        pool.mapSync(zeros(2), ((_: number, value: unknown[]) => value[0]) as never, { out, params: [value] } as never);
      } catch (e) {
        error = e;
      }
      expect(isSharedError(error, "KERNEL") && error.cause, kind).toMatchObject({ code: "DTYPE" });
      expect((error as Error).message).toMatch(/Expected `fn` to return a (number|bigint|boolean) \(result of/);
      expect(out.toArray()).toEqual(before);
    }
  });

  it("may be of the other kind of truth value", () => {
    const over = (x: number, { least }: { least: number[] }) => x > least[0]!;
    const params = { least: [1] }; // a list, so that the function is not compiled
    expect(pool.mapSync(arange(3), over, { params }).toArray()).toEqual([0, 0, 1]);
    const truths = pool.mapSync(arange(3), (x, { k }) => x * k[0]!, { dtype: "bool", params: { k: [2] } });
    expect(truths.toArray()).toEqual([false, true, true]);
  });

  it("is not undefined in a reducer, unless that is what init returns", () => {
    const a = arange(4);
    const options = { chunkSize: 1 };
    const chunk = (_: number, c: { get(i: number): number }) => (c.get(0) === 2 ? undefined : 1);
    const sum = (x: number, y: number) => (y > 5 ? undefined : x + y);
    for (const bad of [
      { init: () => 0, chunk, combine: (x: number) => x },
      { init: () => 0, chunk: () => 9, combine: sum },
    ]) {
      expect(() => pool.reduceSync(a, bad as never, options)).toThrow(
        expect.objectContaining({ code: "KERNEL", message: expect.stringContaining("got undefined") }),
      );
    }
    const firstOver = {
      init: () => undefined,
      chunk: (_: unknown, c: { get(i: number): number }) => (c.get(0) > 1 ? c.get(0) : undefined),
      combine: (left?: number, right?: number) => left ?? right,
    };
    expect(pool.reduceSync(a, firstOver as never, options)).toBe(2);
  });

  it("is not a promise, whose rejection does no harm later", async () => {
    const a = arange(4);
    const later = () => Promise.reject(new RangeError("lost"));
    const reducer = { init: () => 0, chunk: () => 1, combine: () => 2 };
    const calls: [string, () => Promise<unknown>][] = [
      ["map", () => pool.map(a, later as never)],
      ["forEachChunk", () => pool.forEachChunk(a, later as never)],
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      ["a thenable", () => pool.forEachChunk(a, (() => ({ then() {} })) as never)],
      ["init", () => pool.reduce(a, { ...reducer, init: later } as never)],
      ["chunk", () => pool.reduce(a, { ...reducer, chunk: later } as never)],
      ["combine", () => pool.reduce(a, { ...reducer, combine: later } as never, { chunkSize: 2 })],
    ];
    for (const [name, call] of calls) {
      await expect(call(), name).rejects.toMatchObject({
        code: "KERNEL",
        message: expect.stringMatching(/promise.*run/),
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20)); // an unhandled rejection would come in the next turn
    expect(pool.stats().died).toBe(0);
    expect(a.toArray()).toEqual([0, 1, 2, 3]);
    expect(await pool.map(a, (x) => x + 1).then((out) => out.toArray())).toEqual([1, 2, 3, 4]);
  });

  it("makes a KernelError if combine throws, with the rows that were combined", () => {
    const reducer = {
      init: () => 0,
      chunk: (_: number, c: { get(i: number): number }) => c.get(0),
      combine: (left: number, right: number) => {
        if (right === 4) throw new RangeError("four");
        return left + right;
      },
    };
    expect(() => pool.reduceSync(array([0, 1, 2, 3, 4]), reducer as never, { chunkSize: 1 })).toThrow(
      expect.objectContaining({
        code: "KERNEL",
        kernel: "combine",
        chunk: { index: 0, start: 0, end: 5 },
        written: [[0, 5]],
        cause: expect.objectContaining({ name: "RangeError", message: "four" }),
      }),
    );
  });
});
