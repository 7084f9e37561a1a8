/**
 * A file's bytes as a shared buffer: laid over the pages of a shared `WebAssembly.Memory`, so that everything works on them as on any
 * other block. How, and why it is sound: README.md, "System scope". Used by the keeper.
 */
import { NoSpaceError } from "../../base/errors.js";
import { ftruncateSync, readFileSync, readSync, writeSync } from "../../platform/runtime.js";
import { freeBytes, type OpenFile } from "../../system/files.js";
import { libc, type Sharing, unavailable } from "../../system/libc.js";
import type { Block } from "./driver.js";
import { PAGE } from "./heap.js";

/** Lays an open file over fresh memory; the file may be closed afterwards. @throws {NoSpaceError} {UnsupportedError} */
export function mapFile(id: number, { fd, size }: OpenFile, sharing: Sharing): Block {
  selfTest();
  const block = newMemory(id, size);
  libc().mapFile(libc().addressOf(block.buffer), wholePages(size), fd, sharing);
  return block;
}

/** Lays zeros over it again: whoever still has the buffer reads those, and nobody's bytes. */
export function unmap({ buffer, size }: Block): void {
  libc().mapZeros(libc().addressOf(buffer), wholePages(size));
}

/** Never past the end of the file, where an access would kill the process; the rest of the buffer is memory of its own. */
const wholePages = (size: number) => Math.ceil(size / libc().pageSize) * libc().pageSize;

function newMemory(id: number, size: number): Block {
  const pages = Math.ceil(size / PAGE);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return { id, buffer: memory.buffer as unknown as SharedArrayBuffer, memory, size };
  } catch (cause) {
    const message = `Expected address space for one more block of system scope (each takes 8 to 10 GiB of it), got ${(cause as Error).message}`;
    throw new NoSpaceError(message, { requested: size, free: freeBytes() }, { cause });
  }
}

// ── Whether it works here ──────────────────────────────────────────────────────────────────────────────────────────

let works = false;

/** Once, on a file without a name: bytes go both ways, and go away. @throws {UnsupportedError} */
function selfTest(): void {
  if (works) return;
  const fd = libc().memoryFile();
  if (fd < 0) throw unavailable("a file in memory", "a kernel with memfd_create");
  try {
    ftruncateSync(fd, PAGE);
    const problem = tryOut(fd);
    if (problem) throw unavailable(`a file over the pages of a WebAssembly.Memory (${problem})`, "process scope");
  } finally {
    libc().close(fd);
  }
  works = true;
}

/** What does not work; `undefined` if all does. */
function tryOut(fd: number): string | undefined {
  const { buffer } = newMemory(0, 2 * PAGE); // the second page is to be left alone
  const bytes = new Uint8Array(buffer);
  const there = new Uint8Array(1);
  const address = libc().addressOf(buffer);
  if (address % libc().pageSize !== 0) return `it lies at ${address}, amidst a page`;
  if (!isOwnMemory(address, buffer.byteLength)) return "its pages are not private to it";
  bytes.fill(1);
  libc().mapFile(address, PAGE, fd, "shared");
  if (bytes[0] !== 0 || bytes[PAGE] !== 1) return "the file is not seen, or more than the file";
  bytes[1] = 2;
  readSync(fd, there, 0, 1, 1);
  if (there[0] !== 2) return "what is written does not reach the file";
  writeSync(fd, Uint8Array.of(3), 0, 1, 2);
  if (bytes[2] !== 3) return "what the file gets is not seen";
  libc().mapZeros(address, PAGE);
  if (bytes[1] !== 0) return "the file does not go away";
  return undefined;
}

/** Whether one anonymous private mapping, readable and writable, has all of that memory: nothing else is laid over. */
function isOwnMemory(address: number, byteLength: number): boolean {
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const [, from, to, access, inode] = /^(\w+)-(\w+) (\S+) \S+ \S+ (\d+)/.exec(line) ?? [];
    if (from === undefined || Number.parseInt(to!, 16) <= address) continue;
    const isAround = Number.parseInt(from, 16) <= address && Number.parseInt(to!, 16) >= address + byteLength;
    return isAround && access === "rw-p" && inode === "0";
  }
  return false;
}
