/**
 * Recurrences: a function of two operands whose first one is its last result, as in `subtract.reduce`. Elements go
 * through this thread's scratch memory, a piece at a time, and a kernel combines those of a piece one after the other.
 */
import type { RawArray } from "../base/dtype.js";
import { evaluate } from "../compile/evaluate.js";
import type { Numbers, Program } from "../compile/program.js";
import { storedLane } from "../ir/elements.js";
import type { InOrder } from "../ir/in-order-loop.js";
import { laneBytes } from "../ir/node.js";
import { laneHelpers, loopSource } from "../ir/script.js";
import { hasSimd } from "../ir/support.js";
import { compile, type StepKind } from "../ir/wasm.js";
import { rareFunctions } from "../math/rare.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Elements } from "../ndarray/elements.js";
import type { Positions } from "../ndarray/gather.js";
import { moveRun } from "../ndarray/runs.js";
import { type Area, instanceRun, laneArray, type Run, scratch } from "./bound.js";
import { newModule } from "./modules.js";

/** Elements of a line, as lanes: where it begins in them, and how far apart they are. */
export interface LaneRow {
  readonly lanes: RawArray;
  readonly start: number;
  readonly step: number;
}
/** The elements of an array in the lanes that kernels load. */
export const lanesOf = ({ memory, dtype, byteOffset, length }: Elements): RawArray =>
  laneArray(storedLane(dtype), blockOf(memory).buffer, byteOffset, length);

/** Elements of a piece. */
const PIECE = 4096;
/**
 * Where the elements of a piece are in the scratch memory, behind the results, and where the addresses of `update` are.
 * They are not a multiple of 4 KiB apart: processors would take a load for one of the result that was just stored.
 */
const ELEMENTS_AT = 8 * PIECE + 1024;
const ADDRESSES_AT = 2 * ELEMENTS_AT;

/** A program of two operands, of which the first has the dtype of the result, bound to the scratch memory. */
export interface Recurrence {
  /** Combines a value with `count` elements, and returns the last result. */
  fold(first: number, line: LaneRow, count: number): number;
  /** The same, and stores each result in `to`. */
  accumulate(first: number, line: LaneRow, count: number, to: LaneRow): void;
  /** Combines the elements of `to` at these positions, in this order, each with the next element of the line. */
  update(to: LaneRow, positions: Positions, line: LaneRow | undefined): void;
}

/** @param numbers What a call passes to the program in addition to the operands. */
export function bindRecurrence(program: Program, numbers: Numbers = []): Recurrence {
  const [type, , of = type] = program.dtypes.map(storedLane);
  const area = scratch(ADDRESSES_AT + 4 * PIECE);
  const results = laneArray(type!, area.buffer, 0, PIECE + 1);
  const elements = laneArray(of!, area.buffer, ELEMENTS_AT, PIECE);
  const addresses = new Int32Array(area.buffer, ADDRESSES_AT, PIECE);
  const operands = program.dtypes.length - 1;
  /** The parts of a call for the second operand, in bytes or, of a JavaScript loop, in elements. */
  const [unit, element] = hasSimd ? [laneBytes(type!), [ELEMENTS_AT, 0, laneBytes(of!)]] : [1, [0, 0, 1]];
  const second = operands > 1 ? element : [];
  const run = hasSimd ? compiled(program, "adjacent", area) : scripted(program, [results, results, elements]);
  /** Combines `count` elements of the piece. Each result is stored `step` results after the last one. */
  const combine = (count: number, step: number) => {
    const apart = step * unit;
    run(1, count, apart, 0, apart, 0, 0, apart, ...second, ...numbers);
  };
  const load = (line: LaneRow, from: number, count: number) =>
    moveRun(elements, 0, 1, line.lanes, line.start + from * line.step, line.step, count);
  const forEachPiece = (count: number, piece: (from: number, length: number) => void) => {
    for (let from = 0; from < count; from += PIECE) piece(from, Math.min(PIECE, count - from));
  };
  return {
    fold(first, line, count) {
      results[0] = first;
      forEachPiece(count, (from, length) => {
        load(line, from, length);
        combine(length, 0);
      });
      return results[0]!;
    },
    accumulate(first, line, count, to) {
      results[0] = first;
      forEachPiece(count, (from, length) => {
        load(line, from, length);
        combine(length, 1);
        moveRun(to.lanes, to.start + from * to.step, to.step, results, 1, 1, length);
        results[0] = results[length]!;
      });
    },
    update({ lanes, start, step }, positions, line) {
      const places = new Places(lanes.length);
      const runAt = hasSimd ? compiled(program, "indexed", area) : undefined;
      forEachPiece(positions.length, (from, length) => {
        if (line) load(line, from, length);
        places.begin(from);
        for (let i = 0; i < length; i++) {
          const position = start + positions[from + i]! * step;
          const place = places.of(position);
          if (places.isNew) results[place] = lanes[position]!;
          addresses[i] = place * unit;
        }
        if (runAt) runAt(1, length, 0, 0, 0, 0, 0, 0, ...second, ADDRESSES_AT, 0, 4, ...numbers);
        else
          for (let i = 0; i < length; i++)
            run(1, 1, addresses[i]!, 0, 0, addresses[i]!, 0, 0, ...second.with(0, i), ...numbers);
        for (let place = 0; place < places.count; place++) lanes[places.positions[place]!] = results[place]!;
      });
    },
  };
}

/** Numbers the positions of a piece that differ. */
class Places {
  /** By position, the number of the piece's first element plus its own number and 1. */
  readonly #known: Int32Array;
  #first = 0;
  /** The positions, by number. */
  readonly positions = new Float64Array(PIECE);
  count = 0;
  /** Whether the last number that was asked for is a new one. */
  isNew = false;

  constructor(length: number) {
    this.#known = new Int32Array(length);
  }

  begin(first: number): void {
    this.#first = first;
    this.count = 0;
  }

  of(position: number): number {
    const known = this.#known[position]! - this.#first;
    this.isNew = known <= 0;
    if (!this.isNew) return known - 1;
    this.positions[this.count] = position;
    this.#known[position] = this.#first + ++this.count;
    return this.count - 1;
  }
}

const modules = new WeakMap<Program, Map<InOrder, WebAssembly.Module>>();

function compiled(program: Program, inOrder: InOrder, { memory }: Area): Run {
  const ofProgram = modules.get(program) ?? new Map<InOrder, WebAssembly.Module>();
  modules.set(program, ofProgram);
  let module = ofProgram.get(inOrder);
  if (!module) {
    const { dtypes, params, result } = program;
    const types = [...dtypes.map(storedLane), ...(inOrder === "indexed" ? (["i32"] as const) : [])];
    const slots = types.map((type) => ({ type, kind: "step" as const, memory: 0 }));
    module = newModule(compile({ slots, params, result, inOrder }));
    ofProgram.set(inOrder, module);
  }
  return instanceRun(module, [memory]);
}

/** The same in JavaScript, whose loops take the elements one after the other as they are. */
function scripted({ dtypes, params, result }: Program, arrays: readonly RawArray[]): Run {
  const kinds = dtypes.map((): StepKind => "step");
  const source = loopSource({ kinds, params: params.length, result });
  const names = dtypes.map((_, i) => `a${i}`);
  const used = arrays.slice(0, dtypes.length);
  return evaluate([...names, "lane", "helpers"], source)(...used, laneHelpers, rareFunctions) as Run;
}
