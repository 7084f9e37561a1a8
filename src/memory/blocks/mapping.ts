/**
 * Maps files: places a file's bytes over the pages of a shared `WebAssembly.Memory`, so that they can be used like
 * those of any other block. README.md says why this is sound. Only the keeper does it, for all threads.
 */
import { NoSpaceError } from "../../base/errors.js";
import { hasWebAssembly, noWebAssembly } from "../../base/evaluating.js";
import { ftruncateSync, readFileSync, readSync, writeSync } from "../../platform/runtime.js";
import { type FilePart, freeBytes, type OpenFile } from "../../system/files.js";
import { libc, unavailable } from "../../system/libc.js";
import type { Block, MapMode } from "./driver.js";
import { PAGE } from "./heap.js";

/**
 * Maps an open file, or a part of it, over fresh memory. The file may be closed afterwards. Mappings begin with a page,
 * so that bytes before the part may be mapped too: the part is at the end of the block.
 *
 * @throws {NoSpaceError} If no address space is left.
 * @throws {UnsupportedError} If this machine cannot do it.
 */
export function mapFile(id: number, { fd, size, dev, ino }: OpenFile, mode: MapMode, part?: FilePart): Block {
  selfTest();
  const { byteOffset, byteLength } = part ?? { byteOffset: 0, byteLength: size };
  const before = byteOffset % libc().pageSize;
  const isPrivate = mode === "r" || mode === "c";
  const place = { file: `${dev}:${ino}`, position: byteOffset - before, isPrivate };
  const block = { ...newMemory(id, before + byteLength), isReadonly: mode === "r", place };
  const sharing = isPrivate ? "private" : "shared";
  libc().mapFile(libc().addressOf(block.buffer), wholePages(block.size), fd, sharing, place.position);
  return block;
}

/**
 * Maps zeros over a block's pages. A thread that still has the buffer reads zeros from then on, never foreign bytes.
 */
export function unmap({ buffer, size }: Block): void {
  libc().mapZeros(libc().addressOf(buffer), wholePages(size));
}

/**
 * The bytes of the pages that hold `size` bytes. No page past the end of the file is mapped, because an access there
 * would kill the process. The rest of the buffer stays ordinary memory.
 */
const wholePages = (size: number) => Math.ceil(size / libc().pageSize) * libc().pageSize;

function newMemory(id: number, size: number): Block {
  const pages = Math.ceil(size / PAGE);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return { id, buffer: memory.buffer as unknown as SharedArrayBuffer, memory, size };
  } catch (cause) {
    const message =
      "Expected address space for one more block of system scope (each takes 8 to 10 GiB of it), " +
      `got ${(cause as Error).message}`;
    throw new NoSpaceError(message, { requested: size, free: freeBytes() }, { cause });
  }
}

// ── Whether it works here ──────────────────────────────────────────────────────────────────────────────────────────

let works = false;

/**
 * Tries once, with a file that has no name, whether bytes pass in both directions and whether the file can be unmapped.
 *
 * @throws {UnsupportedError} If something does not work.
 */
function selfTest(): void {
  if (works) return;
  if (!hasWebAssembly) throw noWebAssembly("system scope");
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

/** Says what does not work; `undefined` if everything does. */
function tryOut(fd: number): string | undefined {
  const { buffer } = newMemory(0, 2 * PAGE); // the mapping must not touch the second page
  const bytes = new Uint8Array(buffer);
  const there = new Uint8Array(1);
  const address = libc().addressOf(buffer);
  if (address % libc().pageSize !== 0) return `it is at ${address}, which is not the start of a page`;
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

/**
 * Whether all of that memory is in one anonymous private mapping, readable and writable, so that no other memory is
 * overlaid.
 */
function isOwnMemory(address: number, byteLength: number): boolean {
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const [, from, to, access, inode] = /^(\w+)-(\w+) (\S+) \S+ \S+ (\d+)/.exec(line) ?? [];
    if (from === undefined || Number.parseInt(to!, 16) <= address) continue;
    const isAround = Number.parseInt(from, 16) <= address && Number.parseInt(to!, 16) >= address + byteLength;
    return isAround && access === "rw-p" && inode === "0";
  }
  return false;
}
