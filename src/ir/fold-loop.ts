/** Writes the loop of a fold: accumulators that stay in registers, and how they become one value. Used by `wasm.ts`. */
import { BLOCK, BlockSums } from "./block-sums.js";
import { type Code, I32, V128 } from "./encode.js";
import { isMask, type LaneType, laneBytes, type Node } from "./node.js";
import { ANY_TRUE, BITMASK, laneRow, SHUFFLE, simdOpcode, V128_CONST } from "./opcodes.js";
import type { Operations } from "./operations.js";

/** How the results of all elements are combined to one. */
export interface Fold {
  /** Combines two results, which are `load(0)` and `load(1)`. */
  readonly combine: Node;
  /** A constant that leaves every result unchanged. */
  readonly identity: Node;
  /** Whether blocks of elements are folded by themselves and then combined in pairs, as sums of floats should be. */
  readonly isPairwise: boolean;
  /** A faster way to the same value, if no element is one of a few. If one is, all elements are folded once more. */
  readonly quick?: QuickFold | undefined;
}

/** A fold that some elements would spoil, and how these are noticed. */
export interface QuickFold extends Pick<Fold, "combine" | "identity"> {
  /** What is combined of one element, in other lanes of the same width. */
  readonly result: Node;
  /** Unsigned words of 32 bits: the largest of all elements shows whether one of them spoils the fold. */
  readonly watched: Node;
  /** A mask that is set for such a word, which is `load(0)`. */
  readonly spoils: Node;
  /** The combination, which is `load(0)`, in the lanes of the result. */
  readonly back: Node;
}

/** The loop over rows that a fold or a scan is written into. */
export interface RowLoop {
  readonly code: Code;
  readonly operations: Operations;
  readonly lanes: number;
  /** The local that counts the elements of the row that are left. */
  readonly left: number;
  /** Writes a loop over the rows. */
  rows(row: () => void): void;
  /** Repeats `turn` while enough elements of the row are left for `vectors` vectors of `lanes` elements. */
  turns(lanes: number, vectors: number, turn: () => void): void;
  /** Pushes the result of vector `v` of a turn, or the values of other nodes, of which the last is on top. */
  result(lanes: number, v: number, nodes?: readonly Node[]): void;
  /** Stores what `value` pushes as vector `v` of a turn of slot 0. */
  store(lanes: number, v: number, value: () => void): void;
  /** The local of a number that is passed to the call. */
  param(index: number): number;
  /** The local that holds the address of a slot. */
  cursor(slot: number): number;
  /** Advances the operands to the next vector or the next turn. */
  stepOn(lanes: number, vectors: number, v: number): void;
  /** Remembers where the loop begins. What is returned writes that it begins there again. */
  mark(): () => void;
  /** Pushes the value of a node whose loads are replaced by `operands`. */
  combined(node: Node, operands: readonly (() => void)[]): void;
}

/**
 * Vectors per turn, each with an accumulator of its own. Eight hide the latency of a minimum that keeps NaN, which is
 * three instructions: for 100,000 float64 they take 29 µs, four take 36. An addition is one instruction, for which four
 * are enough, and four are the order of NumPy's sums: eight lanes of float64.
 */
const ACCUMULATORS = 8;
const PAIRWISE_ACCUMULATORS = 4;
/** Vectors of watched words. With these, the accumulators and two more, all registers are in use. */
const WATCHES = 4;

/**
 * Folds into several vectors, and into one more whose lowest lane takes the elements left over at the ends of
 * rows. At the end of a block, or of all elements, neighbours are merged until one is left, then its lanes, and then
 * the one for the rest. The value is left on the stack, as a scalar.
 */
