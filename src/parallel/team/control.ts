/** The moves on the control block: post, claim, finish, close. Used by the pool and by every member; README.md has the races. */
import {
  add,
  compareExchangeLong,
  type LongWords,
  load,
  loadLong,
  notify,
  store,
  storeLong,
  type Words,
} from "../../memory/words/atomics.js";
import {
  type ChunkTable,
  CLAIM,
  CLAIMED,
  FINISHED,
  FLAGS,
  INSIDE,
  JOB,
  LIMIT,
  lineOf,
  REORDERED,
  STOP,
  TABLE,
  TOTAL,
} from "./layout.js";

const TAG_SHIFT = 33n;
const CLOSED_BIT = 1n << 32n;
const NEXT_BITS = CLOSED_BIT - 1n;
const MAX_TAG = 2 ** 30;

/** What a member reads of a call before it claims. Only a successful claim proves that it was not a mixture of two. */
export interface Posted {
  readonly tag: number;
  readonly job: number;
  readonly table: number;
  readonly flags: number;
  readonly limit: number;
}

export class Control {
  readonly words: Words;
  readonly #long: LongWords;
  #tag = 0;

  constructor(words: Words) {
    this.words = words;
    this.#long = new BigInt64Array(words.buffer);
  }

  // ── The pool's moves ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Opens a call for claims and returns its tag. The one before is over. */
  post(call: { job: number; total: number; table: number; flags: number; limit: number }): number {
    const { words } = this;
    this.#tag = (this.#tag % MAX_TAG) + 1;
    const tag = BigInt(this.#tag) << TAG_SHIFT;
    storeLong(this.#long, CLAIM, tag | CLOSED_BIT); // first: whoever reads the fields while they change cannot claim
    store(words, FINISHED, 0);
    store(words, JOB, call.job);
    store(words, TOTAL, call.total);
    store(words, TABLE, call.table);
    store(words, FLAGS, call.flags);
    store(words, STOP, 0);
    store(words, LIMIT, call.limit);
    storeLong(this.#long, CLAIM, tag);
    return this.#tag;
  }

  /** No more claims, for the reason given first. Returns how many chunks were claimed. */
  close(reason: number): number {
    if (load(this.words, STOP) === 0) store(this.words, STOP, reason);
    for (;;) {
      const claim = loadLong(this.#long, CLAIM);
      if ((claim & CLOSED_BIT) !== 0n) break;
      if (compareExchangeLong(this.#long, CLAIM, claim, claim | CLOSED_BIT) === claim) break;
    }
    return this.claimed;
  }

  /** Chunks claimed so far. */
  get claimed(): number {
    return Math.min(Number(loadLong(this.#long, CLAIM) & NEXT_BITS), load(this.words, TOTAL));
  }
  get finished(): number {
    return load(this.words, FINISHED);
  }
  /** True when every chunk that was claimed, or will be, has been finished. Not while a dead member holds one. */
  get isOver(): boolean {
    return this.finished === this.#expected();
  }
  isInside(member: number): boolean {
    return load(this.words, lineOf(member) + INSIDE) !== 0;
  }

  // ── A member's moves ─────────────────────────────────────────────────────────────────────────────────────────────

  /** The call that is open; `undefined` if none is. */
  get open(): Posted | undefined {
    const claim = loadLong(this.#long, CLAIM);
    if ((claim & CLOSED_BIT) !== 0n || Number(claim & NEXT_BITS) >= load(this.words, TOTAL)) return undefined;
    const { words } = this;
    return {
      tag: Number(claim >> TAG_SHIFT),
      job: load(words, JOB),
      table: load(words, TABLE),
      flags: load(words, FLAGS),
      limit: load(words, LIMIT),
    };
  }

  /** The next chunk of that call for this member, which is inside from now on; -1, and outside, if there is none. */
  claim({ tag, flags }: Posted, table: ChunkTable, member: number): number {
    const inside = lineOf(member) + INSIDE;
    store(this.words, inside, -1); // before the claim: who then sees 0 knows that nothing was claimed
    const turn = this.#take(tag);
    const chunk = turn >= 0 && flags & REORDERED ? load(table.order, turn) : turn;
    store(this.words, inside, chunk + 1);
    if (chunk >= 0) store(table.states, chunk, CLAIMED);
    return chunk;
  }

  #take(tag: number): number {
    for (;;) {
      const claim = loadLong(this.#long, CLAIM);
      const next = Number(claim & NEXT_BITS);
      if (Number(claim >> TAG_SHIFT) !== tag || (claim & CLOSED_BIT) !== 0n) return -1;
      if (next >= load(this.words, TOTAL)) return -1;
      if (compareExchangeLong(this.#long, CLAIM, claim, claim + 1n) === claim) return next;
    }
  }

  /** Leaves a chunk in the given state. True if the call is over by that. */
  finish(chunk: number, state: number, table: ChunkTable, member: number): boolean {
    store(table.states, chunk, state);
    const finished = add(this.words, FINISHED, 1) + 1;
    const isLast = finished === this.#expected();
    if (isLast) notify(this.words, FINISHED);
    // Last: after a death the pool counts from 0 again as soon as everybody is outside. Were this before the addition,
    // the addition could fall into the next round, which would then end one chunk too early.
    store(this.words, lineOf(member) + INSIDE, 0);
    return isLast;
  }

  /** Read after FINISHED was counted up: a closer reads them the other way round, so one of the two sees the end. */
  #expected(): number {
    const closed = (loadLong(this.#long, CLAIM) & CLOSED_BIT) !== 0n;
    return closed ? this.claimed : load(this.words, TOTAL);
  }
}
