/** Memory of arrays that were closed is used again, and no view that is left ever sees what another array writes. */
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import {
  add,
  arange,
  array,
  concat,
  eye,
  full,
  loadSync,
  type NDArray,
  NDArray as NDArrayClass,
  ones,
  Pool,
  save,
  saveSync,
  stack,
  zeros,
} from "../../src/index.js";
import { blockOf } from "../../src/memory/shared-memory.js";
import { fromHandle, toHandle } from "../../src/wire/registry.js";
import { UserFolder } from "../fixtures/user-folder.js";

type Floats = NDArray<"float64", 1>;
/** The fewest elements whose memory is used again: 64 KiB. */
const N = 8192;
const memoryOf = (a: Floats) => blockOf(a.memory).memory!;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Makes an array of 42s, drops it after `use`, and returns its memory once the array was collected. */
async function collectedMemory(use: (a: Floats) => void): Promise<WebAssembly.Memory> {
  const made = () => {
    const a = full(N, 42);
    use(a);
    return { memory: memoryOf(a), array: new WeakRef(a.memory) };
  };
  const { memory, array } = made();
  for (let turn = 0; turn < 100 && array.deref(); turn++) {
    await setTimeout(1); // a WeakRef keeps its target alive until the job ends
    collect();
  }
  expect(array.deref()).toBeUndefined();
  await setTimeout(10); // for the collector's report
  return memory;
}

describe("memory of an array that is closed", () => {
  it("is used for the next array of its size, by every function that makes one", () => {
    const [other, first] = [ones(N), zeros(N)];
    const memory = memoryOf(first);
    first.close();
    const makers: (() => Floats)[] = [
      () => zeros(N),
      () => full(N, 3),
      () => arange(N),
      () => other.copy(),
      () => add(other, 1),
      () => other.astype("float64"),
      () => concat([other.slice([0, N / 2]), other.slice([N / 2, N])]),
      () => other.take(Int32Array.from({ length: N }, (_, i) => i)),
    ];
    for (const make of makers) {
      using made = make();
      expect(memoryOf(made)).toBe(memory);
    }
  });

  it("is zero where zeros are promised, also behind the elements", () => {
    full(N, 7).close();
    using a = zeros(N - 10);
    expect(a.toArray().every((x) => x === 0)).toBe(true);
    expect(new Float64Array(blockOf(a.memory).buffer).every((x) => x === 0)).toBe(true);
    a.close();
    full([100, 100], 7).close();
    using unit = eye(100);
    expect(
      unit
        .toArray()
        .flat()
        .filter((x) => x !== 0),
    ).toEqual(new Array(100).fill(1));
    unit.close();
    full(N, 7).close();
    using masked = add(ones(N), 1, { where: arange(N).astype("bool") });
    expect(masked.get(0)).toBe(0);
  });

  it("is used for an array that is up to an eighth smaller or larger", () => {
    const [large, small] = [20 * N, 19 * N];
    const first = full(small, 7);
    const memory = memoryOf(first);
    first.close();
    using second = full(large, 8);
    expect(memoryOf(second)).toBe(memory);
    second.close();
    using third = zeros(small);
    expect(memoryOf(third)).toBe(memory);
    expect(new Float64Array(blockOf(third.memory).buffer).every((x) => x === 0)).toBe(true);
  });

  it("is used again after more arrays of other sizes than a thread keeps", () => {
    const others = Array.from({ length: 1100 }, (_, i) => ones(N * (2 + (i % 2))));
    for (const other of others) other.close();
    const first = ones(33 * N);
    const memory = memoryOf(first);
    first.close();
    using second = ones(33 * N);
    expect(memoryOf(second)).toBe(memory);
  });

  it("is used again if the array was dropped and collected instead", async () => {
    const memory = await collectedMemory(() => undefined);
    const again = Array.from({ length: 100 }, () => zeros(N)); // others may have been collected after it
    expect(new Set(again.map(memoryOf)).has(memory)).toBe(true);
    expect(again.every((a) => a.get(0) === 0)).toBe(true);
  });

  it("is not used again after the collection if a typed array is left", async () => {
    let left: unknown;
    const memory = await collectedMemory((a) => {
      left = a.flat;
    });
    const others = Array.from({ length: 100 }, () => ones(N));
    expect(new Set(others.map(memoryOf)).has(memory)).toBe(false);
    expect((left as Float64Array).every((x) => x === 42)).toBe(true);
  });

  const leaving: [way: string, leave: (a: Floats) => unknown][] = [
    ["`flat`", (a) => a.flat],
    ["`data`", (a) => a.data],
    ["`flat` of a view", (a) => a.slice([1, 5]).data],
    ["`memory.buf`", (a) => a.memory.buf],
    ["`memory.as`", (a) => a.memory.as("float64")],
    ["`toNdarray`", (a) => a.toNdarray()],
    ["a handle", (a) => toHandle(a)],
    ["a handle to its memory", (a) => toHandle(a.memory)],
  ];
  it.each(leaving)("is not used again if its buffer has left: %s", (_, leave) => {
    const a = zeros(N);
    const memory = memoryOf(a);
    const left = leave(a);
    a.close();
    for (let i = 0; i < 3; i++) {
      using b = ones(N);
      expect(memoryOf(b)).not.toBe(memory);
    }
    expect(left).toBeDefined();
  });

  it("is not used again while there is another handle to it", () => {
    const a = full(N, 1);
    const handle = toHandle(a);
    const b = fromHandle(handle) as Floats;
    a.close();
    using other = full(N, 2);
    expect(b.get(5)).toBe(1);
    expect(other.get(5)).toBe(2);
    b.close();
  });

  it("is not used again while a call of a pool reads it", async () => {
    await using pool = new Pool({ workers: 0 });
    const a = full(4 * N, 1);
    const call = pool.map(a, (x) => x + 1);
    a.close();
    using other = full(4 * N, 50);
    expect((await call).toArray().every((x) => x === 2)).toBe(true);
    expect(other.get(0)).toBe(50);
  });

  it("is not used again by a function of the user's that closes an operand", async () => {
    await using pool = new Pool({ workers: 0 });
    const a = full(N, 1);
    const global = globalThis as { closeAndMake?: () => void };
    let made: Floats | undefined;
    global.closeAndMake = () => {
      a.close();
      made ??= full(N, 50);
    };
    const result = pool.mapSync(a, (x) => {
      (globalThis as { closeAndMake?: () => void }).closeAndMake?.();
      return x + 1;
    });
    delete global.closeAndMake;
    expect(result.toArray().every((x) => x === 2)).toBe(true);
    expect(made!.toArray().every((x) => x === 50)).toBe(true);
  });
});

