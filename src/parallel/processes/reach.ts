/** What a pool whose workers are processes must see to: what they can have, and what is left of a call. */

import { arraysOf, type WorkSpec } from "../../calls/work.js";
import type { SharedMemory } from "../../memory/shared-memory.js";
import { settle } from "../../wire/departures.js";
import { pack } from "../../wire/pack.js";
import type { Checked } from "../arguments.js";

/** @throws {NotSendableError} naming what another process could not have; then what the call has made is gone */
export function assertReachable({ operands, out, made, options }: Checked): void {
  try {
    for (const [path, value] of Object.entries({ operands, out, params: options.params })) {
      settle(pack(value, path, { toProcesses: true }), "cancelled");
    }
  } catch (e) {
    made?.[Symbol.dispose]();
    throw e;
  }
}

/**
 * Blocks of system scope that a call has made for itself alone: copies, partial results. They have names, which are to go with
 * the call.
 */
export function ownBlocks(spec: WorkSpec, { operands, out }: Checked): SharedMemory[] {
  const given = new Set([...operands, ...(out ? [out] : [])].map(({ memory }) => memory));
  const memories = arraysOf(spec).map(({ memory }) => memory);
  return memories.filter((memory) => memory.scope === "system" && memory.owner && !given.has(memory));
}
