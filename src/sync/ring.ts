/**
 * A bounded ring of messages in shared memory. Any number of threads put messages and any number take them; each
 * message is a run of bytes of any length. Queues and pipes are built on it. README.md has its words, and says why no
 * message is torn and no thread waits for a dead one.
 */
import { FormatError } from "../base/errors.js";
import { load, store, type Words } from "../memory/words/atomics.js";
import { LINE_WORDS } from "../memory/words/lines.js";
import { copyBytes } from "../platform/runtime.js";
import { type Gate, openForAll, openForOne } from "./gate.js";
import { enter } from "./ledger.js";
import { unlock } from "./mutex.js";

const SIDE_WORDS = 2 * LINE_WORDS;

// Each side, putters and takers, has its words at the same places. First come those that mostly the side itself uses;
// words 2–7 of them are its lock (mutex.ts).
/** In the putters' words: 1 when nobody puts any more. */
const ENDED = 8;
/** The gate at which the other side waits. */
const GATE = 9;
// Then come the words that the other side reads, on a line of their own:
/** The number of messages put, or taken, since the beginning: 32 bits that wrap around. */
const COUNT = LINE_WORDS;
/** Where the next message goes, or comes from. Of these two words, the parity of COUNT says which one is valid. */
const PLACE = LINE_WORDS + 1;
// The first two words of the putters never change.
const BYTE_CAPACITY = 0; // bytes of the largest message
const MAX_SIZE = 1; // messages

const RING_HEADER_WORDS = 2 * SIDE_WORDS;

/**
 * Bytes before each message: its stamp, which is the number of its turn, together with its tag; and its length in
 * bytes.
 */
const MESSAGE_HEADER = 8;
const TAG_BITS = 8;
/** Up to this many bytes, a loop over them is faster than a call that copies them. */
const SMALL = 64;

/** The `maxSize` of a ring without a limit on the number of messages. */
export const NO_LIMIT = 2 ** 31 - 1;

/**
 * The most bytes of the largest message. Places go up to twice the capacity, so that a full ring differs from an empty
 * one, and must fit in a word.
 */
export const MAX_BYTES = 2 ** 30 - 64;

const paddedTo8 = (byteLength: number) => (byteLength + 7) & ~7;
const capacityFor = (byteCapacity: number) => paddedTo8(byteCapacity) + MESSAGE_HEADER;

/** How many words a ring takes if its largest message has `byteCapacity` bytes. */
export const ringWords = (byteCapacity: number): number => RING_HEADER_WORDS + capacityFor(byteCapacity) / 4;

/** The limits of a ring. */
export interface RingOptions {
  /** Bytes of the largest message. */
  readonly byteCapacity: number;
  /** The most messages that wait at a time. */
  readonly maxSize: number;
  /** The number of the first turn, for tests. */
  readonly first?: number;
}

/** Makes an empty ring in zeroed words, from the word `at` on, which must be even. */
export function formatRing(words: Words, at: number, { byteCapacity, maxSize, first = 0 }: RingOptions): void {
  words[at + BYTE_CAPACITY] = byteCapacity;
  words[at + MAX_SIZE] = maxSize;
  words[at + COUNT] = first;
  words[at + SIDE_WORDS + COUNT] = first;
}

/** A message to put: the bytes [start, end) of an array, and a number in [0, 256) for the thread that takes it. */
export interface Outgoing {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}
/** Says where the bytes of a message are to go that is being taken. */
export interface Taker {
  /** Returns at least `length` bytes, for the message that comes next. */
  receive(tag: number, length: number): Uint8Array;
}

/** One thread's view of a ring. */
export class Ring {
  readonly #words: Words;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  /** The first words of the two sides. */
  readonly #putters: number;
  readonly #takers: number;
  readonly #putLock: Words;
  readonly #takeLock: Words;
  readonly #dataWords: number;
  readonly #dataBytes: number;
  /** Bytes of data, a multiple of 8. */
  readonly #capacity: number;
  readonly #maxSize: number;
  readonly #name: string;
  // What this thread knew about the room and the messages at its last look, minus what it has used since. It saves
  // reading the other side's line each time, and is valid as long as no other thread has put, or taken.
  readonly #room = { turn: 0, place: -1, messages: 0, bytes: 0 };
  readonly #left = { turn: 0, messages: 0 };
  #isPutterKeptOut = false;
  #isTakerKeptOut = false;
  /** Bytes of the largest message. */
  readonly byteCapacity: number;
  /** The gate at which threads wait that found nothing to take. */
  readonly filled: Gate;
  /** The gate at which threads wait that found no room. */
  readonly emptied: Gate;

