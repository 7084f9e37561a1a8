/**
 * Life signs: what a process holds as long as it owns anything in `/dev/shm`. It is a FIFO that the process has open
 * for reading. The kernel closes it with the process, and says to everybody whether anybody has it open: in every
 * namespace, without `/proc`, without native code.
 */
import { closeSync, fileFlags, fstatSync, openSync } from "../platform/runtime.js";
import { errorCode } from "./error-code.js";
import { forBlocks } from "./files.js";
import { libc } from "./libc.js";
import { pathOf, RESERVED, remove, withFreshName } from "./own-files.js";

const ALIVE = `${RESERVED}alive.`;

/** This process's life sign. */
export class LifeSign {
  #held: { readonly fd: number; readonly path: string } | undefined;

  /**
   * From now on, others see that this process lives. Does nothing if they do already.
   *
   * @throws {NoSpaceError} If there is no space for one more file.
   * @throws {UnsupportedError} If the directory cannot be written to, or there is no system scope here.
   */
  begin(): void {
    this.#held ??= forBlocks("a FIFO for the owner of blocks", 0, () =>
      withFreshName(ALIVE, (name) => {
        const path = pathOf(name);
        libc().makeFifo(path);
        const fd = openSync(path, fileFlags.O_RDONLY | fileFlags.O_NONBLOCK | fileFlags.O_NOFOLLOW);
        return { fd, path };
      }),
    );
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** To be called when this process owns nothing any more. */
  end(): void {
    if (!this.#held) return;
    const { fd, path } = this.#held;
    this.#held = undefined;
    closeSync(fd);
    remove(path);
  }
}

/**
 * Whether a file is the life sign of a process that lives. A FIFO cannot be opened for writing, without waiting, if
 * nobody has it open for reading.
 */
export function isHeld(name: string): boolean {
  if (!name.startsWith(ALIVE)) return false;
  let fd: number;
  try {
    fd = openSync(pathOf(name), fileFlags.O_WRONLY | fileFlags.O_NONBLOCK | fileFlags.O_NOFOLLOW);
  } catch (e) {
    // If it cannot be known, because there are no file descriptors left for example, the owner may live.
    return !NOT_HELD.includes(errorCode(e) ?? "");
  }
  try {
    return fstatSync(fd).isFIFO();
  } finally {
    closeSync(fd);
  }
}
/** Nobody reads; it is gone; it is a link or a directory. */
const NOT_HELD = ["ENXIO", "ENOENT", "ELOOP", "EISDIR"];
