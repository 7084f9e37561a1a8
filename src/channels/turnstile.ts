/**
 * The waits of one thread at one gate: first come, first served, in whichever form they wait. So messages keep the order in
 * which they were put, awaited or not. Used by `Writer` and `Reader`.
 */
import { aborted, late, type SyncWaitOptions, type WaitOptions, whenGivenUp } from "../memory/words/wait.js";
import { type Gate, pass, passSync } from "../sync/gate.js";

/** `undefined` while it cannot be done yet. */
type Attempt<T> = () => T | undefined;

interface Waiting {
  /** Settles the wait, if it can be done now; false if not. */
  readonly serve: () => boolean;
  readonly reject: (error: unknown) => void;
}

export class Turnstile {
  readonly #gate: Gate;
  #waiting: Waiting[] = [];
  #isServed = false;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Serves those who came before, as far as they can be; true if nobody waits any more. */
  serveOthers(): boolean {
    return this.#waiting.length === 0 || this.#serve();
  }

  /** @param what is waited for, as errors name it @throws what the attempt throws @throws {TimeoutError} {AbortedError} */
  wait<T>(attempt: Attempt<T>, options: WaitOptions, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      if (options.timeoutMs === 0) throw late(what, 0);
      if (options.signal?.aborted) throw aborted(options.signal); // while the message was encoded
      const serve = () => {
        try {
          const result = attempt();
          if (result === undefined) return false;
          resolve(result);
        } catch (e) {
          reject(e);
        }
        stop();
        return true;
      };
      const waiting: Waiting = {
        serve,
        reject: (error) => {
          stop();
          reject(error);
        },
      };
      const stop = whenGivenUp(options, what, (error) => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(error);
      });
      this.#waiting.push(waiting);
      void this.#keepServing();
    });
  }

  /**
   * As `wait`, blocking: those that came before are served first.
   *
   * @param whenVain called each time that it cannot be done @throws what the two throw @throws {TimeoutError}
   */
  waitSync<T>(attempt: Attempt<T>, { timeoutMs }: SyncWaitOptions, what: string, whenVain: () => void): T {
    const poll = () => {
      const done = this.serveOthers() ? attempt() : undefined;
      if (done === undefined) whenVain();
      return done;
    };
    const result = passSync(this.#gate, poll, timeoutMs);
    if (result === undefined) throw late(what, timeoutMs!);
    return result;
  }

  /** Ends all waits. */
  rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async #keepServing(): Promise<void> {
    if (this.#isServed) return;
    this.#isServed = true;
    await pass(this.#gate, () => this.#serve() || undefined);
    this.#isServed = false;
    if (this.#waiting.length > 0) void this.#keepServing(); // they came in between
  }

  /** Serves those whose turn it is; true if nobody waits any more. */
  #serve(): boolean {
    while (this.#waiting[0]?.serve()) this.#waiting.shift();
    return this.#waiting.length === 0;
  }
}
