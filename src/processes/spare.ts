/** The spare thread: started ahead of time, so that the next `Process` begins at once. README.md has its states. */

import { load } from "../memory/words/atomics.js";
import { ChildThread } from "./child-thread.js";
import { type Task, TOKEN } from "./layout.js";

interface Spare {
  readonly thread: ChildThread;
  /** What the thread was started with, which it would not have from the program as it is now. */
  readonly surroundings: string;
}
let spare: Spare | undefined;

/** A thread has a copy of the environment from when it was started. */
const surroundings = (): string => JSON.stringify(process.env);

/**
 * Starts the spare thread, unless there is one, and waits until it has loaded the package.
 *
 * @throws {Error} What kept the thread from starting.
 */
export async function prepareSpare(): Promise<void> {
  dropUnfit();
  spare ??= start();
  const { thread } = spare;
  await thread.loaded;
  if (thread.failure && load(thread.words, TOKEN) === 0) throw thread.failure;
}

function start(): Spare {
  const one: Spare = { thread: new ChildThread("Process (spare)", undefined), surroundings: surroundings() };
  const { worker, loaded } = one.thread;
  void loaded.then(() => {
    if (spare === one) worker.unref(); // until then it keeps the program from ending, which waits for it
  });
  worker.once("exit", () => {
    if (spare === one) spare = undefined;
  });
  return one;
}

/** Gives the task to the spare thread, and returns it; `undefined` if there is none that fits. */
export function takeSpare(task: Task): ChildThread | undefined {
  dropUnfit();
  if (!spare) return undefined;
  const { thread } = spare;
  thread.begin(task); // if this throws, the thread is as spare as before
  spare = undefined;
  thread.worker.ref();
  return thread;
}

/** Ends a spare thread that would not do what a new one does, or forgets one that has ended. */
function dropUnfit(): void {
  if (!spare || (!spare.thread.isGone && spare.surroundings === surroundings())) return;
  const { thread } = spare;
  spare = undefined;
  thread.giveUp();
}
