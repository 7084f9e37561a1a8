/** What the target of a system process threw, as bytes in the block that it shares with its parent (`layout.ts`). */

import type { SharedMemory } from "../memory/shared-memory.js";
import { load, store, type Words } from "../memory/words/atomics.js";
import { deserialize, serialize } from "../platform/runtime.js";
import { type ThrownWire, textOf } from "../wire/thrown.js";
import { THROWN, THROWN_BYTES, THROWN_LENGTH } from "./layout.js";

/** Longest texts that are kept of an error that has no room. */
const CUT_MESSAGE = 1000;
const CUT_NAME = 100;

/** Writes what was thrown, shortened if it has no room. Called once, by the process that ends. */
export function writeThrown(memory: SharedMemory, words: Words, thrown: ThrownWire): void {
  const whole = serialize(thrown);
  const bytes = whole.length <= THROWN_BYTES ? whole : serialize(cutShort(thrown));
  memory.buf.set(bytes, THROWN);
  store(words, THROWN_LENGTH, bytes.length); // after the bytes: the parent reads them once it sees a length
}

/** Reads what was thrown; `undefined` if nothing was. */
export function readThrown(memory: SharedMemory, words: Words): ThrownWire | undefined {
  const length = load(words, THROWN_LENGTH);
  if (length === 0) return undefined;
  return deserialize(Uint8Array.from(memory.buf.subarray(THROWN, THROWN + length))) as ThrownWire;
}

/** Keeps only the parts of an error that always have room. */
function cutShort(thrown: ThrownWire): ThrownWire {
  if ("value" in thrown) return { value: textOf(thrown.value).slice(0, CUT_MESSAGE) };
  const { base } = thrown.error;
  const [name, message] = [thrown.error.name.slice(0, CUT_NAME), thrown.error.message.slice(0, CUT_MESSAGE)];
  const bare = { base, name, message, stack: `${name}: ${message}`, code: undefined, properties: [] };
  return { error: bare, others: [] };
}
