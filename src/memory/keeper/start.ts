/**
 * Starting the keeper's thread, which only the root does. A thread may fail to start, or die before it is up, and a
 * root that is blocked hears of neither. So the root looks itself whether the thread is still there, and says in the
 * tree's words why the start has failed.
 */
import { isSharedError, UnsupportedError } from "../../base/errors.js";
import { type Trace, tracer } from "../../base/trace.js";
import { errorOf, startThread, threadId, type Worker } from "../../platform/runtime.js";
import { threadIds } from "../../system/agent.js";
import { add, compareExchange, load, notify, store, type Words } from "../words/atomics.js";
import { hearSignals } from "./exit.js";
import {
  DOWN,
  FAILURE_TEXT,
  FAILURE_UNITS,
  FAILURES,
  type FromKeeper,
  HOLDS,
  incarnationOf,
  KEEPER,
  phaseOf,
  STARTING,
  STATE,
  STAYS,
  stateOf,
  type Tree,
  WANTED,
} from "./layout.js";

/** A keeper's thread, as the root sees it. */
interface Started {
  readonly incarnation: number;
  readonly thread: Worker;
  /** The operating system's ids of the threads that were started with it: one of them is the keeper's. */
  readonly tids: readonly string[];
  /** The error that ended the thread. */
  cause?: unknown;
}

const trace: Trace | undefined = tracer("keeper", `thread ${threadId}`);
let latest: Started | undefined;
/** The last failure, for the root's own errors. */
let lastCause: unknown;

/** Starts a keeper if there is none. It does not throw: the tree's words say why it failed. */
export function startKeeper(tree: Tree): void {
  const { words } = tree;
  store(words, WANTED, 0);
  const state = load(words, STATE);
  const incarnation = incarnationOf(state) + 1;
  if (phaseOf(state) !== DOWN) return;
  if (compareExchange(words, STATE, state, stateOf(incarnation, STARTING)) !== state) return;
  store(words, KEEPER, 0); // until it can hear threads
  trace?.("starts the keeper");
  if (latest && load(words, HOLDS) === 1) warnOfDeath(latest);
  const before = new Set(threadIds());
  try {
    const thread = startThread("keeper", "shared-ndarray keeper", tree);
    latest = { incarnation, thread, tids: threadIds().filter((tid) => !before.has(tid)) };
    watch(tree, latest);
  } catch (e) {
    fail(words, incarnation, e);
  }
}

function watch(tree: Tree, started: Started): void {
  const { thread } = started;
  thread.once("error", (e) => {
    started.cause = e;
  });
  thread.once("exit", () => end(tree, started));
  thread.on("message", ({ owns }: FromKeeper) => hearSignals(owns));
  thread.unref();
}

/** The keeper's thread has ended. If it was up and still held names, or was to stay, another one takes its place. */
function end(tree: Tree, { incarnation, cause }: Started): void {
  const { words } = tree;
  const state = load(words, STATE);
  if (incarnationOf(state) !== incarnation) return; // another keeper has taken its place
  if (phaseOf(state) === STARTING) {
    fail(words, incarnation, cause); // only the next request tries again
    return;
  }
  if (phaseOf(state) !== DOWN) declareDead(words, state);
  // At once, because it takes care of what the process owns, and because this thread may be about to block.
  if (load(words, HOLDS) === 1 || load(words, STAYS) === 1) startKeeper(tree);
}

function warnOfDeath({ thread, cause = errorOf(thread) }: Started): void {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  process.emitWarning(
    `The thread that holds the names of shared-ndarray ended${why}. Another one takes its place. Names that a thread ` +
      "has open stay; names of process scope that no thread has open are lost",
    { code: "SHARED_NDARRAY_KEEPER_DIED" },
  );
}

/** Notes that a keeper has died, so that the next request starts another one. Any thread may call it. */
export function declareDead(words: Words, state: number): void {
  const down = stateOf(incarnationOf(state), DOWN);
  if (compareExchange(words, STATE, state, down) === state) notify(words, STATE);
}

/** To be called in the root while it is blocked: looks whether the keeper's thread has died before it was up. */
export function lookForDeath(words: Words): void {
  if (!latest || phaseOf(load(words, STATE)) !== STARTING) return;
  const alive = threadIds();
  const isKnown = alive.length > 0 && latest.tids.length > 0;
  if (!isKnown || latest.tids.some((tid) => alive.includes(tid))) return;
  fail(words, latest.incarnation, latest.cause ?? errorOf(latest.thread));
}

function fail(words: Words, incarnation: number, cause: unknown): void {
  const starting = stateOf(incarnation, STARTING);
  if (load(words, STATE) !== starting) return;
  lastCause = cause;
  const text = cause === undefined ? "" : describe(cause).slice(0, FAILURE_UNITS);
  trace?.(`could not start the keeper: ${text || NO_REASON}`);
  store(words, FAILURE_TEXT, text.length);
  for (let i = 0; i < text.length; i++) store(words, FAILURE_TEXT + 1 + i, text.charCodeAt(i));
  add(words, FAILURES, 1); // before STATE, so that a thread that sees it down knows why
  compareExchange(words, STATE, starting, stateOf(incarnation, DOWN));
  notify(words, STATE);
}

const messageOf = (cause: unknown): string => (cause as { message?: string }).message ?? String(cause);

const describe = (cause: unknown): string =>
  isSharedError(cause)
    ? cause.message
    : `Expected the keeper of names to start, but its thread ended: ${messageOf(cause)} ` +
      "(if that is corrected, the next call starts it)";
/** A thread that throws nothing was terminated, or a preloaded module called `process.exit`. */
const NO_REASON =
  "Expected the keeper of names to start, but its thread ended without an error " +
  "(a preloaded module may call `process.exit` in threads)";

/** Whether the last start failed without a reason, so that another attempt makes sense. */
export const failedSilently = (words: Words): boolean => load(words, FAILURE_TEXT) === 0;

/** The error of a start that failed, in any thread. */
export function startFailed(words: Words): UnsupportedError {
  const units = Array.from({ length: load(words, FAILURE_TEXT) }, (_, i) => load(words, FAILURE_TEXT + 1 + i));
  return withoutKeeper(String.fromCharCode(...units) || NO_REASON, lastCause);
}

/** The error of a request during which that many keepers have ended. */
export function keepersDied(count: number, request: string): UnsupportedError {
  const cause = latest && (latest.cause ?? errorOf(latest.thread));
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  const message = `Expected the keeper of names to serve ${request}, but ${count} of them ended meanwhile${why}`;
  return withoutKeeper(message, cause);
}

function withoutKeeper(message: string, cause: unknown): UnsupportedError {
  const feature = "a named thing without the thread that holds the names";
  return new UnsupportedError(message, { feature, instead: "a process in which that thread can live" }, { cause });
}
