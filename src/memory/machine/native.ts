/**
 * Native code in this thread, for waits. Only in threads that nobody terminates but this package, which takes care not
 * to do it while the code is loaded (`native-loading.ts`): the main one, a pool's workers, processes. Threads that
 * users make do without.
 */
import { isMainThread } from "../../platform/runtime.js";
import { type Libc, libc } from "../../system/libc.js";
import { awaitLoads, loading } from "../keeper/native-loading.js";
import { tree } from "../keeper/tree.js";
import { load, newWords, store, type Words } from "../words/atomics.js";

/** Where this thread is told that it is about to be terminated; one that nobody would tell has none. */
let doomed: { readonly words: Words; readonly i: number } | undefined = isMainThread
  ? { words: newWords(1), i: 0 }
  : undefined;
let loaded: Libc | undefined;

/** In a thread of this package's: the word that `doom` will set. */
export function tellDoomBy(words: Words, i: number): void {
  doomed = { words, i };
}

/** To be called before a thread is terminated: when it returns, the thread is not loading, and will not begin to. */
export function doom(words: Words, i: number): void {
  store(words, i, 1);
  awaitLoads(tree.words);
}

/** `undefined` in a thread that must not load native code. */
export function nativeLibc(): Libc | undefined {
  if (loaded || !doomed) return loaded;
  const { words, i } = doomed;
  loaded = loading(tree.words, libc, () => load(words, i) === 1);
  return loaded;
}
