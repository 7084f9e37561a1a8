/** The ring: bytes in, the same bytes out, in order; bounds, wrap-around, damage. One thread here; many in test/stress. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSharedError } from "../../src/base/errors.js";
import { newWords } from "../../src/memory/words/atomics.js";
import { formatRing, type Outgoing, Ring, type RingOptions, ringWords } from "../../src/sync/ring.js";

function newRing(options: RingOptions): { ring: Ring; words: Int32Array<SharedArrayBuffer> } {
  const words = newWords(ringWords(options.byteCapacity));
  formatRing(words, 0, options);
  return { ring: new Ring(words, 0), words };
}
const NO_LIMIT = 2 ** 31 - 1;
const COUNT = { put: 32, taken: 64 + 32 };
const PLACE = { put: 33, taken: 64 + 33 };
const DATA = 128;

const message = (bytes: Iterable<number>, tag = 0): Outgoing => {
  const array = Uint8Array.from(bytes);
  return { tag, bytes: array, start: 0, end: array.length };
};
function take(ring: Ring): { tag: number; bytes: number[] } | undefined {
  let into = new Uint8Array(0);
  let tag = -1;
  const taker = {
    receive(t: number, length: number) {
      tag = t;
      into = new Uint8Array(length);
      return into;
    },
  };
  return ring.take(taker, 0) === "taken" ? { tag, bytes: [...into] } : undefined;
}
const isDamaged = (act: () => unknown) => {
  try {
    act();
    return false;
  } catch (e) {
    return isSharedError(e, "FORMAT");
  }
};

describe("a ring", () => {
  it("gives back what was put, byte for byte, in order, like a list of limited bytes", () => {
    const commands = fc.array(fc.oneof(fc.uint8Array({ maxLength: 90 }), fc.constant("take" as const)), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        commands,
        fc.integer({ min: 90, max: 300 }),
        fc.integer({ min: 1, max: 9 }),
        (steps, bytes, maxSize) => {
          const { ring } = newRing({ byteCapacity: bytes, maxSize });
          const model: number[][] = [];
          const room = Math.ceil(bytes / 8) * 8 + 8;
          const used = () => model.reduce((sum, one) => sum + 8 + Math.ceil(one.length / 8) * 8, 0);
          for (const step of steps) {
            if (step === "take") expect(take(ring)?.bytes).toEqual(model.shift());
            else {
              const fits = model.length < maxSize && used() + 8 + Math.ceil(step.length / 8) * 8 <= room;
              expect(ring.put(message(step), 0)).toBe(fits ? "put" : "full");
              if (fits) model.push([...step]);
            }
            expect(ring.size).toBe(model.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes a message of exactly its capacity, and one of no bytes", () => {
    const { ring } = newRing({ byteCapacity: 1000, maxSize: NO_LIMIT });
    for (let round = 0; round < 5; round++) {
      const full = Array.from({ length: 1000 }, (_, i) => (i + round) & 255);
      expect(ring.put(message(full, 200), 0)).toBe("put");
      expect(ring.put(message([]), 0)).toBe("full");
      expect(take(ring)).toEqual({ tag: 200, bytes: full });
      expect(ring.put(message([], 7), 0)).toBe("put");
      expect(take(ring)).toEqual({ tag: 7, bytes: [] });
    }
  });

  it.each([2 ** 31, 2 ** 32])("counts on across %d", (edge) => {
    const { ring } = newRing({ byteCapacity: 500, maxSize: 8, first: (edge - 2000) | 0 });
    for (let i = 0; i < 4000; i++) {
      expect(ring.put(message([i & 255, i >> 8]), 0)).toBe("put");
      if (ring.size < 8) continue;
      expect(ring.put(message([]), 0)).toBe("full");
      for (let k = i - 7; k <= i; k++) expect(take(ring)!.bytes).toEqual([k & 255, k >> 8]);
      expect(ring.size).toBe(0);
    }
  });

  it("ends: what is in it can be taken, nothing more put", () => {
    const { ring } = newRing({ byteCapacity: 100, maxSize: NO_LIMIT });
    ring.put(message([1]), 0);
    ring.end(0);
    expect([ring.put(message([2]), 0), ring.ended, ring.size]).toEqual(["ended", true, 1]);
    expect(take(ring)?.bytes).toEqual([1]);
    expect(take(ring)).toBeUndefined();
  });

  it("a taker that fails while it makes room takes nothing", () => {
    const { ring } = newRing({ byteCapacity: 100, maxSize: NO_LIMIT });
    ring.put(message([1, 2]), 0);
    const failing = {
      receive() {
        throw new RangeError("no memory");
      },
    };
    expect(() => ring.take(failing, 0)).toThrow("no memory");
    expect(ring.size).toBe(1);
    expect(take(ring)?.bytes).toEqual([1, 2]);
  });
});

describe("a damaged ring is a FormatError, never a message", () => {
  it.each([
    ["length 2^32 - 1", (words: Int32Array) => (words[DATA + 1] = -1)],
    ["length past the end", (words: Int32Array) => (words[DATA + 1] = 5000)],
    ["negative length", (words: Int32Array) => (words[DATA + 1] = -2)],
    ["another turn's stamp", (words: Int32Array) => (words[DATA] = 77 << 8)],
    ["a place outside", (words: Int32Array) => (words[PLACE.taken] = 1 << 20)],
    ["a negative place", (words: Int32Array) => (words[PLACE.taken] = -8)],
    ["a place between", (words: Int32Array) => (words[PLACE.taken] = 3)],
  ])("%s", (_, damage) => {
    const { ring, words } = newRing({ byteCapacity: 100, maxSize: NO_LIMIT });
    ring.put(message([1, 2, 3]), 0);
    damage(words);
    expect(isDamaged(() => take(ring))).toBe(true);
    expect(isDamaged(() => take(ring))).toBe(true); // and its lock is free
  });

  it("random words in place of counts and places: an error, a message or none, but no endless loop", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 6, maxLength: 6 }), (random) => {
        const { ring, words } = newRing({ byteCapacity: 200, maxSize: 5 });
        ring.put(message([1]), 0);
        const at = [COUNT.put, COUNT.put + 1, COUNT.put + 2, COUNT.taken, COUNT.taken + 1, COUNT.taken + 2];
        for (const [k, i] of at.entries()) words[i] = random[k]!;
        for (const act of [() => take(ring), () => ring.put(message([2]), 0)]) {
          try {
            act();
          } catch (e) {
            expect(isSharedError(e, "FORMAT")).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("geometry that does not lie in the block", () => {
    for (const capacity of [0, -8, 105, 1 << 30]) {
      const words = newWords(ringWords(100));
      formatRing(words, 0, { byteCapacity: 100, maxSize: 1 });
      words[0] = capacity;
      expect(isDamaged(() => new Ring(words, 0))).toBe(true);
    }
  });
});
