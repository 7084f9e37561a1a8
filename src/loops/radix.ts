/**
 * Sorts elements by the digits of their keys, in this thread's scratch memory. The engine's own sort took 9 times as
 * long for a million float64, because it compares elements.
 */
import { settleModule } from "../ir/insertion-kernels.js";
import type { Width } from "../ir/scalar.js";
import {
  countModule,
  elementsModule,
  partsModule,
  passModule,
  positionsModule,
  type Records,
  recordsModule,
  recordWidth,
} from "../ir/sort-kernels.js";
import { formName, type KeyForm } from "../ir/sort-keys.js";
import { copyBytes } from "../platform/runtime.js";
import { type Area, instanceRun, type Run, scratch } from "./bound.js";
import { DifferingBits } from "./differing-bits.js";
import { newModule } from "./modules.js";

const modules = new Map<string, WebAssembly.Module>();
/** The kernel of that name over an area. Its module is made when it is first needed. */
export function kernelIn(area: Area, name: string, make: () => Uint8Array<ArrayBuffer>): Run {
  const known = modules.get(name) ?? newModule(make());
  modules.set(name, known);
  return instanceRun(known, [area.memory]);
}

/** What is sorted. */
export interface Unsorted {
  readonly form: KeyForm;
  readonly count: number;
  /** Writes the bytes of the elements. */
  read(to: Uint8Array): void;
}

/** Sorted records in the scratch memory. They are valid until this thread uses that memory again. */
interface Sorted {
  readonly area: Area;
  readonly from: number;
  readonly end: number;
  /** As much room as the records take, for other use. */
  readonly free: number;
}

/** Where kernels write in which bits keys differ, and how many steps are left. Counters of digits are behind them. */
export const DIFFERING = 0;
const LEFT = 8;
const COUNTERS = 64;
export const RECORDS = 65536;
/** The longest digits. Their counters are 8 KiB, and those of 6 digits fit into a second-level cache. */
const LONG_DIGIT = 11;
const SHORT_DIGIT = 8;
/** Lines of fewer elements are sorted by short digits, because adding up the counters of long ones takes longer. */
const FEW = 4096;

/** How many records an insertion sort may move for each record before digits are faster. */
const MOST_STEPS = 2;

export const roundUp = (bytes: number): number => 64 * Math.ceil(bytes / 64);

function bytesNeeded(form: KeyForm, count: number, records: Records): number {
  const size = roundUp(count * recordWidth(form, records));
  return RECORDS + 2 * size + (records === "apart" ? size : records === "keys" ? 0 : roundUp(4 * count));
}
/** Whether a memory can hold the records of so many elements. */
export const canSort = (form: KeyForm, count: number, positions: boolean): boolean =>
  bytesNeeded(form, count, recordsOf(form, positions)) < 2 ** 32;

export const recordsOf = ({ width }: KeyForm, positions: boolean): Records =>
  !positions ? "keys" : width === 4 ? "with positions" : "apart";

/** Writes the elements to `target` in the order of their keys. */
export function sortedElements(unsorted: Unsorted, target: Uint8Array): void {
  const { form } = unsorted;
  const { area, from, end, free } = sortRecords(unsorted, "keys");
  kernelIn(area, `elements ${formName(form)}`, () => elementsModule(form))(from, end, free);
  copyBytes(target, 0, new Uint8Array(area.buffer, free, target.length), 0, target.length);
}

/**
 * Writes the positions of the elements, as 4 bytes each, in the order of their keys.
 *
 * @param readTable Writes, as 4 bytes each, what is written for each position instead.
 */
export function sortedPositions(
  unsorted: Unsorted,
  target: Uint8Array,
  readTable: ((to: Uint8Array) => void) | undefined,
): void {
  const { area, from, end, free } = sortRecords(unsorted, recordsOf(unsorted.form, true));
  const table = roundUp(Math.max(end, free + end - from)); // where the keys were, if they were apart
  const isMapped = readTable !== undefined;
  readTable?.(new Uint8Array(area.buffer, table, target.length));
  kernelIn(area, `positions ${isMapped}`, () => positionsModule(isMapped))(from, end, free, table);
  copyBytes(target, 0, new Uint8Array(area.buffer, free, target.length), 0, target.length);
}

/** The sorted keys of elements. */
export function sortedKeys(unsorted: Unsorted): Uint32Array | BigUint64Array {
  const { area, from } = sortRecords(unsorted, "keys");
  const { buffer } = area;
  return unsorted.form.width === 4
    ? new Uint32Array(buffer, from, unsorted.count)
    : new BigUint64Array(buffer, from, unsorted.count);
}

