/**
 * Small arrays share memory, and memory of closed arrays is used again. Random programs that make, slice, send, lend,
 * close and drop arrays must never see a byte of another array.
 */
import { describe, expect, it } from "vitest";
import { fromHandle, full, type NDArray, NDArray as NDArrayClass, toHandle, zeros } from "../../src/index.js";
import { blockOf } from "../../src/memory/shared-memory.js";

type Floats = NDArray<"float64", 1>;

/** Numbers in [0, below), the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("small arrays", () => {
  it("share memory that kernels reach, from aligned places that do not overlap", () => {
    const arrays = Array.from({ length: 50 }, (_, i) => full(1 + (i % 40), i));
    const places = arrays.map((a) => [blockOf(a.memory).id, blockOf(a.memory).start!, a.nbytes] as const);
    expect(new Set(places.map(([id]) => id)).size).toBeLessThan(arrays.length);
    for (const [i, [id, start, bytes]] of places.entries()) {
      expect(start % 64).toBe(0);
      for (const [other, at] of places.slice(i + 1))
        expect(other === id && at >= start && at < start + bytes).toBe(false);
    }
    for (const [i, a] of arrays.entries()) expect(a.toArray().every((x) => x === i)).toBe(true);
  });

  it("have `memory` of their own size, and views of it, handles and byte offsets count from its first byte", () => {
    zeros(3);
    const a = full(4, 5);
    expect([a.memory.size, a.memory.buf.length, a.byteOffset, a.slice([1, 4]).byteOffset]).toEqual([32, 32, 0, 8]);
    expect([...a.memory.as("float64")]).toEqual([5, 5, 5, 5]);
    expect(NDArrayClass.view(a.memory, [2], { byteOffset: 16 }).fill(1).toArray()).toEqual([1, 1]);
    const received = fromHandle(toHandle(a)) as Floats;
    expect([received.toArray(), received.byteOffset, received.memory.size]).toEqual([[5, 5, 1, 1], 0, 32]);
    expect(() => NDArrayClass.view(a.memory, [5])).toThrow(/32 bytes/);
    const { block, ...rest } = toHandle(a.memory) as unknown as { readonly block: { readonly start?: number } };
    for (const start of [-8, 2 ** 40, 0.5, "0"]) {
      expect(() => fromHandle({ ...rest, block: { ...block, start } } as never)).toThrow(/`start`/);
    }
  });

  it("get the place of those that were closed, if nobody has the buffer", () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      using a = full(100, i);
      const { id, start } = blockOf(a.memory);
      seen.add(`${id} ${start}`);
    }
    expect(seen.size).toBeLessThan(100);
  });
});

/** What a random program knows about an array: the number in all of its elements. */
interface Known {
  readonly array: Floats;
  /** A view, a second handle or a typed array over the same elements, which must see the same. */
  readonly others: { readonly length: number; at(i: number): number }[];
  value: number;
}

describe("arrays that are made, sliced, sent, lent, closed and dropped at random", () => {
  it.each([1, 2, 3, 4])("never see each other's bytes (5,000 steps from seed %i)", (seed) => {
    const next = random(seed);
    const sizes = [1, 7, 100, 2048, 8191, 8192, 10_000];
    let live: Known[] = [];
    const stale: { readonly bytes: Float64Array; readonly value: number }[] = [];
    const closed: Floats[] = [];
    const asReader = (a: Floats) => ({ length: a.size, at: (i: number) => a.get(i) });
    const check = ({ array, others, value }: Known) => {
      const readers = [asReader(array), ...others];
      const seen = readers.flatMap((one) => [one.at(0), one.at(one.length >> 1), one.at(one.length - 1)]);
      if (seen.some((x) => x !== value)) expect(seen).toEqual(seen.map(() => value));
    };
    for (let step = 1; step <= 5000; step++) {
      const what = next(10);
      const known = live[next(Math.max(1, live.length))];
      if (what < 4 || !known) {
        const size = sizes[next(sizes.length)]!;
        const array = next(2) ? full(size, step) : zeros(size);
        live.push({ array, others: [], value: array.get(size - 1) });
        expect(array.get(size - 1) === step || array.toArray().every((x) => x === 0)).toBe(true);
      } else if (what === 4) known.others.push(asReader(known.array.slice([0, known.array.size])));
      else if (what === 5) {
        const flat = known.array.flat;
        known.others.push({ length: flat.length, at: (i) => flat[i]! });
        stale.push({ bytes: flat as Float64Array, value: known.value });
        live = live.filter((one) => one !== known); // its value no longer changes, so the typed array must keep it
        known.array.close();
        closed.push(known.array);
      } else if (what === 6) known.others.push(asReader(fromHandle(toHandle(known.array)) as Floats));
      else if (what === 7) {
        known.value = step;
        known.array.fill(step);
      } else {
        check(known);
        live = live.filter((one) => one !== known);
        if (what === 8) {
          known.array.close();
          closed.push(known.array);
        }
      }
      if (step % 50 === 0) {
        for (const one of live) check(one);
        for (const { bytes, value } of stale) expect(bytes.every((x) => x === value)).toBe(true);
        for (const array of closed.slice(-200)) expect(() => array.get(0)).toThrow(/open/);
        if (live.length > 100) live.splice(0, 50); // dropped, for the collector
        if (stale.length > 100) stale.splice(0, 50);
      }
    }
  });
});
