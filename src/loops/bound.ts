/** Binds a planned loop to this thread's operands. After `begin`, once per call, it runs any positions in any order. */
import type { RawArray } from "../base/dtype.js";
import { NoSpaceError } from "../base/errors.js";
import { hasWebAssembly, noWebAssembly } from "../base/evaluating.js";
import { evaluate } from "../compile/evaluate.js";
import type { Numbers } from "../compile/program.js";
import { storedLane } from "../ir/elements.js";
import { type LaneType, laneBytes } from "../ir/node.js";
import { laneHelpers } from "../ir/script.js";
import { rareFunctions } from "../math/rare.js";
import type { Block } from "../memory/blocks/driver.js";
import { allocate } from "../memory/blocks/heap.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { moveRun } from "../ndarray/runs.js";
import { extent } from "../ndarray/view.js";
import { forEachRun, forEachTile, jointLoop, type Loop, TILE } from "../ndarray/walk.js";
import { copyBytes } from "../platform/runtime.js";
import type { LoopPlan } from "./loop.js";
import { extentOf, forEachWindow, type RunRows, WINDOW_BYTES, Window, windowRoom } from "./windows.js";

export interface BoundLoop {
  /** The number of positions. A run may start and end at any of them. */
  readonly size: number;
  /** Copies the inputs that are copied once per call. */
  begin(): void;
  run(start: number, end: number): void;
}

/** Takes rows, count, then position, row step and element step of each operand, then the numbers. */
export type Run = (...args: (number | bigint)[]) => void;

/** @param operands The result, then the inputs, all of the same shape. */
export function bindLoop(plan: LoopPlan, operands: readonly Strided[], numbers: Numbers): BoundLoop {
  const loop = jointLoop(
    operands.map(({ view }) => view),
    "K",
  );
  if (plan.way === "native") return nativeLoop(plan, loop, operands, numbers);
  if (plan.way === "script") return scriptLoop(plan, loop, operands, numbers);
  if (plan.way === "windows") return windowedLoop(plan, loop, operands, numbers);
  return stagedLoop(plan, loop, operands, numbers);
}

/**
 * Returns a function that calls `run` for each tile of a range. Positions and steps are in `units`: bytes or elements.
 */
export function tiles(loop: Loop, units: readonly number[], bases: readonly number[], numbers: Numbers, run: Run) {
  const rank = loop.shape.length;
  const across = loop.strides.map((one, i) => (rank > 1 ? one[rank - 2]! : 0) * units[i]!);
  const along = loop.strides.map((one, i) => one[rank - 1]! * units[i]!);
  const args: (number | bigint)[] = [0, 0, ...units.flatMap((_, i) => [0, across[i]!, along[i]!]), ...numbers];
  if (rank === 1) {
    return (start: number, end: number) => {
      args[0] = 1;
      for (let from = start; from < end; from += TILE) {
        args[1] = Math.min(TILE, end - from);
        for (let i = 0; i < units.length; i++)
          args[2 + 3 * i] = bases[i]! + loop.offsets[i]! * units[i]! + from * along[i]!;
        run(...args);
      }
    };
  }
  return (start: number, end: number) =>
    forEachTile(loop, start, end, (rows, count, at) => {
      args[0] = rows;
      args[1] = count;
      for (let i = 0; i < units.length; i++) args[2 + 3 * i] = bases[i]! + at[i]! * units[i]!;
      run(...args);
    });
}

function nativeLoop(plan: LoopPlan, loop: Loop, operands: readonly Strided[], numbers: Numbers): BoundLoop {
  const native = operands.map(({ elements }, i) =>
    plan.memories[i]! < 0 ? undefined : blockOf(elements.memory).memory!,
  );
  const copies = copiesOf(operands.filter((_, i) => plan.memories[i]! < 0));
  const memories: WebAssembly.Memory[] = [];
  for (const [i, memory] of native.entries()) if (memory) memories[plan.memories[i]!] = memory;
  if (copies) memories.push(copies.memory);
  const run = instanceRun(plan.module!, memories);
  let copied = 0;
  const bases = operands.map(({ elements }, i) => (native[i] ? elements.byteOffset : copies!.bases[copied++]!));
  const units = operands.map(({ elements }) => elements.itemsize);
  return { size: loop.size, begin: () => copies?.refresh(), run: tiles(loop, units, bases, numbers, run) };
}