function sortRecords({ form, count, read }: Unsorted, records: Records): Sorted {
  const width = recordWidth(form, records);
  const bytes = count * width;
  const area = scratch(bytesNeeded(form, count, records));
  const [first, second] = [RECORDS, RECORDS + roundUp(bytes)];
  const keys = second + roundUp(bytes);
  read(new Uint8Array(area.buffer, second, count * form.bytes));
  const isApart = records === "apart";
  const load = kernelIn(area, `${records} ${formName(form)}`, () => recordsModule(form, records));
  load(second, second + count * form.bytes, isApart ? keys : first, DIFFERING, first);

  const [low, high] = new Uint32Array(area.buffer, DIFFERING, 2) as unknown as [number, number];
  const bits = DifferingBits.of(low, high);
  const unsorted = { area, bytes, width, keys, longest: count < FEW ? SHORT_DIGIT : LONG_DIGIT };
  const places = { from: first, to: second };
  const wanted = telling(form, count, bits.end);
  const inRecords = records === "keys" ? bits : bits.movedTo(bits.lowest + 32);
  const sorted = isApart ? sortApart(unsorted, places, bits, wanted) : sortWhole(unsorted, places, inRecords, wanted);
  return { area, from: sorted.from, end: sorted.from + bytes, free: sorted.to };
}

/** Records in an area, and the keys that are apart from them. */
interface Given {
  readonly area: Area;
  readonly bytes: number;
  readonly width: Width;
  readonly keys: number;
  /** The most bits of a digit. */
  readonly longest: number;
}

/** Where records are, and where they can be moved. */
interface Places {
  readonly from: number;
  readonly to: number;
}

const EXPONENT_BITS: Readonly<Record<number, number>> = { 2: 5, 4: 8, 8: 11 };

/**
 * How many of the highest bits that differ tell nearly all keys apart, if these are spread evenly: 16 times as many
 * values as keys. If floats have both signs or very unequal exponents, most keys share the bits of an exponent.
 */
function telling({ kind, bytes }: KeyForm, count: number, end: number): number {
  const isWide = kind === "f" && end >= 8 * bytes - 1;
  return Math.ceil(Math.log2(count)) + 4 + (isWide ? EXPONENT_BITS[bytes]! : 0);
}

/**
 * Sorts records that hold all bits that differ. A million float64 took 12 ns each with all of 6 digits, and 6 ns with
 * the highest digits and an insertion sort of what is left.
 */
function sortWhole(given: Given, places: Places, bits: DifferingBits, wanted: number): Places {
  const digitsOf = (count: number) => Math.ceil(count / given.longest);
  if (digitsOf(wanted) >= digitsOf(bits.count)) return sortBits(given, places, bits);
  const almost = sortBits(given, places, bits.highest(wanted));
  return isSettled(given, almost, false) ? almost : sortBits(given, almost, bits);
}

/**
 * Sorts records that hold 32 bits of their keys. At first these are the highest of the bits that differ. If that does
 * not settle the order, they are sorted by the lower bits and then by the higher ones. Nothing changes the order of
 * equal keys.
 */
function sortApart(given: Given, places: Places, bits: DifferingBits, wanted: number): Places {
  const { area, bytes, keys } = given;
  const byPart = (from: Places, part: DifferingBits, used: number) => {
    kernelIn(area, "parts", partsModule)(from.from, from.from + bytes, keys, part.lowest);
    return sortBits(given, from, part.movedTo(32).highest(used));
  };
  const high = bits.highest(32);
  if (high.count === bits.count) {
    kernelIn(area, "parts", partsModule)(places.from, places.from + bytes, keys, bits.lowest);
    return sortWhole(given, places, bits.movedTo(32), wanted);
  }
  const almost = byPart(places, high, wanted);
  if (isSettled(given, almost, true)) return almost;
  return byPart(byPart(almost, bits.lowestOnes(bits.count - 32), 32), high, 32);
}

/** Sorts records by a range of their bits, digit by digit, and returns where they are then. */
function sortBits({ area, bytes, width, longest }: Given, places: Places, bits: DifferingBits): Places {
  const digits = Math.ceil(bits.count / longest);
  if (digits === 0) return places;
  const length = Math.ceil(bits.count / digits);
  new Uint32Array(area.buffer, COUNTERS, digits << length).fill(0);
  const count = kernelIn(area, `count ${width} ${digits}`, () => countModule(width, digits));
  const pass = kernelIn(area, `pass ${width}`, () => passModule(width));
  count(places.from, places.from + bytes, COUNTERS, bits.lowest, length);
  let { from, to } = places;
  for (let digit = 0; digit < digits; digit++) {
    const lowest = bits.lowest + digit * length;
    if (!bits.includes(lowest, length)) continue;
    pass(from, from + bytes, to, COUNTERS + 4 * (digit << length), lowest, length);
    [from, to] = [to, from];
  }
  return { from, to };
}

/** Sorts records that are almost sorted by insertion. Returns whether that took few enough steps to be finished. */
function isSettled({ area, bytes, width, keys }: Given, { from }: Places, isPart: boolean): boolean {
  const settle = kernelIn(area, `settle ${width} ${isPart}`, () => settleModule(width, isPart));
  settle(from, from + bytes, (MOST_STEPS * bytes) / width, LEFT, keys);
  return new Int32Array(area.buffer, LEFT, 1)[0]! >= 0;
}
