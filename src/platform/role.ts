/** Which part this thread plays: the program's own, or one that this package started. */
const WORKER = Symbol.for("shared-ndarray.worker");
const marks = globalThis as { [WORKER]?: "pool" | "process" };

/**
 * True in a pool worker and in a `Process`. `if (!isWorker) { …the program… }` is Python's `if __name__ == "__main__":`,
 * needed where the program itself defines a kernel or task by module, which workers import.
 */
export let isWorker: boolean = marks[WORKER] !== undefined;
/** In a pool's worker every pool computes on its caller: the team it belongs to has the cores already. */
export const isPoolWorker = (): boolean => marks[WORKER] === "pool";

/** Declares this thread a worker, before any module of the user's is imported. */
export function becomeWorker(of: "pool" | "process"): void {
  marks[WORKER] = of; // on globalThis, to tell a second copy of the package
  isWorker = true;
}
