/** The WebAssembly modules of reductions: how values are merged, element by element and row by row. */
import { type DType, dtypes, isFloat } from "../base/dtype.js";
import { fromMask, storedLane } from "../ir/elements.js";
import type { Node } from "../ir/node.js";
import * as ir from "../ir/node.js";
import { compile, type Fold, type Slot, type StepKind } from "../ir/wasm.js";
import { newModule } from "./modules.js";
import { quickExtreme } from "./quick-extremes.js";

/** How two partial results are merged. */
export type Merge = "add" | "mul" | "min" | "max" | "or" | "and";

/** What a reduction computes: one or more values per element, in the lanes of `acc`, each merged over all elements. */
export interface FoldProgram {
  readonly key: string;
  readonly inputs: readonly DType[];
  readonly merge: Merge;
  /** The dtype of partial results. */
  readonly acc: DType;
  /**
   * Each function gives a value of the element whose operands are in slots `first`, `first + 1`, …, or a mask, which
   * counts as 1 or 0. The first value is the one to merge. If there are more, they are whether the element counts
   * (unless all do) and, last, the squared distance to the mean of the piece, which is known by then.
   */
  readonly values: readonly ((first: number, mean: Node) => Node)[];
}

/**
 * Rows that are merged with each other first and then with the accumulators, so that an accumulator is added to a
 * quarter as often.
 */
export const GROUP = 4;

/** The operation that merges two values, and its identity. */
function mergeOf(merge: Merge, acc: DType): { combine: (a: Node, b: Node) => Node; identity: number | bigint } {
  const { kind, bytes } = dtypes[acc];
  const bits = BigInt(8 * bytes);
  const lowest = kind === "f" ? Number.NEGATIVE_INFINITY : kind === "u" ? 0n : -(2n ** (bits - 1n));
  const greatest = kind === "f" ? Number.POSITIVE_INFINITY : kind === "u" ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
  switch (merge) {
    case "add":
      return { combine: ir.add, identity: 0 };
    case "mul":
      return { combine: ir.mul, identity: 1 };
    case "min":
      return { combine: kind === "f" ? keepingNaN(ir.pmin) : ir.min, identity: greatest };
    case "max":
      return { combine: kind === "f" ? keepingNaN(ir.pmax) : ir.max, identity: lowest };
    case "or":
      return { combine: ir.or, identity: 0 };
    case "and":
      return { combine: ir.and, identity: 1 };
  }
}
/**
 * A minimum or maximum that stays NaN after the first NaN. It takes three machine instructions, where `f64x2.max` takes
 * eight. `pick` returns its first operand if that is NaN; if the second operand is NaN, all bits of the result are set.
 */
const keepingNaN =
  (pick: (a: Node, b: Node) => Node) =>
  (a: Node, b: Node): Node => {
    const lane = a.type === "f32" ? "i32" : "i64";
    const allBits = ir.reinterpret(ir.ne(b, b), lane);
    return ir.reinterpret(ir.or(ir.reinterpret(pick(a, b), lane), allBits), a.type);
  };

/** The result for no elements, as a value of a partial result. */
export const identityOf = (merge: Merge, acc: DType): number | bigint => {
  const { identity } = mergeOf(merge, acc);
  return ir.isBigLane(storedLane(acc)) ? BigInt(identity) : Number(identity);
};

/** By program, and in it by the layout of the operands, the modules for its values. */
const known = new WeakMap<FoldProgram, Map<string, readonly WebAssembly.Module[]>>();

/**
 * The modules of a program for one layout of its operands, one for each value.
 *
 * @param rows The rows of one pass for "across"; 0 for "along".
 */
export function modulesOf(
  program: FoldProgram,
  kinds: readonly StepKind[],
  memories: readonly number[],
  rows: number,
  isStaged: boolean,
): readonly WebAssembly.Module[] {
  const ofProgram = known.get(program) ?? new Map<string, readonly WebAssembly.Module[]>();
  known.set(program, ofProgram);
  const layout = `${rows} ${kinds} ${memories} ${isStaged}`;
  let modules = ofProgram.get(layout);
  if (!modules) {
    modules = program.values.map((_, i) => moduleOf(program, i, kinds, memories, rows, isStaged));
    ofProgram.set(layout, modules);
  }
  return modules;
}

function moduleOf(
  program: FoldProgram,
  which: number,
  kinds: readonly StepKind[],
  memories: readonly number[],
  rows: number,
  isStaged: boolean,
): WebAssembly.Module {
  const { inputs, values, acc } = program;
  const lane = storedLane(acc);
  const slots = inputs.map((dtype, i): Slot => ({ type: storedLane(dtype), kind: kinds[i]!, memory: memories[i]! }));
  const usesMean = which > 0 && which === values.length - 1;
  const value = values[which]!;
  if (rows === 0) {
    const result = value(0, ir.param(0, lane));
    return newModule(compile({ slots, params: usesMean ? [lane] : [], result, fold: foldOf(program, result) }));
  }
  const inScratch: Slot = { type: lane, kind: "run", memory: isStaged ? 0 : Math.max(...memories) + 1 };
  const allRows = Array.from({ length: rows }, () => slots).flat();
  const mean = ir.load(rows * slots.length + 1, lane);
  const each = Array.from({ length: rows }, (_, row) => value(1 + row * slots.length, mean));
  const result = addedRows(program, each);
  return newModule(compile({ slots: [inScratch, ...allRows, ...(usesMean ? [inScratch] : [])], params: [], result }));
}

/** How values of these lanes are folded. Masks stay masks, because lanes of another width would cost a shuffle each. */
function foldOf({ merge, acc }: FoldProgram, result: Node): Fold | "count" {
  const lane = result.type;
  if (ir.isMask(lane) && merge === "add") return "count";
  const { combine, identity } = mergeOf(merge, acc);
  return {
    combine: combine(ir.load(0, lane), ir.load(1, lane)),
    identity: ir.constant(identity, lane),
    isPairwise: merge === "add" && isFloat(acc),
    quick: (merge === "min" || merge === "max") && result.op === "load" ? quickExtreme(merge, result) : undefined,
  };
}

/** The accumulators, merged with the values of several rows: group by group, and each group by halves. */
function addedRows({ merge, acc }: FoldProgram, rows: readonly Node[]): Node {
  const lane = storedLane(acc);
  const { combine } = mergeOf(merge, acc);
  const isKept = merge !== "add"; // whether two masks give a mask
  const inLanes = (a: Node) => (ir.isMask(a.type) ? fromMask(a, lane) : a);
  const both = (a: Node, b: Node) =>
    isKept && ir.isMask(a.type) && ir.isMask(b.type) ? combine(a, b) : combine(inLanes(a), inLanes(b));
  const merged = (group: readonly Node[]): Node => {
    const half = group.length / 2;
    return half < 1 ? group[0]! : both(merged(group.slice(0, half)), merged(group.slice(half)));
  };
  let sum = ir.load(0, lane);
  for (let row = 0; row < rows.length; row += GROUP) sum = both(sum, merged(rows.slice(row, row + GROUP)));
  return sum;
}
