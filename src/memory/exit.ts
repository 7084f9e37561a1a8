/**
 * The end of the process: its blocks of system scope are unlinked when it exits, or is ended by a signal that can be caught. In the
 * main thread alone, where both can be heard.
 */
import { isMainThread } from "../platform.js";
import { sweepOwn } from "../system/owner-file.js";
import { load, type Words } from "./atomics.js";
import { OWNED, SWEPT } from "./layout.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
let words: Words | undefined;
let hearsSignals = false;

/** In the root of a tree of threads. @param treeWords what says whether system scope was used */
export function watchExit(treeWords: Words): void {
  if (!isMainThread) return;
  words = treeWords;
  process.once("exit", () => {
    if (load(treeWords, SWEPT) !== 0) sweepOwn();
  });
}

/** A thread of this process is about to own a block, or the keeper tells that one does, or none. */
export function hearSignals(hears: boolean): void {
  if (!words || hears === hearsSignals) return;
  hearsSignals = hears;
  for (const signal of SIGNALS) {
    if (hears) process.on(signal, endBy);
    else process.off(signal, endBy);
  }
}

/** As the keeper has counted, but for a block that is being made. */
export const ownsBlocks = (): boolean => words !== undefined && load(words, OWNED) > 0;

function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return; // the program's to say whether it ends
  sweepOwn();
  hearSignals(false);
  process.kill(process.pid, signal);
}
