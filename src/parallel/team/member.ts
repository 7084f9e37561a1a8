/** A member's part of one call: claim, compute, report, until nothing is left. The same for workers and for a blocked caller. */
import type { BoundWork } from "../../calls/call.js";
import { add, load } from "../../memory/words/atomics.js";
import type { Control, Posted } from "./control.js";
import { BUSY, type ChunkTable, DONE, FAILED, lineOf, POSTED, STOP, STOP_FAILED } from "./layout.js";

/** Where a member tells what does not fit into words. */
export interface Reporter {
  failed(chunk: number, error: unknown): void;
  /** A reducer's value that is no number. */
  part(chunk: number, value: unknown): void;
}

export interface Share {
  readonly posted: Posted;
  readonly table: ChunkTable;
  readonly work: BoundWork;
  /** Which line of the control block is the member's. */
  readonly line: number;
  /** `info.worker`. */
  readonly rank: number;
  readonly reporter: Reporter;
}

/**
 * Takes chunks until `mayGoOn` says no or none is left. Returns how many, and whether the last one ended the call.
 */
export function takeChunks(
  control: Control,
  share: Share,
  mayGoOn: (taken: number) => boolean,
): [taken: number, over: boolean] {
  const { posted, table, work, line, rank, reporter } = share;
  const member = { worker: rank, aborted: () => load(control.words, STOP) !== 0 };
  const began = performance.now();
  let taken = 0;
  let over = false;
  while (mayGoOn(taken)) {
    const chunk = control.claim(posted, table, line);
    if (chunk < 0) break;
    let state = DONE;
    try {
      if (taken === 0) work.begin?.();
      const value = work.run(chunk, member);
      if (work.isReduction && typeof value === "number") table.values[chunk] = value;
      else if (work.isReduction) {
        reporter.part(chunk, value);
        state = POSTED;
      }
    } catch (error) {
      reporter.failed(chunk, error); // before the chunk counts as finished: who sees the end finds the reason
      control.close(STOP_FAILED);
      state = FAILED;
    }
    over = control.finish(chunk, state, table, line);
    taken++;
  }
  if (taken > 0) add(control.words, lineOf(line) + BUSY, Math.round(1000 * (performance.now() - began)));
  return [taken, over];
}
