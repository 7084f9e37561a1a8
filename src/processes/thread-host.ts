/** Runs one target in a thread: in the spare one, if there is one that fits, and otherwise in a new one. */

import { doom } from "../memory/machine/native.js";
import { load, type Words } from "../memory/words/atomics.js";
import { isTokenAlive } from "../system/agent.js";
import type { ThrownWire } from "../wire/thrown.js";
import { ChildThread } from "./child-thread.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { DOOMED, ENDING, EXIT_CODE, TOKEN } from "./layout.js";
import { takeSpare } from "./spare.js";

export class ThreadHost implements Host {
  readonly pid = process.pid;
  readonly words: Words;
  readonly #thread: ChildThread;
  #isStopped = false;

  /** If an argument cannot be sent, throws the reason and leaves no thread but the spare one. */
  constructor({ name, ...task }: Assignment, whenEnded: WhenEnded) {
    this.#thread = takeSpare(task) ?? new ChildThread(name, task);
    this.words = this.#thread.words;
    this.#thread.worker.on("exit", (exitCode) => whenEnded({ exitCode, failure: this.#thread.failure }));
  }

  /** It has ended when its thread is gone, and not already at ENDING: its exit listeners may still print and throw. */
  look(): Ending | undefined {
    const isOver = load(this.words, TOKEN) === 0 ? this.#neverRan() : this.#isGone();
    return isOver ? { exitCode: load(this.words, EXIT_CODE) } : undefined;
  }

  /** Whether it ended before the target ran: it was stopped, or a module that the program preloads failed. */
  #neverRan(): boolean {
    return this.#isStopped || this.#thread.isGone;
  }

  #isGone(): boolean {
    const isAlive = isTokenAlive(load(this.words, TOKEN));
    const isEnding = load(this.words, ENDING) === 1 || this.#isStopped;
    return isAlive === undefined ? isEnding : !isAlive; // without /proc, the shared word must be enough
  }

  get thrown(): ThrownWire | undefined {
    this.#thread.drain();
    return this.#thread.thrown;
  }

  stop(): void {
    this.#isStopped = true;
    doom(this.words, DOOMED);
    void this.#thread.worker.terminate();
  }

  /** A thread always keeps the program from ending. */
  hold(): void {}

  close(): void {
    this.#thread.close();
  }
}