describe("files", () => {
  it("are saved as they were when `save` was called, even if the array is closed meanwhile", async () => {
    using folder = new UserFolder();
    const path = `${folder.path}/a.npy`;
    const a = full(100 * N, 1);
    const saved = save(path, a);
    a.close();
    using other = full(100 * N, 2);
    await saved;
    expect((loadSync(path) as Floats).toArray().every((x) => x === 1)).toBe(true);
    saveSync(path, other);
  });
});

describe("20,000 random steps", () => {
  const alive: Floats[] = [];
  afterEach(() => {
    for (const a of alive.splice(0)) a.close();
  });

  it("of making, slicing, lending and closing: every array and every view that is left has its own bytes", () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return (state >>> 8) % below;
    };
    const idOf = new Map<Floats, number>();
    const stale: { view: Float64Array; id: number }[] = [];
    const closedViews: Floats[] = [];
    let ids = 0;
    const hasOnly = (read: (i: number) => number, length: number, id: number) =>
      [0, 1, length >> 1, length - 1].every((i) => read(i) === id);
    let reused = 0;
    const seen = new Set<WebAssembly.Memory>();
    for (let step = 0; step < 20_000; step++) {
      const chosen = alive[random(alive.length || 1)];
      switch (random(6)) {
        case 0:
        case 1: {
          const isZero = random(2) === 0;
          const size = N * (1 + random(3)) - random(3);
          const a = isZero ? zeros(size) : full(size, -1);
          const initial = isZero ? 0 : -1;
          if (!hasOnly((i) => a.get(i), size, initial)) expect.fail(`step ${step}: a new array has other bytes`);
          if (seen.has(memoryOf(a))) reused++;
          seen.add(memoryOf(a));
          const id = ++ids;
          a.fill(id);
          idOf.set(a, id);
          alive.push(a);
          break;
        }
        case 2:
          if (chosen) stale.push({ view: chosen.flat, id: idOf.get(chosen)! });
          if (stale.length > 200) stale.splice(random(200), 1);
          break;
        case 3:
          if (chosen) closedViews.push(chosen.slice([0, 10]) as Floats);
          break;
        default: {
          if (!chosen || alive.length < 20) break;
          alive.splice(alive.indexOf(chosen), 1);
          if (!hasOnly((i) => chosen.get(i), chosen.size, idOf.get(chosen)!)) expect.fail(`step ${step}: changed`);
          chosen.close();
        }
      }
      if (step % 50 === 0) {
        for (const { view, id } of stale) {
          if (!hasOnly((i) => view[i]!, view.length, id)) expect.fail(`step ${step}: a stale view has other bytes`);
        }
      }
    }
    expect(reused).toBeGreaterThan(1000);
    for (const view of closedViews) {
      if (view.closed) expect(() => view.get(0)).toThrow("closed");
    }
  });
});

it("`array` of a typed array is a copy in such memory", () => {
  zeros(N).close();
  using a = array(new Float64Array(N).fill(4));
  expect(a.get(N - 1)).toBe(4);
  expect(a instanceof NDArrayClass).toBe(true);
});

describe("operands that say something else about themselves than they are", () => {
  const poison = () => full(N, 4242).close();
  class Longer extends Float64Array {
    override get length(): number {
      return N;
    }
  }
  class Shorter<T> extends Array<T> {
    override *[Symbol.iterator](): ArrayIterator<T> {
      yield this[0]!;
    }
    override *entries(): ArrayIterator<[number, T]> {
      yield [0, this[0]!];
    }
  }
  const halves = () => Shorter.from([0, 1]).map(() => ones(N / 2)) as unknown as Floats[];

  it("a list that becomes shorter while it is read", () => {
    poison();
    const list = new Array<number>(N).fill(1);
    let reads = 0;
    const read = () => {
      if (++reads >= 3) list.length = 5;
      return 1;
    };
    Object.defineProperty(list, 0, { get: read, configurable: true });
    expect(() => array(list)).toThrow(/undefined/);
  });
  it("a typed array whose `length` is not its length", () => {
    poison();
    using a = array(new Longer(10));
    expect(a.shape).toEqual([10]);
  });
  it.each<[string, () => { toArray(): unknown }]>([
    ["concat", () => concat(halves())],
    ["stack", () => stack(halves())],
    ["array", () => array(halves() as never)],
  ])("a list with an iterator of its own: %s", (_, make) => {
    poison();
    expect((make().toArray() as unknown[]).flat().every((x) => x === 1)).toBe(true);
  });
});
