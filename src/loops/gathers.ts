/**
 * Gathers, scatters and masks by a kernel, if the engine's instances reach several memories. A JavaScript loop takes
 * about three times as long for each element, and eight times if positions are 64-bit integers.
 */
import { typedArrayName } from "../base/builtins.js";
import type { RawArray } from "../base/dtype.js";
import {
  countTrueModule,
  gatherModule,
  gatherRunsModule,
  MASKED,
  positionsModule,
  scatterModule,
  selectModule,
  whereTrueModule,
} from "../ir/gather-kernels.js";
import { hasMultiMemory } from "../ir/support.js";
import { memoryBehind } from "../memory/blocks/heap.js";
import type { GatheringKernels, Positions, Row, Rows } from "../ndarray/gather.js";
import { instanceRun } from "./bound.js";
import { newModule } from "./modules.js";

/** With fewer elements, JavaScript is done before a kernel would be found. */
const FEW = 128;
/** The most elements of one call: engines switch to optimised code between two calls. */
const PIECE = 32768;

type Kernel = (...args: number[]) => number;
const modules = new Map<string, WebAssembly.Module>();

/** The kernel of that name over the memories behind typed arrays; `undefined` if there is none. */
function kernelOver(
  name: string,
  make: () => Uint8Array<ArrayBuffer>,
  arrays: readonly { readonly buffer: ArrayBufferLike }[],
): Kernel | undefined {
  if (!hasMultiMemory) return undefined;
  const memories: WebAssembly.Memory[] = [];
  for (const array of arrays) {
    const memory = memoryBehind(array);
    if (!memory) return undefined;
    memories.push(memory);
  }
  const known = modules.get(name) ?? newModule(make());
  modules.set(name, known);
  return instanceRun(known, memories) as unknown as Kernel;
}

const bytesOf = (raw: RawArray): number => raw.byteLength / raw.length;
const areInt32 = (positions: Positions): positions is Int32Array => typedArrayName(positions) === "Int32Array";
/** The largest unit that divides a number of bytes. */
const unitOf = (bytes: number): number => (bytes % 8 === 0 ? 8 : bytes % 4 === 0 ? 4 : bytes % 2 === 0 ? 2 : 1);

function gather(to: RawArray, at: number, from: Rows, positions: Positions, width: number): true | undefined {
  const count = positions.length;
  if (count * width * from.count < FEW || !areInt32(positions)) return undefined;
  const bytes = bytesOf(to);
  const unit = width === 1 ? bytes : unitOf(bytes * width);
  const arrays = [to, positions, from.raw];
  const run =
    width === 1
      ? kernelOver(`gather ${bytes}`, () => gatherModule(bytes), arrays)
      : kernelOver(`gather runs ${unit}`, () => gatherRunsModule(unit), arrays);
  if (!run) return undefined;
  const units = (width * bytes) / unit;
  const [start, step, across] = [from.start, from.step, from.across].map((one) => one * bytes) as [
    number,
    number,
    number,
  ];
  const piece = Math.ceil(PIECE / width);
  const together = Math.max(1, Math.floor(piece / count));
  for (let row = 0; row < from.count; row += together) {
    const rows = Math.min(together, from.count - row);
    const base = from.raw.byteOffset + start + row * across;
    for (let done = 0; done < count; done += piece) {
      const first = positions.byteOffset + 4 * done;
      const end = positions.byteOffset + 4 * Math.min(count, done + piece);
      run(to.byteOffset + (at + (row * count + done) * width) * bytes, first, end, base, step, rows, across, units);
    }
  }
  return true;
}

function scatter(to: Row, positions: Positions, from: RawArray): true | undefined {
  const count = positions.length;
  const isOne = from.length === 1;
  if (count < FEW || !areInt32(positions) || (!isOne && from.length < FEW)) return undefined;
  const bytes = bytesOf(to.raw);
  const run = kernelOver(`scatter ${bytes}`, () => scatterModule(bytes), [to.raw, positions, from]);
  if (!run) return undefined;
  const [base, step] = [to.raw.byteOffset + to.start * bytes, to.step * bytes];
  for (let done = 0; done < count; ) {
    const start = isOne ? 0 : done % from.length; // the values begin again when all of them were written
    const next = Math.min(count, done + PIECE, isOne ? count : done + from.length - start);
    const [first, end] = [positions.byteOffset + 4 * done, positions.byteOffset + 4 * next];
    run(from.byteOffset + start * bytes, first, end, base, step, isOne ? 0 : bytes);
    done = next;
  }
  return true;
}

