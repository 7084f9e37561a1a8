/** Holding is a value: what `acquire` returns. Used by locks and semaphores. */

import { forbidSending } from "../handle.js";

/** Proof that something is held, for `using` or `release()`. Worth something only in the thread that got it. */
export interface Guard extends Disposable {
  /** Gives back what is held; idempotent. */
  release(): void;
}

/** A guard that calls back once. */
export class OnceGuard implements Guard {
  #giveBack: (() => void) | undefined;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }
  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }
  [Symbol.dispose](): void {
    this.release();
  }
}
forbidSending(OnceGuard);
