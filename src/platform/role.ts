/** The role of this thread: whether it is the program's own, or one that this package has started. */
const WORKER = Symbol.for("shared-ndarray.worker");
const marks = globalThis as { [WORKER]?: "pool" | "process" };

/**
 * True in a worker of a pool and in a `Process`. `if (!isWorker) { …the program… }` is Python's `if __name__ ==
 * "__main__":`. It is needed if the program itself calls `defineKernel` or `defineTask`, because workers import the
 * module that does.
 */
export let isWorker: boolean = marks[WORKER] !== undefined;
/**
 * True in a worker of a pool. There, every other pool computes on its caller, because the team already has the cores.
 */
export const isPoolWorker = (): boolean => marks[WORKER] === "pool";

/** Declares this thread a worker. Must be called before any module of the user is imported. */
export function becomeWorker(of: "pool" | "process"): void {
  marks[WORKER] = of; // on globalThis, so that a second copy of the package knows it too
  isWorker = true;
}