function positions(to: Positions, given: RawArray, length: number): number | undefined {
  const name = typedArrayName(given);
  const bytes = name === "BigInt64Array" ? 8 : name === "Int32Array" ? 4 : undefined;
  if (!bytes || given.length < FEW || !areInt32(to)) return undefined;
  const run = kernelOver(`positions ${bytes}`, () => positionsModule(bytes), [to, given]);
  if (!run) return undefined;
  for (let done = 0; done < given.length; done += PIECE) {
    const count = Math.min(PIECE, given.length - done);
    const wrong = run(given.byteOffset + done * bytes, count, length, to.byteOffset + 4 * done);
    if (wrong >= 0) return done + wrong;
  }
  return -1;
}

/** An address that a kernel returned, at or after one that it was given: the end of 4 GiB is 0 in its 32 bits. */
const after = (given: number, found: number): number => (found >>> 0 < given ? 2 ** 32 : found >>> 0);

/** The bytes that kernels look at: a multiple of 16. */
const whole = (count: number): number => count - (count % MASKED);

function countTrue({ raw, start, step }: Row, count: number): number | undefined {
  if (count < FEW || step !== 1) return undefined;
  const run = kernelOver("count true", countTrueModule, [raw, raw]);
  if (!run) return undefined;
  const [from, many] = [raw.byteOffset + start, whole(count)];
  let found = 0;
  for (let done = 0; done < many; done += PIECE) found += run(from + done, from + Math.min(many, done + PIECE));
  for (let i = start + many; i < start + count; i++) found += raw[i] === 0 ? 0 : 1;
  return found;
}

function whereTrue(found: Positions, at: number, mask: Row, count: number, first: number): number | undefined {
  const { raw, start, step } = mask;
  if (count < FEW || step !== 1 || !areInt32(found)) return undefined;
  const run = kernelOver("where true", whereTrueModule, [found, raw]);
  if (!run) return undefined;
  const [from, many, to] = [raw.byteOffset + start, whole(count), found.byteOffset];
  const limit = to + 4 * found.length;
  let next = to + 4 * at;
  for (let done = 0; done < many; done += PIECE) {
    next = after(next, run(from + done, from + Math.min(many, done + PIECE), next, limit, first + done));
  }
  let place = (next - to) / 4;
  for (let i = many; i < count && place < found.length; i++) if (raw[start + i] !== 0) found[place++] = first + i;
  return place;
}

function select(to: RawArray, from: Row, mask: Row, count: number): number | undefined {
  if (count < FEW || mask.step !== 1 || to.length === 0) return undefined;
  const bytes = bytesOf(to);
  const run = kernelOver(`select ${bytes}`, () => selectModule(bytes), [to, mask.raw, from.raw]);
  if (!run) return undefined;
  const [on, many, limit] = [mask.raw.byteOffset + mask.start, whole(count), to.byteOffset + to.byteLength];
  const [first, step] = [from.raw.byteOffset + from.start * bytes, from.step * bytes];
  let next = to.byteOffset;
  for (let done = 0; done < many; done += PIECE) {
    next = after(next, run(on + done, on + Math.min(many, done + PIECE), next, limit, first + done * step, step));
  }
  let place = (next - to.byteOffset) / bytes;
  for (let i = many; i < count && place < to.length; i++) {
    if (mask.raw[mask.start + i] !== 0) to[place++] = from.raw[from.start + i * from.step]!;
  }
  return place;
}

/** What `ndarray/` uses these kernels for. */
export const gathers: GatheringKernels = { gather, scatter, positions, countTrue, whereTrue, select };
