/** Copies below the class: runs, where copies are placed, and the checks of operands that other layers use. */
import { describe, expect, it } from "vitest";
import { zeros } from "../../src/ndarray/create.js";
import { stridedOf } from "../../src/ndarray/ndarray.js";
import { expectArray, expectMask } from "../../src/ndarray/operands.js";
import { castTile, fillRun, moveRun, wholeRow } from "../../src/ndarray/runs.js";
import { arange } from "../../src/ndarray/sequences.js";
import { compactCopy, separate } from "../../src/ndarray/storage.js";

const coded = (fields: object) => expect.objectContaining(fields);

describe("runs", () => {
  it.each([Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Int32Array, Float32Array, Float64Array])(
    "of %o are filled between any two places, and nothing else is written",
    (Class) => {
      for (const [offset, start, end] of [
        [0, 0, 1000],
        [1, 3, 700],
        [3, 1, 258],
        [5, 0, 257],
        [2, 7, 20],
        [0, 4, 4],
      ] as const) {
        const raw = new Class(new ArrayBuffer(9000), offset * Class.BYTES_PER_ELEMENT, 1000).fill(1);
        fillRun(raw as never, 77, start, end);
        expect([...raw]).toEqual(Array.from(raw, (_, i) => (i >= start && i < end ? 77 : 1)));
      }
    },
  );
  const from = Float64Array.from([1, 2, 3, 4, 5, 6]);
  it("are copied at any steps", () => {
    for (const [toStep, fromStep, expected] of [
      [1, 1, [0, 2, 3, 4, 0, 0]],
      [2, 1, [0, 2, 0, 3, 0, 4]],
      [1, 2, [0, 2, 4, 6, 0, 0]],
      [-1, 1, [0, 4, 3, 2, 0, 0]],
      [1, 0, [0, 2, 2, 2, 0, 0]],
    ] as const) {
      const to = new Float64Array(6);
      moveRun(to, toStep < 0 ? 3 : 1, toStep, from, 1, fromStep, 3);
      expect([...to]).toEqual(expected);
    }
  });
  it("are converted as typed arrays convert, or by a cast", () => {
    const to = new Int8Array(2);
    moveRun(to as never, 0, 1, Float64Array.from([1.9, -1.9]), 0, 1, 2);
    expect([...to]).toEqual([1, -1]);
    castTile(wholeRow(to as never), wholeRow(from), 1, 2, (x) => 10 * x);
    expect([...to]).toEqual([10, 20]);
  });
});

describe("copies", () => {
  const a = arange(6);
  const turned = stridedOf(a.slice("::-1"));
  it("are of process scope unless the caller says otherwise", () => {
    const copy = compactCopy(turned);
    expect(copy.elements.memory.scope).toBe("process");
    expect(Array.from(copy.elements.data as unknown as ArrayLike<number>)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(separate(turned, stridedOf(a)).elements.memory.scope).toBe("process");
  });
  it("are placed where the caller says", () => {
    // A scope that does not exist: system scope needs the keeper, which only the built package can start.
    const nowhere = { scope: "nowhere" as never };
    expect(() => compactCopy(turned, nowhere)).toThrow(TypeError);
    expect(() => separate(turned, stridedOf(a), nowhere)).toThrow(TypeError);
    expect(compactCopy(turned, { scope: "process" }).elements.memory.scope).toBe("process");
  });
  it("are not made if they are not needed", () => {
    expect(separate(turned, turned)).toBe(turned);
    expect(separate(turned, stridedOf(zeros(6)))).toBe(turned);
  });
});

describe("operands", () => {
  it("are open arrays, and masks are of bool", () => {
    const mask = zeros(2, { dtype: "bool" });
    expect(expectArray(mask, "a")).toBe(mask);
    expect(expectMask(mask, "where")).toBe(mask);
    expect(() => expectArray([1, 2], "a")).toThrow(TypeError);
    expect(() => expectMask(zeros(2), "where")).toThrow(coded({ code: "DTYPE" }));
    mask.close();
    expect(() => expectArray(mask, "a")).toThrow(coded({ code: "CLOSED" }));
  });
});
