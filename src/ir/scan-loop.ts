/** Writes the loop of a running sum or product: every element is combined with all before it. Used by `wasm.ts`. */
import { type Code, I64, V128 } from "./encode.js";
import type { RowLoop } from "./fold-loop.js";
import { constant, isBigLane, type LaneType, type Node } from "./node.js";
import { laneRow, SHUFFLE } from "./opcodes.js";

/** How the elements of a row are accumulated. */
export interface Scan {
  /** Combines what was accumulated, `load(0)`, with an element, `load(1)`. Both are as slot 0 stores them. */
  readonly combine: Node;
}

/** Elements per turn. The time is that of one operation after the other, so more of them would gain nothing. */
const TURN = 4;

/** The locals of a scan: a value that every result is combined with, what was accumulated, and the next element. */
interface Locals {
  readonly carry: number;
  readonly sum: number;
  readonly next: number;
}

/**
 * The two last params are a value that every result is combined with and the value that every row begins with. What was
 * accumulated in the last row is left on the stack, as a scalar: a long row may be continued with it.
 *
 * @param areRuns whether elements are adjacent in all operands
 */
export function writeScan(loop: RowLoop, { combine }: Scan, type: LaneType, areRuns: boolean): void {
  const { code } = loop;
  const { splat, extractS, extractU } = laneRow(type);
  const [first, carry, sum, next] = [code.local(V128), code.local(V128), code.local(V128), code.local(V128)];
  for (const [i, local] of [carry, first].entries()) code.get(loop.param(i)).simd(splat).set(local);
  code.get(first).set(sum);
  const combined = (a: number, b: number) => loop.combined(combine, [() => code.get(a), () => code.get(b)]);
  loop.rows(() => {
    code.get(first).set(sum);
    if (areRuns && isBigLane(type)) {
      if (combine.op === "mul") writeProducts(loop, type, { carry, sum, next });
      else writePairs(loop, combined, { carry, sum, next });
    }
    for (const vectors of [TURN, 1]) {
      loop.turns(1, vectors, () => {
        for (let v = 0; v < vectors; v++) {
          loop.result(1, v);
          code.set(next); // in a local, because the combination may use it more than once
          combined(sum, next);
          code.set(sum);
          loop.store(1, v, () => combined(carry, sum));
          loop.stepOn(1, vectors, v);
        }
      });
    }
  });
  code.get(sum).simd(type[0] === "u" ? extractU : extractS, 0);
}

/**
 * Sums of integers, two at a time: first in the vector and then with all before, so that one addition after the other
 * is needed only for each vector. Integers may be added in any order.
 */
function writePairs(loop: RowLoop, combined: (a: number, b: number) => void, { carry, sum, next }: Locals): void {
  const { code, operations } = loop;
  const part = code.local(V128);
  loop.turns(2, TURN, () => {
    for (let v = 0; v < TURN; v++) {
      loop.result(2, v);
      code.set(next).get(next);
      operations
        .constant(constant(0, "i64"))
        .simd(SHUFFLE, ...UPWARDS)
        .set(part);
      combined(next, part);
      code.set(part);
      combined(sum, part);
      code.set(next);
      loop.store(2, v, () => combined(carry, next));
      code
        .get(part)
        .get(part)
        .simd(SHUFFLE, ...HIGH_TWICE)
        .set(next);
      combined(sum, next);
      code.set(sum);
      loop.stepOn(2, TURN, v);
    }
  });
}
/** The low lane as the high one, with zeros below; the high lane as both. */
const UPWARDS = [16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7];
const HIGH_TWICE = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/**
 * Products of integers, four at a time: first with each other and then with all before. They are multiplied as scalars,
 * because vectors of 64 bits take ten instructions for a product.
 */
function writeProducts(loop: RowLoop, type: LaneType, { carry, sum }: Locals): void {
  const { code } = loop;
  const { splat, extractS } = laneRow(type);
  const [plain, carried, all] = [code.local(I64), code.local(I64), code.local(I64)];
  const parts = Array.from({ length: 4 }, () => code.local(I64));
  const [a, b, c, d] = parts as [number, number, number, number];
  const product = (x: number, y: number): Code => code.get(x).get(y).emit(0x7e); // i64.mul
  code.get(sum).simd(extractS, 0).set(plain);
  code.get(carry).simd(extractS, 0).get(plain).emit(0x7e).set(carried);
  loop.turns(1, parts.length, () => {
    for (const [v, part] of parts.entries()) {
      loop.result(1, v);
      code.simd(extractS, 0).set(part);
    }
    product(c, d).set(all);
    product(a, b).set(b);
    product(b, all).set(all);
    product(b, c).set(c);
    for (const [v, part] of [a, b, c, all].entries()) {
      loop.store(1, v, () => product(carried, part).simd(splat));
    }
    product(carried, all).set(carried);
    product(plain, all).set(plain);
    loop.stepOn(1, parts.length, parts.length - 1);
  });
  code.get(plain).simd(splat).set(sum);
}
