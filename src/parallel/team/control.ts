/**
 * The moves on the control block: post, enter, read, finish, leave, close. The pool and its members use them; README.md
 * explains the races.
 */
import { add, compareExchange, load, notify, store, type Words } from "../../memory/words/atomics.js";
import {
  BASE,
  type ChunkTable,
  FINISHED,
  FLAGS,
  INSIDE,
  LIMIT,
  lineOf,
  POSTED_AT,
  PROGRESS,
  RANGES,
  STOP,
  TABLE,
  TAG,
  TOTAL,
  WAITED,
  WORK,
} from "./layout.js";
import { clockUs } from "./patience.js";
import { baseAfter, closeRanges, type Division, LAP, longestOf, openRanges, turnsLeft } from "./ranges.js";

const MAX_TAG = 2 ** 30;

/** What the pool posts. */
export interface CallWords {
  readonly work: number;
  readonly total: number;
  readonly table: number;
  readonly flags: number;
  readonly limit: number;
  readonly ranges: number;
}

/** A call as members read it before they claim: all words of one call, never a mixture of two. */
export interface Posted extends CallWords, Division {
  readonly tag: number;
}

export class Control {
  readonly words: Words;
  #tag = 0;
  #base = 0;
  /** The longest range of the last call. */
  #longest = 0;
  /** Positions since all members were seen outside. */
  #lap = 0;

  constructor(words: Words) {
    this.words = words;
  }

  // ── The pool's moves ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Opens a call for claims. The one before is over, or all live members are outside. */
  post(call: CallWords): Posted {
    const { words } = this;
    this.#tag = (this.#tag % MAX_TAG) + 1;
    this.#base = baseAfter(this.#base, this.#longest);
    this.#longest = longestOf(call.total, call.ranges);
    this.#lap += this.#longest;
    const posted = { ...call, tag: this.#tag, base: this.#base };
    store(words, TAG, 0); // first, so that a member that reads the words while they change notices
    store(words, WORK, call.work);
    store(words, TOTAL, call.total);
    store(words, TABLE, call.table);
    store(words, FLAGS, call.flags);
    store(words, LIMIT, call.limit);
    store(words, RANGES, call.ranges);
    store(words, BASE, posted.base);
    store(words, STOP, 0);
    store(words, POSTED_AT, clockUs());
    store(words, FINISHED, 0);
    store(words, WAITED, 0);
    openRanges(words, posted);
    store(words, TAG, posted.tag);
    return posted;
  }

  /** Whether so many positions have been used that every member must be seen outside before the next call is posted. */
  get isLapOver(): boolean {
    return this.#lap >= LAP;
  }
  /** All members have been seen outside. */
  startLap(): void {
    this.#lap = 0;
  }

  isInside(member: number): boolean {
    return load(this.words, lineOf(member) + INSIDE) !== 0;
  }

  /**
   * Chunks that members have ended since the team began, wrapping.
   *
   * @param lines how many members there are, with the blocked caller
   */
  progress(lines: number): number {
    let sum = 0;
    for (let member = 0; member < lines; member++) sum += load(this.words, lineOf(member) + PROGRESS);
    return sum | 0;
  }

  // ── Moves of both sides ──────────────────────────────────────────────────────────────────────────────────────────

  /** Ends all claims, for the reason given first. Chunks that can no longer be claimed count as finished. */
  close(posted: Posted, reason: number): void {
    compareExchange(this.words, STOP, 0, reason);
    const skipped = closeRanges(this.words, posted);
    if (skipped > 0) add(this.words, FINISHED, skipped);
  }

  /** Chunks that can still be claimed. */
  left(posted: Posted): number {
    return turnsLeft(this.words, posted);
  }

  /** True when every chunk is finished or skipped. It stays false if a member died before it counted its chunks. */
  isOver({ total }: Posted): boolean {
    return load(this.words, FINISHED) === total;
  }

  // ── A member's moves ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Goes inside. From now on the member may claim, and the pool waits for it when somebody has died. */
  enter(member: number): void {
    store(this.words, lineOf(member) + INSIDE, 1);
  }

  /** The call that was posted last; `undefined` while the next is being written. Only for members that are inside. */
  read(): Posted | undefined {
    const { words } = this;
    const tag = load(words, TAG);
    const posted = {
      tag,
      work: load(words, WORK),
      total: load(words, TOTAL),
      table: load(words, TABLE),
      flags: load(words, FLAGS),
      limit: load(words, LIMIT),
      ranges: load(words, RANGES),
      base: load(words, BASE),
    };
    // The pool stores 0 before it changes any of them: the same tag again means that all are of one call.
    return tag !== 0 && load(words, TAG) === tag ? posted : undefined;
  }

  /** Ends a chunk in the given state. */
  finish(chunk: number, state: number, table: ChunkTable, member: number): void {
    store(table.states, chunk, state);
    add(this.words, lineOf(member) + PROGRESS, 1);
  }

  /** Counts the chunks that the member has ended and goes outside. True if this ended the call. */
  leave({ total }: Posted, member: number, finished: number): boolean {
    const isLast = finished > 0 && add(this.words, FINISHED, finished) + finished === total;
    if (isLast && load(this.words, WAITED) !== 0) notify(this.words, FINISHED);
    this.exit(member);
    return isLast;
  }

  /**
   * Goes outside. Last: after a death the pool counts from 0 again as soon as everybody is outside. Were this before
   * the addition to FINISHED, the addition could fall into the next round, which would then end too early.
   */
  exit(member: number): void {
    store(this.words, lineOf(member) + INSIDE, 0);
  }
}
