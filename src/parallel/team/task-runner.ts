/** Runs one task, of `run` or of a `broadcast`, on the calling thread. */
import type { Barrier } from "../../sync/barrier.js";
import { settle } from "../../wire/departures.js";
import { loadFunction } from "../../wire/functions.js";
import { closeHandedOver, pack, unpack } from "../../wire/pack.js";
import { fromHandle } from "../../wire/registry.js";
import { sendError } from "../../wire/send-errors.js";
import { toWire } from "../../wire/thrown.js";
import type { FromWorker, TeamWire, ToWorker } from "./layout.js";

/** What a task of `broadcast` knows of its team. */
export interface TeamMember {
  /** The rank of this member, in [0, size). */
  readonly rank: number;
  /** The number of members. */
  readonly size: number;
  /** The barrier where all members of the broadcast wait for each other. */
  readonly barrier: Barrier;
  /**
   * Returns this member's part of the range [start, stop). Parts are contiguous, and their sizes differ by at most 1.
   */
  share(start: number, stop: number): [start: number, stop: number];
}

type Task = Extract<ToWorker, { type: "task" }>;

/**
 * Runs a task and posts its result or what it throws. Never rejects.
 *
 * @param how `toProcesses`: whether the result is for another process; `isWithdrawn`: whether the caller gave the task
 *   up before it began, so that it must not begin, but what was sent with it must still be received
 */
export async function runTask(
  { id, fn, args, team }: Task,
  post: (reply: FromWorker, transfer?: readonly ArrayBuffer[]) => void,
  { toProcesses = false, isWithdrawn = false } = {},
): Promise<void> {
  try {
    const given = unpack(args) as unknown[]; // before anything can fail: arguments that were sent must be received
    const task = await expectWanted(isWithdrawn)
      .then(() => loadFunction(fn))
      .catch((e) => {
        closeHandedOver(given);
        throw e;
      });
    const result: unknown = await (team ? task(memberOf(team), ...given) : task(...given));
    const value = pack(result, "result", { toProcesses });
    try {
      post({ type: "result", id, value });
      settle(value, "sent");
    } catch (e) {
      settle(value, "cancelled");
      throw sendError(e, "result");
    }
  } catch (e) {
    post({ type: "thrown", id, error: toWire(e, toProcesses) });
  }
}

async function expectWanted(isWithdrawn: boolean): Promise<void> {
  if (isWithdrawn) throw new Error("The task was given up before it began"); // nobody waits for this error
}

function memberOf({ rank, size, barrier }: TeamWire): TeamMember {
  return {
    rank,
    size,
    barrier: fromHandle(barrier),
    share(start, stop) {
      const at = (i: number) => start + Math.floor(((stop - start) * i) / size);
      return [at(rank), at(rank + 1)];
    },
  };
}
