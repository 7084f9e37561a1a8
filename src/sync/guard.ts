/** Guards: what `acquire` returns. Holding a lock or a permit is a value. */

/** Proof that a lock or a permit is held, for `using` or `release()`. It belongs to the thread that got it. */
export interface Guard extends Disposable {
  /** Releases the lock or the permit; idempotent. */
  release(): void;
}