/** A memory of their own for inputs that the instance cannot reach in place. */
function copiesOf(operands: readonly Strided[]) {
  if (operands.length === 0) return undefined;
  const parts = operands.map(({ elements, view }) => {
    const [low, high] = extent(view);
    return { elements, low, bytes: Math.max(0, high - low + 1) * elements.itemsize };
  });
  const starts: number[] = [];
  let size = 0;
  for (const { bytes } of parts) {
    starts.push(size);
    size += 64 * Math.ceil(bytes / 64);
  }
  const block = allocate(Math.max(size, 65536));
  return {
    memory: memoryOf(block),
    /** Where element 0 of each input would be. It need not be part of the copy. */
    bases: parts.map(({ elements, low }, i) => starts[i]! - low * elements.itemsize),
    refresh() {
      for (const [i, { elements, low, bytes }] of parts.entries()) {
        const from = elements.byteOffset + low * elements.itemsize;
        const source = new Uint8Array(blockOf(elements.memory).buffer, from, bytes);
        copyBytes(new Uint8Array(block.buffer, starts[i]!, bytes), 0, source, 0, bytes);
      }
    },
  };
}

function scriptLoop(plan: LoopPlan, loop: Loop, operands: readonly Strided[], numbers: Numbers): BoundLoop {
  const arrays = operands.map(({ elements: { memory, dtype, byteOffset, length } }) =>
    laneArray(storedLane(dtype), blockOf(memory).buffer, byteOffset, length),
  );
  const names = arrays.map((_, i) => `a${i}`);
  const run = evaluate([...names, "lane", "helpers"], plan.source!)(...arrays, laneHelpers, rareFunctions) as Run;
  const ones = operands.map(() => 1);
  const zeros = operands.map(() => 0);
  return { size: loop.size, begin: () => {}, run: tiles(loop, ones, zeros, numbers, run) };
}

function windowedLoop(plan: LoopPlan, loop: Loop, operands: readonly Strided[], numbers: Numbers): BoundLoop {
  const { memory, buffer } = scratch(operands.length * windowRoom(WINDOW_BYTES));
  const run = instanceRun(plan.module!, [memory]);
  const steps = operands.map(({ elements: { byteOffset, itemsize } }, i) => ({
    base: byteOffset,
    unit: itemsize,
    across: (loop.strides[i]!.at(-2) ?? 0) * itemsize,
    along: loop.strides[i]!.at(-1)! * itemsize,
  }));
  const windows = operands.map(
    ({ elements }, i) =>
      new Window(blockOf(elements.memory).buffer, buffer, i * windowRoom(WINDOW_BYTES), WINDOW_BYTES),
  );
  const args: (number | bigint)[] = [0, 0, ...steps.flatMap(({ across, along }) => [0, across, along]), ...numbers];
  const [result, target] = [steps[0]!, windows[0]!];
  const runRows: RunRows = (rows, count, at) => {
    args[0] = rows;
    args[1] = count;
    for (const [i, one] of steps.entries()) {
      const back = (rows - 1) * Math.min(0, one.across) + (count - 1) * Math.min(0, one.along);
      const from = one.base + at[i]! * one.unit + back;
      const isRead = i > 0 || plan.readsResult;
      const address = isRead ? windows[i]!.take(from, extentOf(rows, count, one)) : windows[i]!.moveTo(from);
      args[2 + 3 * i] = address - back;
    }
    run(...args);
    const from = result.base + at[0]! * result.unit;
    const hasGaps = rows > 1 && result.across !== count * result.unit;
    if (!hasGaps) target.put(from, rows * count * result.unit);
    else for (let row = 0; row < rows; row++) target.put(from + row * result.across, count * result.unit);
  };
  return { size: loop.size, begin: () => {}, run: (start, end) => forEachWindow(loop, steps, start, end, runRows) };
}

/** The number of elements of each operand in the scratch memory at a time. They fit into the second-level cache. */
const PIECE = 4096;

