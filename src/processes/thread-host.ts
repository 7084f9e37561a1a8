/** Runs one target in a thread, whose entry is `child.ts`. */

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
import { isGone } from "../system/stat.js";
import type { ThrownWire } from "../wire/thrown.js";
import type { Assignment, Ending, Host, WhenEnded } from "./host.js";
import { type Begin, DOOMED, ENDING, EXIT_CODE, type FromChild, PROCESS_WORDS, TOKEN } from "./layout.js";

export class ThreadHost implements Host {
  readonly pid = process.pid;
  readonly words = newWords(PROCESS_WORDS);
  readonly #port: MessagePort;
  readonly #worker: Worker;
  /** Ids that the system gave to the threads that were started with it; one is its own. Used until it has set TOKEN. */
  readonly #threads: readonly string[];
  #isStopped = false;
  #thrown: ThrownWire | undefined;

  /** Starts the thread. If an argument cannot be sent, throws the reason and leaves no thread. */
  constructor({ name, fn, args, identity }: Assignment, whenEnded: WhenEnded) {
    const { port1, port2 } = new MessageChannel();
    const begin: Begin = { fn, args, identity, words: this.words };
    const before = threadIds();
    try {
      port1.postMessage(begin); // before there is a thread, so that none is left if this throws
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
      failure = error; // of the runtime, such as no memory: the target's own errors are sent as messages
    });
    this.#worker.on("exit", (exitCode) => whenEnded({ exitCode, failure }));
  }

  /** It has ended when its thread is gone, and not already at ENDING: its exit listeners may still print and throw. */
  look(): Ending | undefined {
    const isOver = load(this.words, TOKEN) === 0 ? this.#neverRan() : this.#isGone();
    return isOver ? { exitCode: load(this.words, EXIT_CODE) } : undefined;
  }

  /** Whether it ended before the target ran: it was stopped, or a module that the program preloads failed. */
  #neverRan(): boolean {
    return this.#isStopped || (this.#threads.length > 0 && this.#threads.every((id) => isGone(Number(id))));
  }

  #isGone(): boolean {
    const isAlive = isTokenAlive(load(this.words, TOKEN));
    const isEnding = load(this.words, ENDING) === 1 || this.#isStopped;
    return isAlive === undefined ? isEnding : !isAlive; // without /proc, the shared word must be enough
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

  /** A thread always keeps the program from ending. */
  hold(): void {}

  close(): void {
    this.#port.close();
  }
}
