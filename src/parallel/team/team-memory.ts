/** The memory of a team's words and tables: of this process, or of system scope if the workers are processes. */

import { isSharedArrayBuffer } from "../../base/builtins.js";
import { blockOf, SharedMemory } from "../../memory/shared-memory.js";
import { newWords } from "../../memory/words/atomics.js";
import type { Isolation } from "../../platform/interface.js";
import { type ChunkTable, type TeamMemory, tableBytes, tableOver } from "./layout.js";

export const newTeamMemory = (bytes: number, isolation: Isolation): TeamMemory =>
  isolation === "process" ? new SharedMemory(bytes, { scope: "system" }) : newWords(Math.ceil(bytes / 4)).buffer;

export const bufferOf = (home: TeamMemory): SharedArrayBuffer =>
  isSharedArrayBuffer(home) ? home : blockOf(home).buffer;

/** Frees the memory; nobody may use it after that. */
export function giveBack(home: TeamMemory): void {
  if (!isSharedArrayBuffer(home)) home[Symbol.dispose]();
}

/** A chunk table and the number by which workers know it. */
export interface NumberedTable {
  readonly number: number;
  readonly capacity: number;
  readonly home: TeamMemory;
  readonly table: ChunkTable;
}

export function newTable(number: number, capacity: number, isolation: Isolation): NumberedTable {
  const home = newTeamMemory(tableBytes(capacity), isolation);
  return { number, capacity, home, table: tableOver(bufferOf(home), capacity) };
}
