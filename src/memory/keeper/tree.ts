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
import { thisAgent, threadIds } from "../../system/agent.js";
import { TAP_BYTES } from "../../system/libuv.js";
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
import { Patience } from "./patience.js";

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
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper.
 */
export function requireKeeper(): void {
  if (isUp()) return;
  askForKeeper();
  const patience = new Patience();
  for (;;) {
    const state = load(tree.words, STATE);
    if (state === UP) return;
    if (state === DOWN) askForKeeper(); // the keeper ended between our look and our request
    if (patience.isOverWith(awaited(state))) throw noKeeper(state);
    waitSync(tree.words, STATE, state, DEATH_LOOK_MS);
  }
}

/**
 * As `requireKeeper`, but without blocking the thread.
 *
 * @throws {UnsupportedError} If the root is blocked and has never started the keeper.
 */
export async function keeperReady(): Promise<void> {
  const patience = new Patience();
  askForKeeper();
  while (!isUp()) {
    const state = load(tree.words, STATE);
    if (patience.isOverWith(awaited(state))) throw noKeeper(state);
    await new Promise((resolve) => setTimeout(resolve, 2)); // a timer that keeps the process from ending meanwhile
    if (load(tree.words, STATE) === DOWN) askForKeeper();
  }
}

/** Whether the keeper takes requests. */
export const isUp = (): boolean => load(tree.words, STATE) === UP;
/** Whether there is no keeper. No thread of this tree can have a named block then. */
export const isDown = (): boolean => load(tree.words, STATE) === DOWN;

/** The threads that are to act next: the root, or, while the keeper starts, any that may be the keeper's. */
const awaited = (state: number): readonly number[] =>
  state === DOWN ? [tree.rootTid] : threadIds().map(Number).filter(isOther);
const isOther = (tid: number): boolean => tid !== thisAgent().tid && tid !== tree.rootTid;

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
  const failed = () => {
    // There was not enough memory for a thread, for example. The next request tries again.
    store(tree.words, STATE, DOWN);
    notify(tree.words, STATE);
  };
  const keeper = orElse(failed, () => startThread("keeper", "shared-ndarray keeper", tree));
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

/** Runs `act`, and `failed` if it throws. */
function orElse<T>(failed: () => void, act: () => T): T {
  try {
    return act();
  } catch (e) {
    failed();
    throw e;
  }
}

function noKeeper(state: number): UnsupportedError {
  const expected =
    state === DOWN
      ? "Expected the thread that loaded shared-ndarray first to start the keeper of names, " +
        `but it was blocked for ${PATIENCE_MS} ms. ` +
        "Call `await SharedMemory.ready()` there before it blocks"
      : `Expected the keeper of names to start within ${PATIENCE_MS} ms, but its thread does nothing. ` +
        "Call `await SharedMemory.ready()` first";
  const feature = "the first named block of a worker while its root is blocked";
  return new UnsupportedError(expected, { feature, instead: "await SharedMemory.ready()" });
}
