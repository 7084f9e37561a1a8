/** `info` and `peek`: show the contents of a block of system scope. */
import { type AnyNDArray, isSharedError, NDArray, SharedMemory } from "../index.js";
import { readKind } from "../things/thing-block.js";
import { type JsonOption, SYSTEM } from "./options.js";
import { byteText, printJson, printTable, shapeText } from "./output.js";

const HEX_BYTES = 256;
/** Largest number of elements that `peek` prints as JSON. Nobody could use a longer text. */
const MOST_ITEMS = 1_000_000;

/** The array in a block; `undefined` if it holds none. */
function arrayIn(name: string): AnyNDArray | undefined {
  try {
    return NDArray.attach(name, SYSTEM);
  } catch (e) {
    if (isSharedError(e, "FORMAT")) return undefined;
    throw e;
  }
}

/** The kind of thing in a block, such as a lock, a value or a queue; or plain memory. */
function kindOf(memory: SharedMemory): string {
  try {
    return readKind(memory);
  } catch (e) {
    if (isSharedError(e, "FORMAT")) return "plain memory";
    throw e;
  }
}

/** Prints everything that is known about a block. */
export function info(name: string, { json }: JsonOption): void {
  using memory = SharedMemory.attach(name, SYSTEM);
  using array = arrayIn(name);
  const owned = SharedMemory.list(SYSTEM).find((block) => block.name === name);
  const facts = {
    name,
    path: memory.path,
    kind: array ? "array" : kindOf(memory),
    size: memory.size,
    dtype: array?.dtype,
    shape: array?.shape,
    strides: array?.strides,
    nbytes: array?.nbytes,
    byteOffset: array && memory.size - array.nbytes,
    pid: owned?.pid,
    ownerAlive: owned?.ownerAlive,
    createdAt: owned?.createdAt,
  };
  if (json) {
    printJson(facts);
    return;
  }
  const rows: [string, string][] = [
    ["name", name],
    ["path", memory.path!],
    ["holds", facts.kind],
    ["size", `${memory.size} bytes (${byteText(memory.size)})`],
  ];
  if (array) {
    rows.push(
      ["dtype", array.dtype],
      ["shape", shapeText(array.shape)],
      ["strides", `${shapeText(array.strides)} bytes`],
    );
    rows.push(["data", `${array.nbytes} bytes from byte ${facts.byteOffset} on`]);
  }
  const owner =
    owned && `process ${owned.pid}, ${owned.ownerAlive ? "alive" : "dead"}; made ${owned.createdAt.toISOString()}`;
  rows.push(["owner", owner ?? "not known: another program made it"]);
  printTable(["", ""], rows);
}

/** Prints an array or a slice of it, as NumPy does. If the block has no array, prints its first bytes. */
export function peek(name: string, slice: string | undefined, { json }: JsonOption): void {
  using array = arrayIn(name);
  if (!array) {
    peekBytes(name, slice, json === true);
    return;
  }
  const part = slice === undefined ? array : (array as NDArray<"float64">).slice(slice);
  if (json && part.size > MOST_ITEMS) {
    throw new RangeError(`Expected at most ${MOST_ITEMS} elements as JSON, got ${part.size}: give a slice`);
  }
  if (json) printJson({ name, dtype: array.dtype, shape: part.shape, items: part.toArray() });
  else console.log(part.toString());
}

function peekBytes(name: string, slice: string | undefined, json: boolean): void {
  using memory = SharedMemory.attach(name, SYSTEM);
  if (slice !== undefined) throw new TypeError(`Expected ${name} to hold an array to slice, got ${kindOf(memory)}`);
  const bytes = memory.buf.subarray(0, HEX_BYTES);
  if (json) {
    printJson({ name, kind: kindOf(memory), size: memory.size, bytes: [...bytes] });
    return;
  }
  console.log(`${kindOf(memory)}, ${memory.size} bytes`);
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    console.log(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  if (memory.size > HEX_BYTES) console.log(`… ${memory.size - HEX_BYTES} more`);
}
