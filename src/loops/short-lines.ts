/**
 * Sorts many short lines at a time, in this thread's scratch memory: by insertion in short runs, and then by merging.
 * The engine's own sort, called for each line, took 10 times as long for lines of three float64, and 150 for positions.
 */
import { mergeModule, runsModule } from "../ir/insertion-kernels.js";
import type { Width } from "../ir/scalar.js";
import { elementsModule, partsModule, positionsModule, recordsModule, recordWidth } from "../ir/sort-kernels.js";
import { formName, keyForm } from "../ir/sort-keys.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "../ndarray/elements.js";
import { copyBytes } from "../platform/runtime.js";
import { scratch } from "./bound.js";
import { DIFFERING, kernelIn, RECORDS, recordsOf, roundUp } from "./radix.js";

/** The longest lines that are sorted so. Digits are as fast for 256 elements. */
export const LONGEST = 255;
/** The elements that are sorted at a time: with their records and keys they fit into a second-level cache. */
const BATCH = 4096;
/** Up to this many elements, an insertion sort is as fast as merging two sorted halves. */
const RUN = 24;

/** Sorts lines [start, end) of the source into those of the target: elements, or positions as int32. */
export function sortShortLines(source: Strided, target: Strided, positions: boolean, start: number, end: number): void {
  const length = source.view.shape.at(-1)!;
  const form = keyForm(source.elements.dtype, positions);
  const records = recordsOf(form, positions);
  const width = recordWidth(form, records);
  const room = roundUp(8 * BATCH);
  const [first, second, elements, keys, table] = [0, 1, 2, 3, 4].map((i) => RECORDS + i * room) as Five;
  const area = scratch(RECORDS + 5 * room);
  const isApart = records === "apart";
  const load = kernelIn(area, `${records} ${formName(form)}`, () => recordsModule(form, records));
  const sort = sorter(area, length * width, width, isApart, keys);
  if (positions) {
    const inLine = new Int32Array(area.buffer, table, BATCH); // where records count positions through the whole batch
    for (let i = 0; i < BATCH; i++) inLine[i] = i % length;
  }

  const [bytesIn, bytesOut] = [length * form.bytes, length * target.elements.itemsize];
  const [input, output] = [bytesOf(source), bytesOf(target)];
  const atOnce = Math.max(1, Math.floor(BATCH / length));
  for (let line = start; line < end; line += atOnce) {
    const lines = Math.min(atOnce, end - line);
    const here = new Uint8Array(area.buffer, elements, lines * bytesIn);
    copyBytes(here, 0, input, line * bytesIn, (line + lines) * bytesIn);
    load(elements, elements + lines * bytesIn, isApart ? keys : first, DIFFERING, first);
    const bytes = lines * length * width;
    if (isApart) kernelIn(area, "parts", partsModule)(first, first + bytes, keys, 32);
    const [from, free] = sort(first, second, bytes);
    if (positions) kernelIn(area, "positions true", () => positionsModule(true))(from, from + bytes, free, table);
    else kernelIn(area, `elements ${formName(form)}`, () => elementsModule(form))(from, from + bytes, free);
    copyBytes(output, line * bytesOut, new Uint8Array(area.buffer, free, lines * bytesOut), 0, lines * bytesOut);
  }
}
type Five = [number, number, number, number, number];

/** A function that sorts the lines of records at one place, with another place for its use, and returns both again. */
function sorter(area: ReturnType<typeof scratch>, lineBytes: number, width: Width, isPart: boolean, keys: number) {
  const name = `${width} ${isPart}`;
  const runs = kernelIn(area, `runs ${name}`, () => runsModule(width, isPart));
  const merge = kernelIn(area, `merge ${name}`, () => mergeModule(width, isPart));
  return (first: number, second: number, bytes: number): [from: number, free: number] => {
    let [from, to] = [first, second];
    runs(from, from + bytes, lineBytes, RUN * width, keys);
    for (let run = RUN * width; run < lineBytes; run *= 2) {
      merge(from, from + bytes, to, lineBytes, run, keys);
      [from, to] = [to, from];
    }
    return [from, to];
  };
}

/** The bytes of elements in C order. */
const bytesOf = ({ elements, view }: Strided): Uint8Array =>
  new Uint8Array(
    blockOf(elements.memory).buffer,
    elements.byteOffset + view.offset * elements.itemsize,
    view.size * elements.itemsize,
  );
