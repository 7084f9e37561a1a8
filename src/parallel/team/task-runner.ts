/** Runs one task, `run`'s or a member of a `broadcast`, in whatever thread it is called in. */
import { toWire } from "../../base/errors.js";
import type { Barrier } from "../../sync/barrier.js";
import { settle } from "../../wire/departures.js";
import { loadFunction } from "../../wire/functions.js";
import { closeHandedOver, pack, unpack } from "../../wire/pack.js";
import { fromHandle } from "../../wire/registry.js";
import { sendError } from "../../wire/send-errors.js";
import type { FromWorker, TeamWire, ToWorker } from "./layout.js";

/** What a task of a broadcast knows of its team. */
export interface TeamMember {
  /** [0, size). */
  readonly rank: number;
  readonly size: number;
  /** Where all members wait for each other. */
  readonly barrier: Barrier;
  /** This member's part of [start, stop): contiguous, the sizes differing by one at most. */
  share(start: number, stop: number): [start: number, stop: number];
}

type Task = Extract<ToWorker, { type: "task" }>;

/** Never rejects: what the task throws is posted. @param toProcesses the result is for another process */
export async function runTask(
  { id, fn, args, team }: Task,
  post: (reply: FromWorker, transfer?: readonly ArrayBuffer[]) => void,
  toProcesses = false,
): Promise<void> {
  try {
    const given = unpack(args) as unknown[]; // first: whatever fails from here on, what was handed over has arrived
    const task = await loadFunction(fn).catch((e) => {
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
    post({ type: "thrown", id, error: toWire(e) });
  }
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
