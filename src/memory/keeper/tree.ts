/**
 * The tree of threads that share one table of names: which thread is its root, and how its keeper is started.
 * This module acts when it is loaded, because environment data reach only the workers that are started afterwards.
 */
import { UnsupportedError } from "../../base/errors.js";
import { tracer } from "../../base/trace.js";
import { BroadcastChannel, getEnvironmentData, setEnvironmentData, threadId } from "../../platform/runtime.js";
import { thisAgent, threadIds } from "../../system/agent.js";
import { TAP_BYTES } from "../../system/libuv.js";
import { load, newWords, onWaiting, store, waitSync } from "../words/atomics.js";
import { DEATH_LOOK_MS } from "../words/intervals.js";
import { watchExit } from "./exit.js";
import {
  DOWN,
  FAILURES,
  HOLDS,
  PATIENCE_MS,
  phaseOf,
  STATE,
  STAYS,
  TREE_KEY,
  TREE_WORDS,
  type Tree,
  treeChannel,
  UP,
  WANTED,
} from "./layout.js";
import { Patience } from "./patience.js";
import { failedSilently, lookForDeath, startFailed, startKeeper } from "./start.js";

const inherited = getEnvironmentData(TREE_KEY) as unknown as Tree | undefined;
/** The tree that this thread belongs to. */
export const tree: Tree = inherited ?? {
  id: crypto.randomUUID(),
  root: threadId,
  rootTid: thisAgent().tid,
  words: newWords(TREE_WORDS),
  tap: newWords(TAP_BYTES / 4),
};
const isRoot = tree.root === threadId;
const trace = tracer("keeper", `thread ${threadId}`);

if (!inherited) becomeRoot();

/**
 * Blocks until the keeper is up, after starting it if necessary.
 *
 * @throws {UnsupportedError} If the keeper cannot start, or the root is blocked and has never started it.
 */
export function requireKeeper(): void {
  if (isUp()) return;
  const start = new Start();
  for (;;) {
    const state = start.look();
    if (phaseOf(state) === UP) return;
    waitSync(tree.words, STATE, state, DEATH_LOOK_MS);
  }
}

/**
 * As `requireKeeper`, but without blocking the thread. From then on the keeper stays, also with nothing to hold: this
 * thread may block, and then nobody could start another one.
 *
 * @throws {UnsupportedError} If the keeper cannot start, or the root is blocked and has never started it.
 */
export async function keeperReady(): Promise<void> {
  store(tree.words, STAYS, 1); // before STATE is read: see README, "The race at the keeper's end"
  const start = new Start();
  while (phaseOf(start.look()) !== UP) {
    await new Promise((resolve) => setTimeout(resolve, 2)); // a timer that keeps the process from ending meanwhile
  }
}

/** A start of the keeper that this thread waits for. */
class Start {
  #failures = load(tree.words, FAILURES);
  #silentFailures = 0;
  readonly #patience = new Patience();

  /**
   * Returns the state, after asking for the keeper if it is down.
   *
   * @throws {UnsupportedError} If the start has failed, or those that are to act had their time.
   */
  look(): number {
    const { words } = tree;
    if (isRoot) lookForDeath(words);
    this.#expectNoFailure();
    if (phaseOf(load(words, STATE)) === DOWN) askForKeeper();
    const state = load(words, STATE);
    this.#expectNoFailure();
    if (phaseOf(state) !== UP && this.#patience.isOverWith(awaited(phaseOf(state)))) throw noKeeper(phaseOf(state));
    return state;
  }

  #expectNoFailure(): void {
    const failures = load(tree.words, FAILURES);
    if (failures === this.#failures) return;
    this.#failures = failures;
    if (!failedSilently(tree.words) || ++this.#silentFailures === MOST_SILENT_FAILURES) throw startFailed(tree.words);
  }
}
/** How often a start may fail without a reason before that is an error. */
const MOST_SILENT_FAILURES = 3;

/** Whether the keeper takes requests. */
export const isUp = (): boolean => phaseOf(load(tree.words, STATE)) === UP;
/** Whether there is no keeper. No thread of this tree can have a named block then. */
export const isDown = (): boolean => phaseOf(load(tree.words, STATE)) === DOWN && load(tree.words, HOLDS) === 0;

/** The threads that are to act next: the root, or, while the keeper starts, any that may be the keeper's. */
const awaited = (phase: number): readonly number[] =>
  phase === DOWN ? [tree.rootTid] : threadIds().map(Number).filter(isOther);
const isOther = (tid: number): boolean => tid !== thisAgent().tid && tid !== tree.rootTid;

function askForKeeper(): void {
  if (isRoot) {
    startKeeper(tree);
    return;
  }
  trace?.("wants the keeper; the root is to start it");
  store(tree.words, WANTED, 1); // a root that is blocked in one of this package's waits looks at it
  const channel = new BroadcastChannel(treeChannel(tree));
  channel.postMessage("start");
  channel.close();
}

function becomeRoot(): void {
  setEnvironmentData(TREE_KEY, tree as never);
  watchExit(tree.words);
  const requests = new BroadcastChannel(treeChannel(tree));
  requests.onmessage = () => startKeeper(tree);
  requests.unref();
  onWaiting(() => {
    if (load(tree.words, WANTED) === 1) startKeeper(tree);
    lookForDeath(tree.words);
  });
  // Two roots in one process have two tables of names, and a name of one table is not found in the other.
  const roots = new BroadcastChannel("shared-ndarray:roots");
  roots.onmessage = () => {
    process.emitWarning(
      "shared-ndarray was loaded in two threads that do not share their names. Import it in the main thread too.",
      { code: "SHARED_NDARRAY_TWO_TREES" },
    );
  };
  roots.unref();
  roots.postMessage(tree.id);
}

function noKeeper(phase: number): UnsupportedError {
  const expected =
    phase === DOWN
      ? "Expected the thread that loaded shared-ndarray first to start the keeper of names, " +
        `but it was blocked for ${PATIENCE_MS} ms. ` +
        "Call `await SharedMemory.ready()` there before it blocks"
      : `Expected the keeper of names to start within ${PATIENCE_MS} ms, but its thread does nothing. ` +
        "Call `await SharedMemory.ready()` first";
  const feature = "the first named block of a worker while its root is blocked";
  return new UnsupportedError(expected, { feature, instead: "await SharedMemory.ready()" });
}
