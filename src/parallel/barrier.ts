/** The barrier of a broadcast: all members wait for each other, again and again. Three words, passed with the task. */
import { BrokenBarrierError, TimeoutError } from "../errors.js";
import { add, load, newWords, notify, store, type Words } from "../memory/atomics.js";
import { expectWait, type SyncWaitOptions, type WaitOptions, waitUntil, waitUntilSync } from "../memory/wait.js";

const WAITING = 0;
const GENERATION = 1;
const BROKEN = 2;

export const newBarrierWords = (): Words => newWords(3);

/** Wakes everybody with an error: a member failed or died, so the others would wait for ever. */
export function breakBarrier(words: Words): void {
  store(words, BROKEN, 1);
  add(words, GENERATION, 1);
  notify(words, GENERATION);
}

/** All members of a broadcast wait here for each other. */
export class TeamBarrier {
  /** How many wait for each other: the size of the team. */
  readonly parties: number;
  readonly #words: Words;

  constructor(parties: number, words: Words) {
    this.parties = parties;
    this.#words = words;
  }

  get waiting(): number {
    return load(this.#words, WAITING);
  }
  get broken(): boolean {
    return load(this.#words, BROKEN) !== 0;
  }

  /**
   * Waits for all others. Each gets one of [0, parties); who gets 0 may do what is to be done once.
   *
   * @throws {BrokenBarrierError} if a member failed, died, or gave up waiting @throws {TimeoutError} {AbortedError}, which break it
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    expectWait(options);
    const [place, generation] = this.#arrive();
    const passed = () => this.#passed(generation);
    try {
      if ((await waitUntil(this.#words, GENERATION, passed, options)) === undefined) throw timedOut(options);
    } catch (e) {
      breakBarrier(this.#words);
      throw e;
    }
    return place;
  }

  /** As `wait`, blocking. */
  waitSync(options: SyncWaitOptions = {}): number {
    expectWait(options);
    const [place, generation] = this.#arrive();
    const passed = waitUntilSync(this.#words, GENERATION, () => this.#passed(generation), options.timeoutMs);
    if (passed) return place;
    breakBarrier(this.#words);
    throw timedOut(options);
  }

  #arrive(): [place: number, generation: number] {
    if (this.broken) throw this.#brokenError();
    const generation = load(this.#words, GENERATION); // before arriving: it cannot move until this member has
    const place = add(this.#words, WAITING, 1);
    if (place === this.parties - 1) {
      store(this.#words, WAITING, 0); // before the generation: the first of the next round must find it empty
      add(this.#words, GENERATION, 1);
      notify(this.#words, GENERATION);
    }
    return [this.parties - 1 - place, generation];
  }

  #passed(generation: number): true | undefined {
    if (this.broken) throw this.#brokenError();
    return load(this.#words, GENERATION) === generation ? undefined : true;
  }

  #brokenError(): BrokenBarrierError {
    const { parties } = this;
    return new BrokenBarrierError(`Expected all ${parties} members at the barrier, but one failed or gave up`, {
      parties,
    });
  }
}

const timedOut = ({ timeoutMs }: SyncWaitOptions) =>
  new TimeoutError(`Expected all members at the barrier within ${timeoutMs} ms`, {
    timeoutMs: timeoutMs!,
    written: [],
  });
