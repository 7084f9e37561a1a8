/** What is done with a line for each kind of transform: how it is loaded, transformed and stored. */
import type { Arena, Plan } from "./arena.js";
import { planOf, turnsOf } from "./plans.js";
import { completeOdd, conjugate, joinHalves, splitHalves } from "./real.js";

/** A transform of lines of one length. */
export interface Kind {
  /** The most elements of a line that are read, and how many its result has. */
  readonly reads: number;
  readonly writes: number;
  /** Whether elements and results are complex. Real elements are read as complex ones if `isComplexIn`. */
  readonly isComplexIn: boolean;
  readonly isComplexOut: boolean;
  /** Floats from one real element to the next in the line: 2 if there is a complex number for each. */
  readonly stepIn: 1 | 2;
  readonly stepOut: 1 | 2;
  /** Whether elements behind the first one are read from the end of the line to its beginning. */
  readonly isReversed: boolean;
  /** The floats of a line. */
  readonly room: number;
  readonly plan: Plan;
  /** What is done to a line before and behind the transform. */
  readonly before?: (line: number) => void;
  readonly after?: (line: number) => void;
}

/** The names of the four kinds, and of the two of Hermitian signals. */
export type KindName = "fft" | "ifft" | "rfft" | "irfft" | "hfft" | "ihfft";

/** The kind of that name, whose longer side has n elements. */
export function kindOf(arena: Arena, name: KindName, n: number): Kind {
  if (name === "fft" || name === "ifft") return complexKind(arena, n, name === "ifft");
  const sign = name === "hfft" || name === "ihfft" ? -1 : 1;
  return name === "rfft" || name === "ihfft" ? toSpectrum(arena, n, sign) : toSignal(arena, n, sign);
}

/** An inverse transform is a forward one of the elements in reverse. */
const complexKind = (arena: Arena, n: number, isInverse: boolean): Kind => ({
  reads: n,
  writes: n,
  isComplexIn: true,
  isComplexOut: true,
  stepIn: 2,
  stepOut: 2,
  isReversed: isInverse,
  room: 2 * n,
  plan: planOf(arena, n),
});

function toSpectrum(arena: Arena, n: number, sign: 1 | -1): Kind {
  const h = Math.floor(n / 2);
  const isEven = n % 2 === 0;
  const shared = { reads: n, writes: h + 1, isComplexIn: false, isComplexOut: true, isReversed: false } as const;
  if (!isEven) {
    const after = (line: number) => conjugate(arena.floats, line, h + 1, sign);
    return { ...shared, stepIn: 2, stepOut: 2, room: 2 * n, plan: planOf(arena, n), after };
  }
  const turns = turnsOf(arena, n);
  const after = (line: number) => splitHalves(arena.floats, line, h, turns, sign);
  return { ...shared, stepIn: 1, stepOut: 2, room: n + 2, plan: planOf(arena, h), after };
}

function toSignal(arena: Arena, n: number, sign: 1 | -1): Kind {
  const h = Math.floor(n / 2);
  const shared = { reads: h + 1, writes: n, isComplexIn: true, isComplexOut: false, isReversed: false } as const;
  if (n % 2 === 1) {
    const before = (line: number) => completeOdd(arena.floats, line, n, sign);
    return { ...shared, stepIn: 2, stepOut: 2, room: 2 * n, plan: planOf(arena, n), before };
  }
  const turns = turnsOf(arena, n);
  const before = (line: number) => joinHalves(arena.floats, line, h, turns, sign);
  return { ...shared, stepIn: 2, stepOut: 1, room: n + 2, plan: planOf(arena, h), before };
}
