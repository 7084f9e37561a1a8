/** A thread for one target. What runs in it is `child.ts`. */

import type { ThrownWire } from "../base/errors.js";
import { doom } from "../memory/machine/native.js";
import { load, newWords } from "../memory/words/atomics.js";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  startThread,
  type Worker,
} from "../platform/runtime.js";
import { isTokenAlive, threadIds } from "../system/agent.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { type Begin, DOOMED, ENDING, EXIT_CODE, type FromChild, PROCESS_WORDS, TOKEN } from "./layout.js";

export class ThreadHost implements Host {
  readonly pid = process.pid;
  readonly words = newWords(PROCESS_WORDS);
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** OS ids of the threads that came with it: its own, until it has said which. */
  readonly #threads: readonly string[];
  #isStopped = false;
  #thrown: ThrownWire | undefined;

  /** @throws what cannot be sent; then no thread is left */
  constructor({ name, ...assignment }: Assignment, whenEnded: WhenEnded) {
    const { port1, port2 } = new MessageChannel();
    const begin: Begin = { ...assignment, words: this.words };
    const before = threadIds();
    try {
      port1.postMessage(begin); // before there is a thread: what cannot be sent leaves none behind
      this.#worker = startThread("child", name, port2);
    } catch (e) {
      port1.close();
      throw e;
    }
    this.#threads = threadIds().filter((id) => !before.includes(id));
    this.#port = port1;
    port1.on("message", (message: FromChild) => this.#hear(message));
    port1.unref(); // the thread itself keeps the program from ending
    let failure: Error | undefined;
    this.#worker.on("error", (error) => {
      failure = error; // out of memory, say: nothing of the target's own
    });
    this.#worker.on("exit", (exitCode) => whenEnded({ exitCode, failure }));
  }

  /** The thread's exit listeners may print and throw until it is gone. */
  look(): Ending | undefined {
    const isOver = load(this.words, TOKEN) === 0 ? this.#neverRan() : this.#isGone();
    return isOver ? { exitCode: load(this.words, EXIT_CODE) } : undefined;
  }

  /** Ended before it ran: stopped, or dead of what its process loads first. */
  #neverRan(): boolean {
    return this.#isStopped || (this.#threads.length > 0 && !threadIds().some((id) => this.#threads.includes(id)));
  }

  #isGone(): boolean {
    const isAlive = isTokenAlive(load(this.words, TOKEN));
    const isEnding = load(this.words, ENDING) === 1 || this.#isStopped;
    return isAlive === undefined ? isEnding : !isAlive; // without /proc its word must do
  }

  get thrown(): ThrownWire | undefined {
    for (let m = receiveMessageOnPort(this.#port); m; m = receiveMessageOnPort(this.#port)) this.#hear(m.message);
    return this.#thrown;
  }

  #hear(message: FromChild): void {
    if (message.type === "output") process[message.to].write(message.chunk);
    else this.#thrown = message.error;
  }

  stop(): void {
    this.#isStopped = true;
    doom(this.words, DOOMED);
    void this.#worker.terminate();
  }

  close(): void {
    this.#port.close();
  }
}