export function writeFold(loop: RowLoop, fold: Fold): void {
  const { isPairwise, quick } = fold;
  const { code } = loop;
  const sums = Array.from({ length: isPairwise ? PAIRWISE_ACCUMULATORS : ACCUMULATORS }, () => code.local(V128));
  const accumulators = { sums, rest: code.local(V128), next: code.local(V128), total: sums[0]! };
  const whole = new FoldWriter(loop, fold, accumulators);
  if (quick) {
    const { total } = accumulators;
    const again = loop.mark();
    const watches = Array.from({ length: WATCHES }, () => code.local(V128));
    new FoldWriter(loop, quick, accumulators, { nodes: [quick.watched, quick.result], words: watches }).writeAll();
    loop.combined(quick.back, [() => code.get(total)]);
    code.set(total);
    for (const other of watches.slice(1)) maxOfWords(code.get(watches[0]!).get(other)).set(watches[0]!);
    loop.combined(quick.spoils, [() => code.get(watches[0]!)]);
    code.simd(ANY_TRUE).if(() => {
      again();
      whole.writeAll();
    });
  } else if (isPairwise) {
    whole.writePairwise();
  } else {
    whole.writeAll();
  }
  whole.pushTotal();
}

const maxOfWords = (code: Code): Code => code.simd(simdOpcode("max", "u32"));

/** Locals of vectors: accumulators, one for the elements that are left over, the next value, and the result. */
interface Accumulators {
  readonly sums: readonly number[];
  readonly rest: number;
  readonly next: number;
  readonly total: number;
}
/** Nodes to compute for each element, of which the first is watched and the last combined. */
interface Watched {
  readonly nodes: readonly Node[];
  readonly words: readonly number[];
}

/** Writes one way to fold. */
class FoldWriter {
  readonly #loop: RowLoop;
  readonly #fold: Pick<Fold, "combine" | "identity">;
  readonly #at: Accumulators;
  readonly #watched: Watched | undefined;

  constructor(loop: RowLoop, fold: Pick<Fold, "combine" | "identity">, at: Accumulators, watched?: Watched) {
    this.#loop = loop;
    this.#fold = fold;
    this.#at = at;
    this.#watched = watched;
  }

  /** Folds all elements into the lowest lane of the total. */
  writeAll(): void {
    const { code } = this.#loop;
    for (const word of this.#watched?.words ?? []) code.simd(V128_CONST, ...new Uint8Array(16)).set(word);
    this.#begin();
    this.#loop.rows(() => this.#run());
    this.#end();
  }

  /** The same by blocks, whose values are combined in pairs. */
  writePairwise(): void {
    const { code, operations } = this.#loop;
    const { total } = this.#at;
    const zero = () => operations.constant(this.#fold.identity);
    const blocks = new BlockSums(code, zero, (into, other) => this.#merge(into, () => code.get(other)));
    this.#begin();
    inBlocks(
      this.#loop,
      () => this.#run(),
      () => {
        this.#end();
        blocks.push(total);
        this.#begin();
      },
    );
    this.#end();
    blocks.total(total);
  }

  /** Leaves the total on the stack, as a scalar. */
  pushTotal(): void {
    const { code } = this.#loop;
    const { type } = this.#fold.identity;
    const { extractS, extractU } = laneRow(type);
    code.get(this.#at.total);
    if (isMask(type))
      code.simd(laneRow("u8").extractU, 0).i32(1).emit(0x71); // i32.and
    else code.simd(type[0] === "u" ? extractU : extractS, 0);
  }

  #begin(): void {
    const { sums, rest } = this.#at;
    for (const sum of [...sums, rest]) this.#loop.operations.constant(this.#fold.identity).set(sum);
  }

  #run(): void {
    const { lanes } = this.#loop;
    const { sums, rest } = this.#at;
    this.#loop.turns(lanes, sums.length, () => {
      for (const [v, sum] of sums.entries()) {
        this.#merge(sum, () => this.#result(lanes, v));
        this.#loop.stepOn(lanes, sums.length, v);
      }
    });
    this.#loop.turns(1, 1, () => {
      this.#merge(rest, () => this.#result(1, 0));
      this.#loop.stepOn(1, 1, 0);
    });
  }

  /** Pushes what is combined of vector `v`. */
  #result(lanes: number, v: number): void {
    const { code } = this.#loop;
    const { next } = this.#at;
    this.#loop.result(lanes, v, this.#watched?.nodes);
    if (!this.#watched) return;
    const word = this.#watched.words[v % WATCHES]!;
    code.set(next).get(word);
    maxOfWords(code).set(word).get(next);
  }

  #merge(into: number, other: () => void): void {
    const { code } = this.#loop;
    const { next } = this.#at;
    other();
    code.set(next); // in a local, because the combination may use it more than once
    this.#loop.combined(this.#fold.combine, [() => code.get(into), () => code.get(next)]);
    code.set(into);
  }

  /** Merges all accumulators into the lowest lane of the first one. */
  #end(): void {
    const { code, lanes } = this.#loop;
    const { sums, rest, total } = this.#at;
    const width = laneBytes(this.#fold.identity.type);
    for (let apart = 1; apart < sums.length; apart *= 2) {
      for (let v = 0; v < sums.length; v += 2 * apart) this.#merge(sums[v]!, () => code.get(sums[v + apart]!));
    }
    for (let half = lanes / 2; half >= 1; half /= 2) {
      const moved = Array.from({ length: 16 }, (_, i) => (i + half * width) % 16);
      this.#merge(total, () =>
        code
          .get(total)
          .get(total)
          .simd(SHUFFLE, ...moved),
      );
    }
    this.#merge(total, () => code.get(rest));
  }
}

