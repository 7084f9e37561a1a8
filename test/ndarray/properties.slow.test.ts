/** Generated cases: views against a slow reference, overlap against brute force, walks against counting. */
import fc from "fast-check";
import { arange, NDArray, SharedMemory } from "shared-ndarray";
import { describe, expect, it } from "vitest";
import { extent, makeView, type View } from "../../src/ndarray/view.js";
import { forEachRun, jointLoop } from "../../src/ndarray/walk.js";
import { type Item, listed, sliced } from "./reference.js";

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
const bound = (n: number) => fc.option(fc.integer({ min: -n - 3, max: n + 3 }), { nil: null });
const step = fc.constantFrom(null, 1, 2, 3, -1, -2, -3);
const itemsOf = (shape: readonly number[]): fc.Arbitrary<Item[]> =>
  fc
    .tuple(
      ...shape.map((n) =>
        fc.oneof(fc.tuple(bound(n), bound(n), step), ...(n > 0 ? [fc.integer({ min: -n, max: n - 1 })] : [])),
      ),
      fc.nat({ max: shape.length }),
      fc.array(fc.nat({ max: 4 }), { maxLength: 2 }),
    )
    .map((all) => {
      const axes = all.slice(0, shape.length) as Item[];
      const used = axes.slice(0, all[shape.length] as number);
      for (const at of all[shape.length + 1] as number[]) used.splice(at, 0, null);
      return used;
    });
const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), itemsOf(shape)));
const found = (a: NDArray<"float64">) => ({ shape: [...a.shape], values: [a.flatten().toArray()].flat(9) });

describe("slicing", () => {
  it("gives what the slow reference gives", () => {
    fc.assert(
      fc.property(cases, ([shape, items]) => {
        const a = arange(shape.reduce((x, y) => x * y, 1)).reshape(shape) as NDArray<"float64">;
        const { shape: wanted, values } = sliced(listed(shape), items);
        expect(found(a.slice(...items) as NDArray<"float64">)).toEqual({ shape: [...wanted], values: [...values] });
      }),
      { numRuns: 2000 },
    );
  });

  it("of a slice of a slice writes only what it shows", () => {
    fc.assert(
      fc.property(cases, ([shape, items]) => {
        const size = shape.reduce((x, y) => x * y, 1);
        const a = arange(size).reshape(shape) as NDArray<"float64">;
        const { values } = sliced(listed(shape), items);
        (a.slice(...items) as NDArray<"float64">).fill(-1);
        const expected = Array.from({ length: size }, (_, i) => (values.includes(i) ? -1 : i));
        expect(found(a).values).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

const smallView: fc.Arbitrary<View> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -7, max: 7 })), { maxLength: 3 })
  .map((axes) =>
    makeView(
      axes.map(([n]) => n),
      axes.map(([, s]) => s),
      0,
    ),
  );

function positions({ shape, strides, offset }: View): number[] {
  return shape.reduce<number[]>(
    (at, n, axis) => at.flatMap((p) => Array.from({ length: n }, (_, i) => p + i * strides[axis]!)),
    [offset],
  );
}

describe("overlap", () => {
  const memory = new SharedMemory(4096);
  const dtypes = fc.constantFrom("int8" as const, "int16" as const, "float64" as const);
  const item = { int8: 1, int16: 2, float64: 8 };
  it("is found exactly: assign copies first where it must, and gives the same without", () => {
    fc.assert(
      fc.property(smallView, smallView, fc.integer({ min: 0, max: 12 }), dtypes, (a, b, shift, dtype) => {
        const place = (view: View, at: number) => {
          const [low] = extent(view);
          return NDArray.view(memory, view.shape, {
            dtype,
            byteOffset: (at - low + 40) * item[dtype],
            strides: view.strides.map((s) => s * item[dtype]),
          });
        };
        memory.as("uint8").set(Array.from({ length: 4096 }, (_, i) => i % 100));
        const x = place(a, 0);
        const y = place(b, shift);
        if (new Set(positions(a)).size < a.size) return; // the order of writes would decide
        const fits =
          b.shape.length <= a.shape.length &&
          b.shape.every((n, i) => n === 1 || n === a.shape[i + a.shape.length - b.shape.length]);
        if (!fits) return;
        const expected = y.broadcastTo(a.shape).astype(dtype).toArray();
        x.assign(y);
        expect(x.toArray()).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

it("a joint walk visits every position of every operand once, in C order and in any piece", () => {
  const pieces = fc.tuple(
    smallView,
    fc.nat({ max: 70 }),
    fc.nat({ max: 70 }),
    fc.constantFrom("C" as const, "K" as const),
  );
  fc.assert(
    fc.property(pieces, ([view, from, length, order]) => {
      const loop = jointLoop([view, view], order);
      const visit = (start: number, end: number) => {
        const seen: number[] = [];
        forEachRun(loop, start, end, ([p, q], count) => {
          for (let i = 0; i < count; i++) seen.push(p! + i * loop.strides[0]!.at(-1)!);
          expect(q).toBe(p);
        });
        return seen;
      };
      const all = visit(0, loop.size);
      if (order === "C") expect(all).toEqual(positions(view));
      else expect([...all].sort((a, b) => a - b)).toEqual(positions(view).sort((a, b) => a - b));
      const [start, end] = [Math.min(from, loop.size), Math.min(from + length, loop.size)];
      expect(visit(start, end)).toEqual(all.slice(start, end));
    }),
    { numRuns: 1000 },
  );
});
