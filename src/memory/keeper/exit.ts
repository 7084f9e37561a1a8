/**
 * The end of the process. Its blocks of system scope are unlinked when it exits, or when a signal that can be caught
 * ends it. This happens in the main thread, because no other thread learns of either.
 */
import { isMainThread } from "../../platform/runtime.js";
import { endBySignal, SIGNALS } from "../../system/libuv.js";
import { sweepOwn } from "../../system/sweep.js";
import { add, load, store, type Words, waitFor } from "../words/atomics.js";
import { EXITING, HEARD, PROGRAM_HEARS, PUBLISHING, USED } from "./layout.js";
import { awaitLoads } from "./native-loading.js";

/** Marks listeners that only clean up and pass the signal on: the one in this file, in any copy of the package. */
const PASSES_ON = Symbol.for("shared-ndarray.signals");
let words: Words | undefined;
let hearsSignals = false;

/** Cleans up when the process exits. To be called in the root of a tree of threads, with the tree's words. */
export function watchExit(treeWords: Words): void {
  if (!isMainThread) return;
  words = treeWords;
  process.once("exit", sweep);
  for (const signal of SIGNALS) noteProgram(signal, 0);
  process.on("newListener", (event: string | symbol, listener) => {
    if (isEndSignal(event)) noteProgram(event, PASSES_ON in listener ? 0 : 1); // called before it is a listener
  });
  process.on("removeListener", (event: string | symbol) => {
    if (isEndSignal(event)) noteProgram(event, 0);
  });
}

const isEndSignal = (event: string | symbol): event is NodeJS.Signals =>
  (SIGNALS as readonly unknown[]).includes(event);

/** Shows the keeper whether the program itself listens to a signal. `more` listeners are about to be added. */
function noteProgram(signal: NodeJS.Signals, more: 0 | 1): void {
  const bit = 1 << SIGNALS.indexOf(signal);
  const others = load(words!, PROGRAM_HEARS) & ~bit; // only this thread writes the word
  store(words!, PROGRAM_HEARS, othersHear(signal, more) ? others | bit : others);
}

/**
 * Starts or stops listening for signals. Called when a thread of this process is about to own a block of system scope,
 * and when the keeper reports that the process owns any or none.
 */
export function hearSignals(hears: boolean): void {
  if (!words || hears === hearsSignals) return;
  hearsSignals = hears;
  for (const signal of SIGNALS) {
    // It must run first: a `once` listener that has already run would not be counted among the others.
    if (hears) process.prependListener(signal, endBy);
    else process.off(signal, endBy);
  }
  if (hears) process.on("beforeExit", letSignalsArrive);
  else process.off("beforeExit", letSignalsArrive);
}

/**
 * Lets the event loop turn once more before the process exits. A signal that came while a `Sync` call blocked the
 * thread is delivered only then; without this, a program that ends right after the call would exit as if all were well.
 */
function letSignalsArrive(): void {
  process.off("beforeExit", letSignalsArrive);
  setImmediate(() => {});
}

/** The time that the keeper may take to name a block when it has begun. */
const LONGEST_PUBLISHING_MS = 500;

function sweep(): void {
  if (!words) return;
  store(words, EXITING, 1); // before PUBLISHING is read; the keeper stores PUBLISHING before it reads EXITING
  waitFor(words, PUBLISHING, (isPublishing) => isPublishing === 0, LONGEST_PUBLISHING_MS);
  if (load(words, USED) === 1) sweepIfPossible();
  awaitLoads(words); // the threads are about to be terminated
}

/** An error here would change the exit code of a program that has ended well. The next process sweeps what is left. */
export function sweepIfPossible(): void {
  try {
    sweepOwn();
  } catch {
    // There is no /proc, for example, and so there are no blocks.
  }
}

function endBy(signal: NodeJS.Signals): void {
  add(words!, HEARD + SIGNALS.indexOf(signal), 1); // so the keeper need not care for it
  if (othersHear(signal, 0)) return; // the program decides whether it ends
  sweep();
  hearSignals(false);
  endBySignal(signal);
}
Object.assign(endBy, { [PASSES_ON]: true });

function othersHear(signal: NodeJS.Signals, more: 0 | 1): boolean {
  const others = process.listeners(signal).filter((listener) => !(PASSES_ON in listener));
  return others.length + more > signalExitListeners();
}

const SIGNAL_EXIT = Symbol.for("signal-exit emitter");
interface Emitter {
  readonly count?: number;
}
/**
 * The number of listeners that belong to the package `signal-exit`, which many tools use. Like this file, it leaves a
 * signal to other listeners if there are any, so it must not count as one.
 */
function signalExitListeners(): number {
  const { __signal_exit_emitter__: third } = process as { __signal_exit_emitter__?: Emitter };
  const { [SIGNAL_EXIT]: fourth } = globalThis as { [SIGNAL_EXIT]?: Emitter };
  return (third?.count ?? 0) + (fourth?.count ?? 0);
}
