/**
 * The memory of this thread's transforms: tables of plans from its beginning on, and behind them lines and work arrays,
 * whose content is valid during one run. Places in it are counted in floats. If the engine has vectors, there is an
 * instance on it that has the most common passes.
 */
import { FFT_RADICES, fftModule } from "../ir/fft-kernels.js";
import { hasSimd } from "../ir/support.js";
import { allocate, PAGE } from "../memory/blocks/heap.js";
import { rootsOfUnity } from "./roots.js";

/** A pass from one place to another. See passes.ts. */
export type Run = (from: number, to: number, groups: number, run: number, twiddles: number) => void;

/** How forward transforms of one length are computed. Places are in the arena, and numbers are pairs of floats. */
export interface Plan {
  /** The count of complex numbers. */
  readonly length: number;
  /** The floats that a transform needs as work arrays. */
  readonly room: number;
  /** Transforms the numbers at a place. The result may be at the same place, but not in the work arrays. */
  run(input: number, works: number, output: number): void;
}

/** The most bytes that a thread keeps between transforms. If it has more, it begins anew with the next one. */
const MOST_KEPT = 2 ** 28;
/** A longer transform may need more memory than an instance reaches. */
const LONGEST_NATIVE = 2 ** 23;

/** The memory, and what is in it. */
export class Arena {
  /** All of the memory. It is another array after `reserve` and `ensure`. */
  floats: Float64Array = new Float64Array(0);
  /** The passes of the instance on this memory, by radix. They take addresses in bytes. */
  passes: Readonly<Record<number, Run | undefined>> = {};
  readonly plans = new Map<number, Plan>();
  /** The roots of unity for real transforms, by length. */
  readonly turns = new Map<number, number>();
  readonly #isNative: boolean;
  #end = 0;

  constructor(isNative: boolean) {
    this.#isNative = isNative;
  }

  /** Where tables end: the place of the first line. */
  get end(): number {
    return this.#end;
  }
  /** A place for a table of so many floats. */
  reserve(count: number): number {
    const place = this.#end;
    this.ensure(count);
    this.#end = place + 2 * Math.ceil(count / 2);
    return place;
  }
  /** Makes sure that there are so many floats behind the tables. */
  ensure(count: number): void {
    const needed = this.#end + count + 2;
    if (needed <= this.floats.length) return;
    const bytes = PAGE * Math.ceil((10 * needed) / PAGE); // a quarter more
    const before = this.floats.subarray(0, this.#end);
    const { buffer, memory } = this.#isNative ? allocate(bytes) : { buffer: new ArrayBuffer(bytes), memory: undefined };
    this.floats = new Float64Array(buffer, 0, bytes / 8);
    this.floats.set(before);
    this.passes = memory ? passesOn(memory) : {};
  }
}

function passesOn(memory: WebAssembly.Memory): Record<number, Run> {
  const { exports } = new WebAssembly.Instance(moduleOfPasses(), { memory: { "0": memory } });
  return Object.fromEntries(FFT_RADICES.map((radix) => [radix, exports[`pass${radix}`] as Run]));
}

let compiled: WebAssembly.Module | undefined;
function moduleOfPasses(): WebAssembly.Module {
  const rootOf = (radix: number, j: number): readonly [number, number] => {
    const roots = rootsOfUnity(radix);
    return [roots[2 * j]!, -roots[2 * j + 1]!];
  };
  compiled ??= new WebAssembly.Module(fftModule(rootOf));
  return compiled;
}

let kept: Arena | undefined;

/** Calls `use` with the arena for transforms of up to that length. No other transform of the thread may be running. */
export function withArena<T>(length: number, use: (arena: Arena) => T): T {
  if (length > LONGEST_NATIVE) return use(new Arena(false));
  kept ??= new Arena(hasSimd);
  const arena = kept;
  try {
    return use(arena);
  } finally {
    if (arena.floats.byteLength > MOST_KEPT) kept = undefined;
  }
}
