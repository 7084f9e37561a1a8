/**
 * Binds a planned reduction to this thread's operands. It computes pieces in any order and writes each one to its own
 * place among the partial results.
 */
import { type DType, dtypes, type RawArray } from "../base/dtype.js";
import { storedLane } from "../ir/elements.js";
import { laneBytes } from "../ir/node.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { fillRun, moveRun } from "../ndarray/runs.js";
import { forEachRun, forEachTile, type Loop, offsetsAt } from "../ndarray/walk.js";
import { instanceRun, laneArray, scratch } from "./bound.js";
import { mergeTree, mergeValues } from "./fold-merge.js";
import { GROUP, identityOf } from "./fold-modules.js";
import { type FoldPlan, STAGE_BYTES, WIDTH_BYTES } from "./fold-plan.js";

export interface BoundFold {
  /** Computes pieces [start, end). */
  run(start: number, end: number): void;
}
type Value = number | bigint;
type Call = (...args: Value[]) => unknown;

/** Bytes of rows that are staged at once. With half or twice as many, the sum of rows took 1.05 times as long. */
const STAGED_BYTES = 65536;

/** The number of partial results. For each value they include those of all pieces, and the values follow each other. */
export const partialsOf = ({ kept, segments, modules }: FoldPlan): number => kept.size * segments * modules.length;

/** @param partials Raw elements of dtype `plan.acc`, `partialsOf(plan)` of them. */
export function bindFold(plan: FoldPlan, partials: RawArray, operands: readonly Strided[]): BoundFold {
  return new Folder(plan, partials, operands);
}

class Folder implements BoundFold {
  readonly #plan: FoldPlan;
  readonly #partials: RawArray;
  readonly #acc: DType;
  readonly #calls: readonly Call[];
  /** For "across": like `calls`, but for several rows at once, the most first, and for one row last. */
  readonly #groups: readonly { readonly rows: number; readonly calls: readonly Call[] }[];
  readonly #merge: (a: Value, b: Value) => Value;
  readonly #inputs: readonly { base: number; bytes: number; raw: RawArray; stage: RawArray; stageAt: number }[];
  readonly #accumulators: RawArray;
  readonly #means: RawArray;

