/** Memory that is a file without a name in any scope: a file that a user has, or one that only child processes get. */
import type { FilePart } from "../system/files.js";
import type { MapMode } from "./blocks/driver.js";
import { inherited, mapPath, sharedWithChildren } from "./machine/machine-names.js";
import { handleToMapping, type SharedMemory } from "./shared-memory.js";

/** Maps a file of any path. A part of it is at the end of the memory, after less than a page. */
export const memoryOfFile = (path: string, mode: MapMode, part?: FilePart): SharedMemory =>
  handleToMapping(mapPath(path, mode, part));

/** Memory that a child process gets when it is started, as an open file. */
export interface Legacy {
  readonly memory: SharedMemory;
  /** The open file. It is closed with the last handle to the memory. */
  readonly fd: number;
}

/**
 * Makes zeroed memory for a child process. It has no name, so no other process can ever open it: not even one of the
 * same user that sees the same `/dev/shm`.
 *
 * @throws {NoSpaceError} If there is not enough memory. Nothing is left behind.
 * @throws {UnsupportedError} If there is no system scope here.
 */
export function memoryForChild(size: number): Legacy {
  const { named, fd } = sharedWithChildren(size);
  return { memory: handleToMapping(named), fd };
}

/** In the child: the memory that its parent has started it with. To be called once. */
export const inheritedMemory = (fd: number): SharedMemory => handleToMapping(inherited(fd));
