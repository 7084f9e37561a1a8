/**
 * The ranges that a call's turns are divided into, and how turns are taken from them: from the front by the range's
 * owner, from the back by thieves. Both sides use these moves; README.md has the races.
 */
import { add, compareExchange, load, store, type Words } from "../../memory/words/atomics.js";
import { BACK, FRONT, rangeLineOf, TAKEN } from "./layout.js";

/** What has to be known of a call to take a turn of it. */
export interface Division {
  /** Turns, 0 to total - 1. */
  readonly total: number;
  /** Ranges. */
  readonly ranges: number;
  /** Position at which each range begins to count. */
  readonly base: number;
}

const CLOSED = 1;
const STEP = 2;
/** Positions run from 0 to this, and then from 0 again. */
const LAST_POSITION = 2 ** 31 - 1;
/** Positions after which every member must have been seen outside once; see README, "A member that sleeps". */
export const LAP = 2 ** 30;

const firstOf = ({ total, ranges }: Division, range: number): number => Math.floor((range * total) / ranges);
const lengthOf = (division: Division, range: number): number => firstOf(division, range + 1) - firstOf(division, range);
const takenAt = (word: number, base: number): number => ((word >>> 1) - base) & LAST_POSITION;

/** The length of the longest range. */
export const longestOf = (total: number, ranges: number): number => Math.ceil(total / ranges);

/** A base beyond every position that a call with this division can have reached. */
export const baseAfter = (base: number, longest: number): number => (base + longest) & LAST_POSITION;

export function openRanges(words: Words, { ranges, base }: Division): void {
  for (let range = 0; range < ranges; range++) {
    const line = rangeLineOf(range);
    store(words, line + FRONT, 0);
    store(words, line + BACK, 0);
    store(words, line + TAKEN, base * STEP);
  }
}

/** Closes all ranges. Returns how many turns can no longer be taken because of this closer. */
export function closeRanges(words: Words, division: Division): number {
  let skipped = 0;
  for (let range = 0; range < division.ranges; range++) skipped += closeRange(words, division, range);
  return skipped;
}

function closeRange(words: Words, division: Division, range: number): number {
  const at = rangeLineOf(range) + TAKEN;
  for (;;) {
    const word = load(words, at);
    const left = leftAt(word, division, range);
    if (left === 0 || compareExchange(words, at, word, word | CLOSED) === word) return left;
  }
}

/** Turns that nobody has reserved; 0 if the range is closed, or belongs to another call. */
function leftAt(word: number, division: Division, range: number): number {
  if (word & CLOSED) return 0;
  return Math.max(0, lengthOf(division, range) - takenAt(word, division.base));
}
const leftOf = (words: Words, division: Division, range: number): number =>
  leftAt(load(words, rangeLineOf(range) + TAKEN), division, range);

/** Turns of the call that can still be taken. */
export function turnsLeft(words: Words, division: Division): number {
  let left = 0;
  for (let range = 0; range < division.ranges; range++) left += leftOf(words, division, range);
  return left;
}

/** Which turns have been taken, and which have not. Only when the call is closed and all live members are outside. */
export function turnsTaken(words: Words, division: Division): { taken: number[]; untaken: number[] } {
  const taken: number[] = [];
  const untaken: number[] = [];
  for (let range = 0; range < division.ranges; range++) {
    const line = rangeLineOf(range);
    const end = firstOf(division, range + 1);
    const front = firstOf(division, range) + load(words, line + FRONT);
    const back = end - load(words, line + BACK);
    for (let turn = firstOf(division, range); turn < end; turn++)
      (turn < front || turn >= back ? taken : untaken).push(turn);
  }
  return { taken, untaken };
}

/** One member's way through the ranges of a call: its own first, then the fullest of the others, again and again. */
export class Way {
  readonly #words: Words;
  readonly #division: Division;
  #isThief = false;
  /** The range that it takes from: its line, its first turn or for a thief its last, and its length. */
  #line: number;
  #start: number;
  #length: number;

  /** @param seat the member's place among those who take part; more members than ranges share the last one */
  constructor(words: Words, division: Division, seat: number) {
    const own = Math.min(seat, division.ranges - 1);
    this.#words = words;
    this.#division = division;
    this.#line = rangeLineOf(own);
    this.#start = firstOf(division, own);
    this.#length = lengthOf(division, own);
  }

  /** The next turn for this member; -1 if there is none. */
  next(): number {
    while (!this.#reserve()) if (!this.#goOn()) return -1;
    if (this.#isThief) return this.#start - add(this.#words, this.#line + BACK, 1);
    return this.#start + add(this.#words, this.#line + FRONT, 1);
  }

  /**
   * Reserves one turn of the range, without saying which. As reservations never exceed the range's length, those who
   * take from the front and those who take from the back never meet.
   */
  #reserve(): boolean {
    const at = this.#line + TAKEN;
    for (;;) {
      const word = load(this.#words, at);
      if (word & CLOSED || takenAt(word, this.#division.base) >= this.#length) return false;
      if (compareExchange(this.#words, at, word, (word + STEP) | 0) === word) return true;
    }
  }

  /** Turns to the fullest range. False if all are empty. */
  #goOn(): boolean {
    let fullest = -1;
    let most = 0;
    for (let range = 0; range < this.#division.ranges; range++) {
      const left = leftOf(this.#words, this.#division, range);
      if (left > most) [fullest, most] = [range, left];
    }
    if (fullest < 0) return false;
    this.#isThief = true;
    this.#line = rangeLineOf(fullest);
    this.#start = firstOf(this.#division, fullest + 1) - 1;
    this.#length = lengthOf(this.#division, fullest);
    return true;
  }
}
