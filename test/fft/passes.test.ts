/** The passes as WebAssembly and as JavaScript give the same bits, in transforms of all lengths. */
import { describe, expect, it } from "vitest";
import { Arena } from "../../src/fft/arena.js";
import { kindOf } from "../../src/fft/kinds.js";

const NAMES = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"] as const;

/** The bits of a transformed line of numbers that have no pattern, some of them zeros of both signs. */
function transformed(arena: Arena, name: (typeof NAMES)[number], n: number): string {
  const kind = kindOf(arena, name, n);
  arena.ensure(kind.room + 2 + kind.plan.room);
  const { floats, end } = arena;
  for (let i = 0; i < kind.room; i++) {
    const x = ((i * 7919 + ((i * i) % 1009) * 31) % 97) - 48;
    floats[end + i] = x % 5 === 0 ? 0 : x % 7 === 0 ? -0 : x / 7;
  }
  kind.before?.(end);
  kind.plan.run(end, end + kind.room + (kind.room % 2), end);
  kind.after?.(end);
  const bytes = new Uint8Array(arena.floats.buffer, 8 * end, 8 * kind.writes * kind.stepOut);
  return Buffer.from(bytes).toString("base64");
}

describe("both ways give the same bits", () => {
  const lengths = [...Array.from({ length: 130 }, (_, i) => i + 1), 169, 1000, 1009, 2310, 4096, 2 * 4099, 30_030];
  it.each(NAMES)("%s", (name) => {
    const [native, scripted] = [new Arena(true), new Arena(false)];
    const different = lengths.filter((n) => transformed(native, name, n) !== transformed(scripted, name, n));
    expect(different).toEqual([]);
    expect([4 in native.passes, 4 in scripted.passes]).toEqual([true, false]);
  });
});

it("places stay what they were when the memory grows", () => {
  for (const arena of [new Arena(true), new Arena(false)]) {
    const place = arena.reserve(3);
    arena.floats.set([1, 2, 3], place);
    const next = arena.reserve(100_000);
    arena.ensure(1_000_000);
    expect([...arena.floats.subarray(place, place + 3), next % 2]).toEqual([1, 2, 3, 0]);
    expect(arena.floats.length - arena.end).toBeGreaterThanOrEqual(1_000_000);
  }
});
