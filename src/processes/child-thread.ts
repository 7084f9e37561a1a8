/** A thread for one target: started with its task, or as a spare that waits for it. Its entry is `child.ts`. */

import { newWords } from "../memory/words/atomics.js";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  startThread,
  type Worker,
} from "../platform/runtime.js";
import { threadIds } from "../system/agent.js";
import { isGone } from "../system/stat.js";
import type { ThrownWire } from "../wire/thrown.js";
import { type Begin, type FromChild, GIVE_UP, PROCESS_WORDS, type Task } from "./layout.js";

export class ChildThread {
  /** The shared words that `layout.ts` describes. */
  readonly words = newWords(PROCESS_WORDS);
  readonly worker: Worker;
  /** What its target threw. */
  thrown: ThrownWire | undefined;
  /** An error of the runtime, such as no memory: the target's own errors are sent as messages. */
  failure: Error | undefined;
  /** Settles when the thread has loaded the package without a task, or has ended. */
  readonly loaded: Promise<void>;
  readonly #port: MessagePort;
  /** Ids that the system gave to the threads that were started with it; one is its own. */
  readonly #threads: readonly string[];
  #setLoaded!: () => void;

  /**
   * Starts the thread. If an argument cannot be sent, throws the reason and leaves no thread.
   *
   * @param task `undefined` for a spare thread
   */
  constructor(name: string, task: Task | undefined) {
    this.loaded = new Promise((resolve) => {
      this.#setLoaded = resolve;
    });
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const before = threadIds();
    try {
      if (task) this.begin(task); // before there is a thread, so that none is left if this throws
      this.worker = startThread("child", name, port2);
    } catch (e) {
      port1.close();
      throw e;
    }
    this.#threads = threadIds().filter((id) => !before.includes(id));
    port1.on("message", (message: FromChild) => this.#hear(message));
    port1.unref(); // the thread itself keeps the program from ending
    this.worker.on("error", (error) => {
      this.failure = error;
    });
    this.worker.on("exit", this.#setLoaded);
  }

  /** Sends its task. If an argument cannot be sent, throws the reason. */
  begin({ fn, args, identity }: Task): void {
    this.#port.postMessage({ fn, args, identity, words: this.words } satisfies Begin);
  }

  /** Ends a spare thread. It does so itself, so nothing that it may be loading is interrupted. */
  giveUp(): void {
    this.#port.postMessage(GIVE_UP);
    this.close();
  }

  /** Whether it has ended, as far as the system's list of threads says: used until it has set TOKEN. */
  get isGone(): boolean {
    return this.#threads.length > 0 && this.#threads.every((id) => isGone(Number(id)));
  }

  /** Takes the messages that the event loop has not delivered. */
  drain(): void {
    for (let m = receiveMessageOnPort(this.#port); m; m = receiveMessageOnPort(this.#port)) this.#hear(m.message);
  }

  #hear(message: FromChild): void {
    if (message.type === "output") process[message.to].write(message.chunk);
    else if (message.type === "failed") this.thrown = message.error;
    else this.#setLoaded();
  }

  close(): void {
    this.#port.close();
  }
}
