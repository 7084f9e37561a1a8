/**
 * The tree of threads that share one table of names: which thread is its root, and how its keeper is started.
 * This module acts when it is loaded, because environment data reach only the workers that are started afterwards.
 */
import { UnsupportedError } from "../../base/errors.js";
import { tracer } from "../../base/trace.js";
import {
  BroadcastChannel,
  getEnvironmentData,
  setEnvironmentData,
  startThread,
  threadId,
} from "../../platform/runtime.js";
import { compareExchange, load, newWords, notify, onWaiting, store, waitSync } from "../words/atomics.js";
import { DEATH_LOOK_MS } from "../words/intervals.js";
import { hearSignals, watchExit } from "./exit.js";
import {
  DOWN,
  type FromKeeper,
  PATIENCE_MS,
  STARTING,
  STATE,
  TREE_KEY,
  TREE_WORDS,
  type Tree,
  treeChannel,
  UP,
  WANTED,
} from "./layout.js";

const inherited = getEnvironmentData(TREE_KEY) as unknown as Tree | undefined;
/** The tree that this thread belongs to. */
export const tree: Tree = inherited ?? { id: crypto.randomUUID(), root: threadId, words: newWords(TREE_WORDS) };
const isRoot = tree.root === threadId;
const trace = tracer("keeper", `thread ${threadId}`);

if (!inherited) becomeRoot();

/**
 * Blocks until the keeper is up, after starting it if necessary.
 *
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper.
 */
export function requireKeeper(): void {
  if (isUp()) return;
  askForKeeper();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const state = load(tree.words, STATE);
    if (state === UP) return;
    if (state === DOWN) askForKeeper(); // the keeper ended between our look and our request
    const left = deadline - performance.now();
    if (left <= 0) throw noKeeper();
    waitSync(tree.words, STATE, state, Math.min(left, DEATH_LOOK_MS));
  }
}

/**
 * As `requireKeeper`, but without blocking the thread.
 *
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper.
 */
export async function keeperReady(): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  askForKeeper();
  while (!isUp()) {
    if (performance.now() > deadline) throw noKeeper();
    await new Promise((resolve) => setTimeout(resolve, 2)); // a timer that keeps the process from ending meanwhile
    if (load(tree.words, STATE) === DOWN) askForKeeper();
  }
}

/** Whether the keeper takes requests. */
export const isUp = (): boolean => load(tree.words, STATE) === UP;
/** Whether there is no keeper. No thread of this tree can have a named block then. */
export const isDown = (): boolean => load(tree.words, STATE) === DOWN;

function askForKeeper(): void {
  if (isRoot) {
    startKeeper();
    return;
  }
  if (!isDown()) return;
  trace?.("wants the keeper; the root is to start it");
  store(tree.words, WANTED, 1); // a root that is blocked in one of this package's waits looks at it
  const channel = new BroadcastChannel(treeChannel(tree));
  channel.postMessage("start");
  channel.close();
}

function startKeeper(): void {
  store(tree.words, WANTED, 0);
  if (compareExchange(tree.words, STATE, DOWN, STARTING) !== DOWN) return;
  trace?.("starts the keeper");
  const keeper = startThread("keeper", "shared-ndarray keeper", tree);
  const failed = () => {
    // There was not enough memory for a thread, for example. The next request tries again.
    store(tree.words, STATE, DOWN);
    notify(tree.words, STATE);
  };
  keeper.once("error", failed);
  keeper.on("message", ({ owns }: FromKeeper) => hearSignals(owns));
  keeper.unref();
}

function becomeRoot(): void {
  setEnvironmentData(TREE_KEY, tree as never);
  watchExit(tree.words);
  const requests = new BroadcastChannel(treeChannel(tree));
  requests.onmessage = () => startKeeper();
  requests.unref();
  onWaiting(() => {
    if (load(tree.words, WANTED) === 1) startKeeper();
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

function noKeeper(): UnsupportedError {
  return new UnsupportedError(
    "Expected the thread that loaded shared-ndarray first to start the keeper of names, " +
      `but it was blocked for ${PATIENCE_MS} ms. ` +
      "Call `await SharedMemory.ready()` there before it blocks",
    { feature: "the first named block of a worker while its root is blocked", instead: "await SharedMemory.ready()" },
  );
}
