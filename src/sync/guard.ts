/** Holding is a value: what `acquire` returns, of locks and of semaphores. */

/** Proof that something is held, for `using` or `release()`. It belongs to the thread that got it. */
export interface Guard extends Disposable {
  /** Gives back what is held; idempotent. */
  release(): void;
}