  constructor(plan: FoldPlan, partials: RawArray, operands: readonly Strided[]) {
    this.#plan = plan;
    this.#partials = partials;
    this.#acc = plan.acc;
    this.#merge = mergeValues(plan.merge, this.#acc);
    const width = WIDTH_BYTES / dtypes[this.#acc].bytes;
    // The accumulators, the means, and the staged inputs.
    const area = scratch(2 * WIDTH_BYTES + operands.length * STAGE_BYTES);
    const memories: WebAssembly.Memory[] = [];
    this.#inputs = operands.map(({ elements: { memory, dtype, byteOffset, length } }, i) => {
      const block = blockOf(memory);
      if (!plan.staged) memories[plan.memories[i]!] = block.memory!;
      const lane = storedLane(dtype);
      const stageAt = 2 * WIDTH_BYTES + i * STAGE_BYTES;
      return {
        base: byteOffset,
        bytes: laneBytes(lane),
        raw: laneArray(lane, block.buffer, byteOffset, length),
        stage: laneArray(lane, area.buffer, stageAt, STAGE_BYTES / laneBytes(lane)),
        stageAt,
      };
    });
    this.#accumulators = laneArray(storedLane(this.#acc), area.buffer, 0, width);
    this.#means = laneArray(storedLane(this.#acc), area.buffer, WIDTH_BYTES, width);
    if (plan.staged || !plan.along) memories.push(area.memory);
    const callsOf = (modules: readonly WebAssembly.Module[]) => modules.map((one) => instanceRun(one, memories));
    this.#calls = callsOf(plan.modules);
    const groups = plan.groups.map(({ rows, modules }) => ({ rows, calls: callsOf(modules) }));
    this.#groups = [...groups, { rows: 1, calls: this.#calls }];
  }

  run(start: number, end: number): void {
    const { along, segments, reduced, staged } = this.#plan;
    const isPlain = along && reduced.shape.length === 1;
    if (isPlain && segments === 1 && !staged) {
      this.#wholeRows(start, end);
    } else if (isPlain) {
      this.#partsOfRows(start, end);
    } else {
      for (let unit = start; unit < end; unit++) {
        if (along) this.#along(unit);
        else this.#across(unit);
      }
    }
  }

  /** Folds results that are one run each. */
  #wholeRows(start: number, end: number): void {
    const { kept, reduced } = this.#plan;
    const along = reduced.strides.map((one) => one[0]!);
    const args: Value[] = [1, reduced.size, ...this.#inputs.flatMap(({ bytes }, i) => [0, 0, along[i]! * bytes])];
    const fold = callWith(args);
    const steps = kept.strides.map((one) => one.at(-1)!);
    const turned = reduced.offsets.map((offset, i) => offset - kept.offsets[i]!); // not 0 if axes are walked backwards
    let result = start;
    forEachRun(kept, start, end, (at, count) => {
      for (let n = 0; n < count; n++, result++) {
        for (let i = 0; i < steps.length; i++) {
          const { base, bytes } = this.#inputs[i]!;
          args[2 + 3 * i] = base + (at[i]! + turned[i]! + n * steps[i]!) * bytes;
        }
        this.#fold(result, reduced.size, fold);
      }
    });
  }

  /** Folds pieces that are parts of one run each. */
  #partsOfRows(start: number, end: number): void {
    const { reduced, segment, segments, merge, staged } = this.#plan;
    const steps = reduced.strides.map((one) => one[0]!);
    const args: Value[] = [1, 0, ...this.#inputs.flatMap(({ bytes }, i) => [0, 0, (staged ? 1 : steps[i]!) * bytes])];
    const fold = callWith(args);
    // What no further piece can change: after the first true element, the rest need not be read.
    const absorbing = merge === "or" ? 1 : merge === "and" ? 0 : undefined;
    let result = -1;
    let first: readonly number[] = [];
    for (let unit = start; unit < end; unit++) {
      const from = (unit % segments) * segment;
      if (Math.floor(unit / segments) !== result) {
        result = Math.floor(unit / segments);
        first = this.#loopOf(result).offsets;
      }
      const count = Math.min(segment, reduced.size - from);
      args[1] = count;
      for (let i = 0; i < steps.length; i++) {
        args[2 + 3 * i] = this.#pieceOf(i, first[i]! + from * steps[i]!, steps[i]!, count);
      }
      this.#fold(unit, count, fold);
      if (this.#partials[unit] === absorbing) {
        const last = Math.min(end, (result + 1) * segments);
        this.#partials.fill(absorbing as number, unit + 1, last);
        unit = last - 1;
      }
    }
  }

  /** Computes all values of one piece, each with its module. */
  #fold(unit: number, size: number, fold: (call: Call, mean?: Value) => Value): void {
    const { kept, segments } = this.#plan;
    const plane = kept.size * segments;
    const calls = this.#calls;
    const first = fold(calls[0]!);
    this.#partials[unit] = first as number;
    if (calls.length === 1) return;
    let count: Value = size;
    if (calls.length > 2) this.#partials[unit + plane] = count = fold(calls[1]!) as number;
    const last = calls.length - 1;
    this.#partials[unit + last * plane] = fold(calls[last]!, Number(first) / Number(count)) as number;
  }

  /** The reduced loop of one result, or of the first result of a row. */
  #loopOf(result: number): Loop {
    const { kept, reduced } = this.#plan;
    const base = offsetsAt(kept, result);
    const { shape, strides, size } = reduced;
    return { shape, strides, size, offsets: reduced.offsets.map((offset, i) => offset + base[i]! - kept.offsets[i]!) };
  }

  /** Folds one piece of one result. */
  #along(unit: number): void {
    const { reduced, segment, segments } = this.#plan;
    const from = (unit % segments) * segment;
    const to = Math.min(from + segment, reduced.size);
    const loop = this.#loopOf(Math.floor(unit / segments));
    this.#fold(unit, to - from, (call, mean) =>
      this.#foldTiles(loop, from, to, mean === undefined ? call : (...args) => call(...args, mean)),
    );
  }

  /** Makes integers unsigned if the dtype is, because WebAssembly returns all integers as signed. */
  #unsigned(value: Value): Value {
    if (this.#acc === "uint32") return (value as number) >>> 0;
    return this.#acc === "uint64" ? BigInt.asUintN(64, value as bigint) : value;
  }

  #foldTiles(loop: Loop, from: number, to: number, call: Call): Value {
    const across = loop.strides.map((one) => (one.length > 1 ? one.at(-2)! : 0));
    const along = loop.strides.map((one) => one.at(-1)!);
    const tiles: Value[] = [];
    forEachTile(loop, from, to, (rows, count, at) => {
      const places = at.flatMap((offset, i) => this.#place(i, offset, rows, across[i]!, count, along[i]!));
      tiles.push(this.#unsigned(call(rows, count, ...places) as Value));
    });
    return mergeTree(tiles, tiles.length, this.#merge);
  }

  /** The address of a piece that is one run of an input: in place, or where it was copied to. */
  #pieceOf(input: number, offset: number, step: number, count: number): number {
    const { base, bytes, raw, stage, stageAt } = this.#inputs[input]!;
    if (!this.#plan.staged) return base + offset * bytes;
    moveRun(stage, 0, 1, raw, offset, step, count);
    return stageAt;
  }

  /** Pointer, row step and element step of an input in bytes: in place, or where it was copied to. */
  #place(input: number, offset: number, rows: number, rowStep: number, count: number, step: number): number[] {
    const { base, bytes, raw, stage, stageAt } = this.#inputs[input]!;
    if (!this.#plan.staged) return [base + offset * bytes, rowStep * bytes, step * bytes];
    if (step === 1 && rowStep === count) moveRun(stage, 0, 1, raw, offset, 1, rows * count);
    else for (let row = 0; row < rows; row++) moveRun(stage, row * count, 1, raw, offset + row * rowStep, step, count);
    return [stageAt, count * bytes, bytes];
  }

  /** Folds one piece of a row of results. */
  #across(unit: number): void {
    const { kept, reduced, segment, segments, width, merge } = this.#plan;
    const columns = kept.shape.at(-1)!;
    const blocks = Math.ceil(columns / width);
    const piece = unit % segments;
    const block = Math.floor(unit / segments) % blocks;
    const first = Math.floor(unit / segments / blocks) * columns + block * width;
    const count = Math.min(width, columns - block * width);
    const from = piece * segment;
    const to = Math.min(from + segment, reduced.size);
    const loop = this.#loopOf(first);
    const { bytes } = dtypes[this.#acc];
    const rows: RawArray[] = [];
    for (const which of this.#calls.keys()) {
      const isLast = which > 0 && which === this.#calls.length - 1;
      if (isLast) for (let i = 0; i < count; i++) this.#means[i] = rows[0]![i]! / (rows[1]?.[i] ?? to - from);
      const mean = isLast ? [WIDTH_BYTES, 0, bytes] : [];
      fillRun(this.#accumulators, identityOf(merge, this.#acc) as number, 0, count);
      this.#accumulateRows(loop, from, to, count, which, mean);
      const at = (which * segments + piece) * kept.size + first;
      this.#partials.set(this.#accumulators.subarray(0, count) as ArrayLike<number>, at);
      rows.push(this.#partials.subarray(at, at + count));
    }
  }

  /** Accumulates rows of the inputs, in place or staged. */
  #accumulateRows(loop: Loop, from: number, to: number, count: number, which: number, mean: readonly number[]): void {
    const { kept, staged } = this.#plan;
    const steps = kept.strides.map((one) => one.at(-1)!);
    const down = loop.strides.map((one) => one.at(-1)!);
    const most = staged ? stagedRows(count) : Number.POSITIVE_INFINITY;
    forEachRun(loop, from, to, (at, length) => {
      for (let row = 0; row < length; row += most) {
        const rows = Math.min(most, length - row);
        const places = at.map((offset, i) => this.#place(i, offset + row * down[i]!, rows, down[i]!, count, steps[i]!));
        this.#addRows(places, rows, count, which, mean);
      }
    });
  }

  /** Accumulates rows at these places, in passes of as many rows as possible. */
  #addRows(places: readonly number[][], rows: number, count: number, which: number, mean: readonly number[]): void {
    const { bytes } = dtypes[this.#acc];
    let done = 0;
    for (const { rows: group, calls } of this.#groups) {
      const passes = Math.floor((rows - done) / group);
      if (passes === 0) continue;
      const args = [passes, count, 0, 0, bytes];
      for (let r = 0; r < group; r++) {
        for (const [pointer, rowStep, step] of places)
          args.push(pointer! + (done + r) * rowStep!, group * rowStep!, step!);
      }
      calls[which]!(...args, ...mean);
      done += passes * group;
    }
  }
}

/** Rows that are staged at once: whole groups, because the bits must not depend on staging. */
const stagedRows = (count: number): number => Math.max(GROUP, Math.floor(STAGED_BYTES / 8 / count / GROUP) * GROUP);

/** Calls a kernel with arguments that are overwritten between the calls, and with a mean if it takes one. */
function callWith(args: readonly Value[]): (call: Call, mean?: Value) => Value {
  return (call, mean) => (mean === undefined ? call(...args) : call(...args, mean)) as Value;
}
