/** The error of a call or task whose worker has died. */
import { type ErrorFields, WorkerDiedError } from "../../base/errors.js";
import { textOf } from "../../wire/thrown.js";

/** How a worker ended. */
export interface Death {
  readonly exitCode: number | undefined;
  /** What the worker threw and nobody caught; `undefined` if it ended in another way. */
  readonly uncaught: { readonly error: unknown } | undefined;
}

type Parts = Pick<ErrorFields["WORKER_DIED"], "chunks" | "written">;

/**
 * @param who the worker, as the subject of a sentence
 * @param where in what work it died, or nothing
 * @param what happened after that, as a sentence
 */
export function diedError(
  who: string,
  { exitCode, uncaught }: Death,
  where: string,
  after: string,
  { chunks, written }: Parts = { chunks: [], written: [] },
): WorkerDiedError {
  const code = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  const why = uncaught ? `: ${textOf(uncaught.error)}` : "";
  const message = `${who} died${code}${where}${why}. ${after}`;
  return new WorkerDiedError(message, { exitCode, chunks, written }, uncaught && { cause: uncaught.error });
}