  /**
   * @param name The name of the block, for errors.
   * @throws {FormatError} If there is no ring at that word.
   */
  constructor(words: Words, at: number, name = "") {
    this.#name = name;
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.#putters = at;
    this.#takers = at + SIDE_WORDS;
    this.#putLock = words.subarray(this.#putters, this.#takers);
    this.#takeLock = words.subarray(this.#takers, this.#takers + SIDE_WORDS);
    this.#dataWords = at + RING_HEADER_WORDS;
    this.#dataBytes = 4 * this.#dataWords;
    this.byteCapacity = words[at + BYTE_CAPACITY] ?? 0;
    this.#capacity = capacityFor(this.byteCapacity);
    this.#maxSize = words[at + MAX_SIZE] ?? 0;
    const isRing = this.byteCapacity > 0 && this.byteCapacity <= MAX_BYTES && this.#maxSize > 0;
    if (!isRing || this.#dataBytes + this.#capacity > words.byteLength) throw this.#damaged();
    this.filled = {
      words,
      at: this.#putters + GATE,
      watched: this.#putters + COUNT,
      isOpen: () => this.size > 0,
      isKeptOut: () => this.#isTakerKeptOut,
    };
    this.emptied = {
      words,
      at: this.#takers + GATE,
      watched: this.#takers + COUNT,
      isOpen: () => this.size < this.#maxSize,
      isKeptOut: () => this.#isPutterKeptOut,
    };
  }

  /** The number of messages put since the beginning: 32 bits that wrap around. */
  get puts(): number {
    return load(this.#words, this.#putters + COUNT);
  }
  /** The number of messages taken since the beginning: 32 bits that wrap around. */
  get takes(): number {
    return load(this.#words, this.#takers + COUNT);
  }
  /** The number of messages in the ring, at one moment during the call. */
  get size(): number {
    for (;;) {
      const puts = this.puts;
      const size = (puts - this.takes) | 0;
      if (this.puts === puts) return size;
    }
  }
  /** Whether nobody puts any more. */
  get ended(): boolean {
    return load(this.#words, this.#putters + ENDED) !== 0;
  }

  /**
   * Says that nobody puts any more, and wakes all waiters.
   *
   * @param limitMs How long to wait for a thread that is putting. If it is stopped, its message comes after the end.
   */
  end(limitMs: number): void {
    store(this.#words, this.#putters + ENDED, 1);
    if (enter(this.#putLock, limitMs)) unlock(this.#putLock);
    openForAll(this.filled);
    openForAll(this.emptied);
  }

  /**
   * Puts a message if there is room. Neither this function nor `take` waits for a thread that has been stopped in it.
   *
   * @param limitMs How long to block if another thread is putting; 0 does not block at all.
   * @returns `"busy"` if another thread has been putting for longer.
   * @throws {FormatError} If the ring is damaged.
   */
  put(message: Outgoing, limitMs: number): "put" | "full" | "ended" | "busy" {
    this.#isPutterKeptOut = !enter(this.#putLock, limitMs);
    if (this.#isPutterKeptOut) return "busy";
    try {
      const words = this.#words;
      if (words[this.#putters + ENDED] !== 0) return "ended";
      const turn = words[this.#putters + COUNT]!;
      const length = message.end - message.start;
      const size = MESSAGE_HEADER + paddedTo8(length);
      const place = this.#place(this.#putters, turn);
      if (!this.#isRoomKnown(turn, place, size)) {
        this.#lookForRoom(turn, place);
        if (!this.#isRoomKnown(turn, place, size)) return "full";
      }
      const offset = this.#offset(place);
      const header = this.#dataWords + offset / 4;
      words[header] = (turn << TAG_BITS) | message.tag;
      words[header + 1] = length;
      this.#copyIn(message, this.#inside(offset + MESSAGE_HEADER));
      this.#room.place = this.#commit(this.#putters, turn, place + size);
      this.#room.turn = (turn + 1) | 0;
      this.#room.messages--;
      this.#room.bytes -= size;
    } finally {
      unlock(this.#putLock);
    }
    openForOne(this.filled);
    return "put";
  }

  /**
   * Takes the next message.
   *
   * @param limitMs How long to block if another thread is taking; 0 does not block at all.
   * @param onTaken Called at the last moment at which other threads could still take the message.
   * @returns `"busy"` if another thread has been taking for longer.
   * @throws {FormatError} If the ring is damaged.
   */
  take(taker: Taker, limitMs: number, onTaken?: () => void): "taken" | "empty" | "busy" {
    this.#isTakerKeptOut = !enter(this.#takeLock, limitMs);
    if (this.#isTakerKeptOut) return "busy";
    try {
      const words = this.#words;
      const turn = words[this.#takers + COUNT]!;
      if (turn !== this.#left.turn || this.#left.messages <= 0) {
        this.#left.messages = (this.puts - turn) | 0;
        if (this.#left.messages === 0) return "empty";
      }
      const place = this.#place(this.#takers, turn);
      const offset = this.#offset(place);
      const header = this.#dataWords + offset / 4;
      const stamp = words[header]!;
      const length = words[header + 1]!;
      const isWhole = (stamp ^ (turn << TAG_BITS)) >>> TAG_BITS === 0 && length >= 0 && length <= this.byteCapacity;
      if (!isWhole) throw this.#damaged();
      this.#copyOut(this.#inside(offset + MESSAGE_HEADER), length, taker.receive(stamp & 0xff, length));
      onTaken?.();
      this.#commit(this.#takers, turn, place + MESSAGE_HEADER + paddedTo8(length));
      this.#left.turn = (turn + 1) | 0;
      this.#left.messages--;
    } finally {
      unlock(this.#takeLock);
    }
    openForOne(this.emptied);
    return "taken";
  }

  /**
   * Makes a change visible, with the last store here. If the thread dies before it, nothing has changed. Returns the
   * next place.
   */
  #commit(side: number, turn: number, after: number): number {
    const next = (turn + 1) | 0;
    const end = 2 * this.#capacity;
    const place = after >= end ? after - end : after;
    this.#words[side + PLACE + (next & 1)] = place;
    store(this.#words, side + COUNT, next);
    return place;
  }

  /** Whether this thread knows that a message fits. It knows nothing if another thread has put since. */
  #isRoomKnown(turn: number, place: number, size: number): boolean {
    const room = this.#room;
    return room.turn === turn && room.place === place && room.messages > 0 && room.bytes >= size;
  }

  #lookForRoom(turn: number, place: number): void {
    for (let taken = this.takes; ; ) {
      const used = place - this.#place(this.#takers, taken);
      const now = this.takes;
      if (now === taken) {
        const bytes = this.#capacity - (used < 0 ? used + 2 * this.#capacity : used);
        Object.assign(this.#room, { turn, place, messages: this.#maxSize - ((turn - taken) | 0), bytes });
        return;
      }
      taken = now; // the place that was read may belong to a turn that is not visible yet
    }
  }

  #place(side: number, turn: number): number {
    const place = load(this.#words, side + PLACE + (turn & 1));
    if (place < 0 || place >= 2 * this.#capacity || place % 8 !== 0) throw this.#damaged();
    return place;
  }

  #offset(place: number): number {
    return place < this.#capacity ? place : place - this.#capacity;
  }
  #inside(offset: number): number {
    return offset < this.#capacity ? offset : offset - this.#capacity;
  }

  #copyIn({ bytes, start, end }: Outgoing, offset: number): void {
    const shared = this.#bytes;
    const length = end - start;
    const first = this.#dataBytes + offset;
    const before = Math.min(length, this.#capacity - offset); // the rest goes to the beginning of the data
    if (length <= SMALL && before === length) {
      for (let i = 0; i < length; i++) shared[first + i] = bytes[start + i]!;
      return;
    }
    copyBytes(shared, first, bytes, start, start + before);
    if (before < length) copyBytes(shared, this.#dataBytes, bytes, start + before, end);
  }

  #copyOut(offset: number, length: number, into: Uint8Array): void {
    const shared = this.#bytes;
    const first = this.#dataBytes + offset;
    const before = Math.min(length, this.#capacity - offset);
    if (length <= SMALL && before === length) {
      for (let i = 0; i < length; i++) into[i] = shared[first + i]!;
      return;
    }
    copyBytes(into, 0, shared, first, first + before);
    if (before < length) copyBytes(into, before, shared, this.#dataBytes, this.#dataBytes + length - before);
  }

  #damaged(): FormatError {
    const what = this.#name === "" ? "the ring" : `the ring of ${JSON.stringify(this.#name)}`;
    return new FormatError(`Expected ${what} to hold whole messages, but it is damaged`, { key: this.#name });
  }
}
