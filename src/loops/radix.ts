/**
 * Sorts elements by the digits of their keys, in this thread's scratch memory. A line of n float64 is read once, moved
 * n times per digit and written once: a million take a ninth of the time of the engine's own sort.
 */
import type { Width } from "../ir/scalar.js";
import {
  countModule,
  elementsModule,
  halvesModule,
  passModule,
  positionsModule,
  type Records,
  recordsModule,
  recordWidth,
} from "../ir/sort-kernels.js";
import { formName, type KeyForm } from "../ir/sort-keys.js";
import { type Area, instanceRun, type Run, scratch } from "./bound.js";
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

/** Where the bits are written in which keys differ; the counters of digits are behind them. */
const DIFFERING = 0;
const COUNTERS = 64;
const RECORDS = 65536;
/** The longest digits. Their counters are 8 KiB, and those of 6 digits fit into a second-level cache. */
const LONG_DIGIT = 11;
const SHORT_DIGIT = 8;
/** Lines of fewer elements are sorted by short digits, because adding up the counters of long ones takes longer. */
const FEW = 4096;

const roundUp = (bytes: number): number => 64 * Math.ceil(bytes / 64);

function bytesNeeded(form: KeyForm, count: number, records: Records): number {
  const size = roundUp(count * recordWidth(form, records));
  return RECORDS + 2 * size + (records === "apart" ? size : records === "keys" ? 0 : roundUp(4 * count));
}
/** Whether a memory can hold the records of so many elements. */
export const canSort = (form: KeyForm, count: number, positions: boolean): boolean =>
  bytesNeeded(form, count, recordsOf(form, positions)) < 2 ** 32;

const recordsOf = ({ width }: KeyForm, positions: boolean): Records =>
  !positions ? "keys" : width === 4 ? "with positions" : "apart";

/** Writes the elements to `target` in the order of their keys. */
export function sortedElements(unsorted: Unsorted, target: Uint8Array): void {
  const { form } = unsorted;
  const { area, from, end, free } = sortRecords(unsorted, "keys");
  kernelIn(area, `elements ${formName(form)}`, () => elementsModule(form))(from, end, free);
  target.set(new Uint8Array(area.buffer, free, target.length));
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
  target.set(new Uint8Array(area.buffer, free, target.length));
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
  const differing = differingBits(area);
  let places: Places = { from: first, to: second };
  if (!isApart) {
    places = sortBits(area, places, bytes, width, differing, records === "keys" ? 0 : 32);
  } else {
    // Records hold 32 bits of a key. So they are sorted by the lower bits first, and then by the others.
    for (let done = 0; done < differing.count; done += 32) {
      const lowest = differing.lowest + done;
      const range = {
        lowest: 0,
        count: Math.min(32, differing.count - done),
        differs: (from: number, count: number) => differing.differs(lowest + from, count),
      };
      kernelIn(area, "halves", halvesModule)(places.from, places.from + bytes, keys, lowest);
      places = sortBits(area, places, bytes, width, range, 32);
    }
  }
  return { area, from: places.from, end: places.from + bytes, free: places.to };
}

/** The adjacent bits of keys, of which some differ. */
interface BitRange {
  readonly lowest: number;
  readonly count: number;
  /** Whether any of `count` bits from bit `lowest` on differs. */
  differs(lowest: number, count: number): boolean;
}

/** The bits in which the keys of an area differ. */
function differingBits({ buffer }: Area): BitRange {
  const [low, high] = new Uint32Array(buffer, DIFFERING, 2) as unknown as [number, number];
  const lowest = low !== 0 ? 31 - Math.clz32(low & -low) : high !== 0 ? 63 - Math.clz32(high & -high) : 0;
  const highest = high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(low);
  const bitsFrom = (at: number): number =>
    at >= 32 ? high >>> (at - 32) : at === 0 ? low : (low >>> at) | (high << (32 - at));
  return {
    lowest,
    count: highest + 1 - lowest,
    differs: (from, count) => (bitsFrom(from) & (2 ** count - 1)) !== 0,
  };
}

/** Where records are, and where they can be moved. */
interface Places {
  readonly from: number;
  readonly to: number;
}

/**
 * Sorts records by a range of their bits, digit by digit, and returns where they are then. Digits in which no keys
 * differ are left out.
 *
 * @param offset Where the bits of the key are in the record.
 */
function sortBits(area: Area, places: Places, bytes: number, width: Width, range: BitRange, offset: number): Places {
  const longest = bytes / width < FEW ? SHORT_DIGIT : LONG_DIGIT;
  const digits = Math.ceil(range.count / longest);
  if (digits === 0) return places;
  const length = Math.ceil(range.count / digits);
  const start = range.lowest + offset;
  new Uint32Array(area.buffer, COUNTERS, digits << length).fill(0);
  const count = kernelIn(area, `count ${width} ${digits}`, () => countModule(width, digits));
  const pass = kernelIn(area, `pass ${width}`, () => passModule(width));
  count(places.from, places.from + bytes, COUNTERS, start, length);
  let { from, to } = places;
  for (let digit = 0; digit < digits; digit++) {
    if (!range.differs(range.lowest + digit * length, length)) continue;
    pass(from, from + bytes, to, COUNTERS + 4 * (digit << length), start + digit * length, length);
    [from, to] = [to, from];
  }
  return { from, to };
}