/** Vectors per turn of a count or a search. A count has a scalar instruction for each vector, so more gain nothing. */
const COUNTED = 4;

/** Counts the elements whose result, a mask, is true. The count is left on the stack. */
export function writeCount(loop: RowLoop, mask: LaneType): void {
  const { code, lanes } = loop;
  const counts = Array.from({ length: COUNTED }, () => code.local(I32));
  const total = counts[0]!;
  loop.rows(() => {
    for (const [width, vectors] of [
      [lanes, COUNTED],
      [1, 1],
    ] as const) {
      loop.turns(width, vectors, () => {
        for (let v = 0; v < vectors; v++) {
          code.get(counts[v]!);
          loop.result(width, v);
          code.simd(BITMASK[laneBytes(mask)]!);
          if (width * laneBytes(mask) < 16) code.i32(2 ** width - 1).emit(0x71); // i32.and
          code.emit(0x69, 0x6a).set(counts[v]!); // i32.popcnt, i32.add
          loop.stepOn(width, vectors, v);
        }
      });
    }
  });
  for (const other of counts.slice(1)) code.advance(total, { local: other });
  code.get(total);
}

/** Repeats `run` for parts of rows, and `close` after every `BLOCK` elements. */
function inBlocks({ code, left, rows }: RowLoop, run: () => void, close: () => void): void {
  const [room, after] = [code.local(I32), code.local(I32)];
  code.i32(BLOCK).set(room);
  rows(() => {
    code.get(left).set(after);
    code.while(
      () => code.get(after),
      () => {
        // The smaller of `after` and `room`, which are unsigned.
        code.get(after).get(room).get(after).get(room).emit(0x49, 0x1b).set(left); // i32.lt_u, select
        for (const count of [after, room]) code.get(count).get(left).emit(0x6b).set(count); // i32.sub
        run();
        code.get(room).emit(0x45); // i32.eqz
        code.if(() => {
          close();
          code.i32(BLOCK).set(room);
        });
      },
    );
  });
}

/**
 * Searches one row for the first element whose result, a mask, is true. The number of elements that are left at the
 * turn that contains it is left on the stack; if no turn does, the number of those after the last turn.
 */
export function writeFind(loop: RowLoop): void {
  const { code, lanes, left } = loop;
  const [found, at] = [code.local(V128), code.local(I32)];
  loop.rows(() => {
    loop.turns(lanes, COUNTED, () => {
      for (let v = 0; v < COUNTED; v++) {
        loop.result(lanes, v);
        if (v > 0) code.get(found).simd(simdOpcode("or", "m8"));
        code.set(found);
        loop.stepOn(lanes, COUNTED, v);
      }
      code.get(found).simd(ANY_TRUE);
      code.if(() =>
        code
          .get(left)
          .set(at)
          .i32(lanes * COUNTED) // so that none are left, and this turn is the last
          .set(left),
      );
    });
    code.get(at).emit(0x45); // i32.eqz
    code.if(() => code.get(left).set(at));
  });
  code.get(at);
}
