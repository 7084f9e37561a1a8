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
  readonly #own: number;
  #isOwnEmpty = false;
  /** The range that it steals from until that is empty, too. */
  #victim = -1;

  /** @param seat the member's place among those who take part; more members than ranges share the last one */
  constructor(words: Words, division: Division, seat: number) {
    this.#words = words;
    this.#division = division;
    this.#own = Math.min(seat, division.ranges - 1);
  }

  /** The next turn for this member; -1 if there is none. */
  next(): number {
    if (!this.#isOwnEmpty) {
      if (this.#reserve(this.#own)) {
        const front = add(this.#words, rangeLineOf(this.#own) + FRONT, 1);
        return firstOf(this.#division, this.#own) + front;
      }
      this.#isOwnEmpty = true;
    }
    return this.#steal();
  }

  #steal(): number {
    for (;;) {
      if (this.#victim >= 0 && this.#reserve(this.#victim)) {
        const back = add(this.#words, rangeLineOf(this.#victim) + BACK, 1);
        return firstOf(this.#division, this.#victim + 1) - 1 - back;
      }
      this.#victim = this.#fullest();
      if (this.#victim < 0) return -1;
    }
  }

  #fullest(): number {
    let fullest = -1;
    let most = 0;
    for (let range = 0; range < this.#division.ranges; range++) {
      const left = leftOf(this.#words, this.#division, range);
      if (left > most) [fullest, most] = [range, left];
    }
    return fullest;
  }

  /**
   * Reserves one turn of a range, without saying which. As reservations never exceed the range's length, those who
   * take from the front and those who take from the back never meet.
   */
  #reserve(range: number): boolean {
    const at = rangeLineOf(range) + TAKEN;
    for (;;) {
      const word = load(this.#words, at);
      if (leftAt(word, this.#division, range) === 0) return false;
      if (compareExchange(this.#words, at, word, (word + STEP) | 0) === word) return true;
    }
  }
}
