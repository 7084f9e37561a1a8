/**
 * The memory of this thread's transforms: tables of plans from its beginning on, and behind them lines and work arrays,
 * whose content is valid during one run. Places in it are counted in floats. If the engine has vectors, it is the memory
 * of an instance that has the most common passes.
 */
import { FFT_RADICES, fftModule } from "../ir/fft-kernels.js";
import { hasSimd } from "../ir/support.js";
import type { Plan } from "./mixed.js";
import { rootsOfUnity } from "./roots.js";

/** A pass from one place to another. See passes.ts. */
export type Run = (from: number, to: number, groups: number, run: number, twiddles: number) => void;

/** The most bytes that a thread keeps between transforms. If it has more, it begins anew with the next one. */
const MOST_KEPT = 2 ** 28;
/** A longer transform may need more memory than an instance reaches. */
const LONGEST_NATIVE = 2 ** 23;
const PAGE = 65536;
const MOST_PAGES = 65536;

/** The memory, and what is in it. */
export class Arena {
  /** All of the memory. It is another array after `reserve` and `ensure`. */
  floats: Float64Array = new Float64Array(0);
  readonly plans = new Map<number, Plan>();
  /** The roots of unity for real transforms, by length. */
  readonly turns = new Map<number, number>();
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #passes = new Map<number, Run>();
  #end = 0;

  constructor(isNative: boolean) {
    if (!isNative) return;
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
    const { exports } = new WebAssembly.Instance(moduleOfPasses(), { memory: { "0": this.#memory } });
    for (const radix of FFT_RADICES) {
      const pass = exports[`pass${radix}`] as Run;
      this.#passes.set(radix, (from, to, groups, run, twiddles) => pass(8 * from, 8 * to, groups, run, 8 * twiddles));
    }
  }

  /** Where tables end: the place of the first line. */
  get end(): number {
    return this.#end;
  }
  get byteLength(): number {
    return this.floats.byteLength;
  }
  /** The pass of that radix, if the instance has it. */
  passOf(radix: number): Run | undefined {
    return this.#passes.get(radix);
  }
  /** A place for a table of so many floats. */
  reserve(count: number): number {
    const place = this.#end;
    this.ensure(count);
    this.#end = place + 2 * Math.ceil(count / 2);
    return place;
  }
  /** Makes sure that there are so many floats behind the tables, and some more. */
  ensure(count: number): void {
    const bytes = 8 * (this.#end + count + 2);
    const { byteLength } = this;
    if (bytes <= byteLength) return;
    const pages = Math.ceil(bytes / PAGE);
    if (this.#memory) {
      this.#memory.grow(pages - this.#memory.buffer.byteLength / PAGE);
      this.floats = new Float64Array(this.#memory.buffer);
    } else {
      const longer = new Float64Array((pages * PAGE) / 8);
      longer.set(this.floats);
      this.floats = longer;
    }
  }
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
    if (arena.byteLength > MOST_KEPT) kept = undefined;
  }
}
