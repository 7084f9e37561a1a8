/**
 * Tables of threads that take their entries without a lock, each by one compare-exchange of its token. Used by
 * `holders.ts` and by joinable queues.
 */
import { compareExchange, load, type Words } from "../memory/words/atomics.js";
import { isTokenAlive, ownToken } from "../system/agent.js";

/** Where such a table is: `count` entries of `stride` words, from the word `start` on. Each begins with its token. */
export interface OpenTable {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  /** The word with the number of entries that were ever used. */
  readonly used: number;
}

/** How many entries were ever used. */
export const usedEntries = (words: Words, { used, count }: OpenTable): number =>
  Math.min(Math.max(load(words, used), 0), count);

/** Takes an entry that is free or whose thread has died. Returns 0 if there is none. */
export function takeEntry(words: Words, table: OpenTable): number {
  const { start, stride, count, used } = table;
  for (let i = 0, known = usedEntries(words, table); i < known; i++) {
    if (claims(words, start + stride * i)) return start + stride * i;
  }
  for (let i = usedEntries(words, table); i < count; i = usedEntries(words, table)) {
    compareExchange(words, used, i, i + 1);
    if (claims(words, start + stride * i)) return start + stride * i;
  }
  return 0;
}

/** Takes an entry if it is free or its thread has died. Returns whether it did. */
function claims(words: Words, at: number): boolean {
  const token = load(words, at);
  return (token === 0 || isTokenAlive(token) === false) && compareExchange(words, at, token, ownToken) === token;
}
