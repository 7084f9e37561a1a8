/**
 * The waits of one thread at one gate, served in the order in which they came, whether they block or not. So messages
 * keep the order of the calls that put them, even if those were not awaited. Used by `Writer` and `Reader`.
 */
import { aborted, late, type SyncWaitOptions, type WaitOptions, whenGivenUp } from "../memory/words/wait.js";
import { type Gate, pass, passSync } from "../sync/gate.js";
import { aloneError, type Channel } from "./channel.js";

/**
 * Tries to do something; returns `undefined` if it is not possible yet. It may block for `limitMs` until other threads
 * have finished a step; with 0, not at all.
 */
type Attempt<T> = (limitMs: number) => T | undefined;

interface Waiting {
  /** Settles the wait if that is possible now, and returns whether it did. */
  readonly serve: (limitMs: number) => boolean;
  readonly reject: (error: unknown) => void;
}

/**
 * The turnstiles of this thread at which waits stand that only this thread itself can still serve. They do not keep the
 * thread alive: when it has nothing else to do, they end as a blocking wait does at once.
 */
const alone = new Set<Turnstile>();
let listens = false;

function watchTheEnd(): void {
  if (listens) return;
  listens = true;
  process.on("beforeExit", () => {
    for (const one of [...alone]) one.giveUpIfAlone();
  });
}

export class Turnstile {
  readonly #channel: Channel;
  readonly #gate: Gate;
  #waiting: Waiting[] = [];
  #isServed = false;

  constructor(channel: Channel, gate: Gate) {
    this.#channel = channel;
    this.#gate = gate;
  }

  /** Serves the waits that came before, as far as possible. Returns true if none is left. */
  serveOthers(limitMs: number): boolean {
    return this.#waiting.length === 0 || this.#serve(limitMs);
  }

  /**
   * Waits until the attempt succeeds; also throws what the attempt throws.
   *
   * @param what The aim of the wait, for errors.
   * @throws {TimeoutError} If it has not succeeded after `timeoutMs`.
   * @throws {AbortedError} If `signal` is aborted.
   */
  wait<T>(attempt: Attempt<T>, options: WaitOptions, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      if (options.timeoutMs === 0) throw late(what, 0);
      if (options.signal?.aborted) throw aborted(options.signal); // during the encoding of the message
      const serve = (limitMs: number) => {
        try {
          const result = attempt(limitMs);
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
   * The blocking form of `wait`. Waits that came before are served first. Also throws what the two functions throw.
   *
   * @param whenStuck Called each time that the attempt does not succeed.
   * @throws {TimeoutError} If it has not succeeded after `timeoutMs`.
   */
  waitSync<T>(attempt: Attempt<T>, { timeoutMs }: SyncWaitOptions, what: string, whenStuck: () => void): T {
    const poll = (limitMs: number) => {
      const done = this.serveOthers(limitMs) ? attempt(limitMs) : undefined;
      if (done === undefined) whenStuck();
      return done;
    };
    const result = passSync(this.#gate, poll, timeoutMs);
    if (result === undefined) throw late(what, timeoutMs!);
    return result;
  }

  /** Ends all waits with an error. */
  rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Ends all waits if no other thread can serve them. Called when this thread has nothing else to do. */
  giveUpIfAlone(): void {
    alone.delete(this);
    if (this.#channel.isAlone()) this.rejectAll(aloneError(this.#channel.what));
  }

  async #keepServing(): Promise<void> {
    if (this.#isServed) return;
    this.#isServed = true;
    const keepsAlive = () => {
      if (!this.#channel.isAlone()) return true;
      watchTheEnd();
      alone.add(this);
      return false;
    };
    await pass(this.#gate, () => this.#serve(0) || undefined, keepsAlive);
    alone.delete(this);
    this.#isServed = false;
    if (this.#waiting.length > 0) void this.#keepServing(); // others came in between
  }

  /** Serves waits in order until one must go on waiting. Returns true if none is left. */
  #serve(limitMs: number): boolean {
    while (this.#waiting[0]?.serve(limitMs)) this.#waiting.shift();
    return this.#waiting.length === 0;
  }
}