function stagedLoop(plan: LoopPlan, loop: Loop, operands: readonly Strided[], numbers: Numbers): BoundLoop {
  const { memory, buffer } = scratch(operands.length * PIECE * 8);
  const run = instanceRun(plan.module!, [memory]);
  const places = operands.map(({ elements: { memory: own, dtype, byteOffset, length } }, i) => {
    const lane = storedLane(dtype);
    return {
      at: i * PIECE * 8,
      here: laneArray(lane, buffer, i * PIECE * 8, PIECE),
      there: laneArray(lane, blockOf(own).buffer, byteOffset, length),
      step: laneBytes(lane),
    };
  });
  const steps = loop.strides.map((one) => one.at(-1)!);
  const move = (slot: number, start: number, count: number, isStore: boolean) => {
    const { here, there } = places[slot]!;
    let done = 0;
    const only = { shape: loop.shape, size: loop.size, strides: [loop.strides[slot]!], offsets: [loop.offsets[slot]!] };
    forEachRun(only, start, start + count, ([at], length) => {
      if (isStore) moveRun(there, at!, steps[slot]!, here, done, 1, length);
      else moveRun(here, done, 1, there, at!, steps[slot]!, length);
      done += length;
    });
  };
  return {
    size: loop.size,
    begin: () => {},
    run(start, end) {
      for (let from = start; from < end; from += PIECE) {
        const count = Math.min(PIECE, end - from);
        for (let slot = plan.readsResult ? 0 : 1; slot < places.length; slot++) move(slot, from, count, false);
        run(1, count, ...places.flatMap(({ at, step }) => [at, 0, step]), ...numbers);
        move(0, from, count, true);
      }
    },
  };
}

const LANE_ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** A typed array over memory, by lane type. Float16 elements appear as their bits. */
export const laneArray = (lane: LaneType, buffer: ArrayBufferLike, byteOffset: number, length: number): RawArray =>
  new LANE_ARRAYS[lane as "u8"](buffer, byteOffset, length) as unknown as RawArray;

// ── Instances ──────────────────────────────────────────────────────────────────────────────────────────────────────

type Tree = WeakMap<WebAssembly.Memory, { run?: Run; rest: Tree }>;
const instances = new WeakMap<WebAssembly.Module, Tree>();

/**
 * The module's loop over these memories. Instances are kept as long as all their memories live, because creating one
 * takes 5 µs and its code must warm up.
 */
export function instanceRun(module: WebAssembly.Module, memories: readonly WebAssembly.Memory[]): Run {
  let tree = instances.get(module) ?? new WeakMap();
  instances.set(module, tree);
  let place: { run?: Run; rest: Tree } | undefined;
  for (const memory of memories) {
    place = tree.get(memory) ?? { rest: new WeakMap() };
    tree.set(memory, place);
    tree = place.rest;
  }
  if (!place) throw new Error("internal: a loop without memory");
  if (!place.run) {
    const imports = { memory: Object.fromEntries(memories.map((memory, i) => [i, memory])), fn: rareFunctions };
    place.run = new WebAssembly.Instance(module, imports).exports.run as Run;
  }
  return place.run;
}

/** @throws {NoSpaceError} If the engine cannot reserve another WebAssembly memory. */
function memoryOf({ memory, size }: Block): WebAssembly.Memory {
  if (memory) return memory;
  if (!hasWebAssembly) throw noWebAssembly("this function of arrays");
  const room = `room for a WebAssembly memory of ${size} bytes (each reserves 10 GiB of address space)`;
  const message = `Expected ${room}, got none: close arrays, or raise the limit`;
  throw new NoSpaceError(message, { requested: size, free: 0 });
}

/** A memory for intermediate results. */
export interface Area {
  readonly memory: WebAssembly.Memory;
  readonly buffer: SharedArrayBuffer;
}
/** Scratch memory of more bytes is not kept: only a sort of very unequal ranges needs so much. */
const MOST_KEPT = 2 ** 26;
let kept: Area | undefined;
/** This thread's scratch memory. Its content is valid only during one synchronous run. */
export function scratch(bytes: number): Area {
  if (kept && kept.buffer.byteLength >= bytes) return kept;
  const block = allocate(Math.max(65536, bytes));
  const area = { memory: memoryOf(block), buffer: block.buffer };
  if (bytes <= MOST_KEPT) kept = area;
  return area;
}
