/** Blocks of random words by counter, written by the kernel in this thread's scratch memory. */
import { BLOCK_BYTES, PHILOX_ARGUMENTS, type PhiloxForm, philoxModule } from "../ir/philox-kernels.js";
import { scratch } from "../loops/bound.js";
import { kernelIn } from "../loops/radix.js";
import { copyBytes } from "../platform/runtime.js";

/** The words of a block. */
export const BLOCK_WORDS = 4;
/** The counters are modulo 2^256. */
export const COUNTER_BITS = 256;
/** The bytes that the kernel writes before they are copied. They and their copies fit into a second-level cache. */
const PIECE = 65536;

/** What words become, and the range of floats. */
export interface BlockForm {
  readonly form: PhiloxForm;
  readonly low: number;
  readonly range: number;
}
export const WORDS: BlockForm = { form: "words", low: 0, range: 1 };

/**
 * Writes the blocks of counters from `counter` on.
 *
 * @param bytes whole blocks
 */
export function writeBlocks(
  key: readonly bigint[],
  counter: bigint,
  { form, low, range }: BlockForm,
  bytes: Uint8Array,
): void {
  const start = PHILOX_ARGUMENTS.bytes;
  const area = scratch(start + PIECE);
  const run = kernelIn(area, `philox ${form}`, () => philoxModule(form));
  const words = new BigUint64Array(area.buffer, 0, 6);
  words.set(key);
  for (let i = 0; i < 4; i++) words[2 + i] = BigInt.asUintN(64, counter >> BigInt(64 * i));
  new Float64Array(area.buffer, PHILOX_ARGUMENTS.low, 2).set([low, range]);
  for (let done = 0; done < bytes.length; done += PIECE) {
    const count = Math.min(PIECE, bytes.length - done);
    run(0, start, start + count);
    copyBytes(bytes, done, new Uint8Array(area.buffer, start, count), 0, count);
  }
}

/** How many whole blocks of elements of so many bytes are in a run of `count`. */
export const wholeBlocks = (count: number, itemsize: number): number => Math.floor((count * itemsize) / BLOCK_BYTES);
export { BLOCK_BYTES };
