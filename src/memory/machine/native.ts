/**
 * Native code in this thread, for waits. It is loaded only in threads that nobody but this package terminates, because
 * the package takes care not to do that while the code is loading (`keeper/native-loading.ts`): the main thread, a
 * pool's workers, and the threads of a `Process`. Threads that users start do without.
 */
import { isMainThread } from "../../platform/runtime.js";
import { type Libc, libc } from "../../system/libc.js";
import { awaitLoads, loading } from "../keeper/native-loading.js";
import { tree } from "../keeper/tree.js";
import { load, newWords, store, type Words } from "../words/atomics.js";

/** The word that says that this thread is about to be terminated; `undefined` in a thread that nobody would warn. */
let doomed: { readonly words: Words; readonly i: number } | undefined = isMainThread
  ? { words: newWords(1), i: 0 }
  : undefined;
let loaded: Libc | undefined;

/** Sets the word by which a thread of this package learns that it is doomed: the one that `doom` stores. */
export function tellDoomBy(words: Words, i: number): void {
  doomed = { words, i };
}

/**
 * To be called before a thread is terminated. When it returns, the thread is not loading native code and never will.
 */
export function doom(words: Words, i: number): void {
  store(words, i, 1);
  awaitLoads(tree.words);
}

/** The C library; `undefined` in a thread that must not load native code. */
export function nativeLibc(): Libc | undefined {
  if (loaded || !doomed) return loaded;
  const { words, i } = doomed;
  loaded = loading(tree.words, libc, () => load(words, i) === 1);
  return loaded;
}
