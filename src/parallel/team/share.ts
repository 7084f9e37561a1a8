/** A member's part of one call: claim, compute, report, until no chunk is left. Workers and blocked callers use it. */
import type { BoundWork } from "../../calls/call.js";
import { add, load } from "../../memory/words/atomics.js";
import type { Control, Posted } from "./control.js";
import { BUSY, type ChunkTable, DONE, FAILED, lineOf, POSTED, REORDERED, STOP, STOP_FAILED } from "./layout.js";
import { Way } from "./ranges.js";

/** Where a member reports what does not fit into words. */
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
  /** `info.worker`, and the member's range. */
  readonly rank: number;
  readonly reporter: Reporter;
}

/**
 * Takes chunks until `mayGoOn` returns false or none is left. The member must be inside; afterwards it is outside.
 * Returns how many chunks it took, and whether its leaving ended the call.
 */
export function takeChunks(
  control: Control,
  share: Share,
  mayGoOn: (taken: number) => boolean,
): [taken: number, over: boolean] {
  const { posted, table, work, line, rank, reporter } = share;
  const { words } = control;
  const member = { worker: rank, aborted: () => load(words, STOP) !== 0 };
  const way = new Way(words, posted, rank);
  const isReordered = (posted.flags & REORDERED) !== 0;
  const began = performance.now();
  let taken = 0;
  while (mayGoOn(taken)) {
    const turn = way.next();
    if (turn < 0) break;
    const chunk = isReordered ? load(table.order, turn) : turn;
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
      reporter.failed(chunk, error); // before the chunk counts as finished: the pool looks for it at the end
      control.close(posted, STOP_FAILED);
      state = FAILED;
    }
    control.finish(chunk, state, table, line);
    taken++;
  }
  // Before the call can be over, because the pool then adds up what it has cost.
  if (taken > 0) add(words, lineOf(line) + BUSY, Math.round(1000 * (performance.now() - began)));
  return [taken, control.leave(posted, line, taken)];
}
