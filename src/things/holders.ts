/**
 * Which threads have a channel (a queue or a pipe) open, in words of the channel's block. The keeper looks at them, and
 * drops the deposits of messages when no thread has the channel any more. Channels look at them so that no thread waits
 * for a message that no thread is left to send. README.md has the byte map.
 */

import { isSharedArrayBuffer } from "../base/builtins.js";
import { add, compareExchange, load, newWords, store, type Words } from "../memory/words/atomics.js";
import { isTokenAlive, ownToken, type Token } from "../system/agent.js";
import { type OpenTable, takeEntry, usedEntries } from "./entries.js";
import { HEADER_WORDS } from "./layout.js";

/** The number of handles in transit to a thread that may open the channel next. */
const ON_THE_WAY = HEADER_WORDS;
/** Counts changes, so that a thread that reads all of these words knows whether it has seen them at one moment. */
const CHANGES = HEADER_WORDS + 1;
/** 1 once a thread found no free entry. From then on the channel always counts as held. */
const UNCOUNTED = HEADER_WORDS + 2;
/** 1 once a handle was given to the user, who may post it at any time and to any number of threads. */
const GIVEN_OUT = HEADER_WORDS + 3;
/** The number of entries that were ever used. */
const USED = HEADER_WORDS + 4;
/** The entries: each has the token of a thread, or 0 if it is free. */
const ENTRIES = HEADER_WORDS + 5;
const MAX_ENTRIES = 128;
const TABLE: OpenTable = { start: ENTRIES, stride: 1, count: MAX_ENTRIES, used: USED };
/** The first word behind these, at which a channel's own words may begin. */
export const AFTER_HOLDERS = ENTRIES + MAX_ENTRIES;

/** This thread's entry in one block, for all of its handles. */
interface Holding {
  handles: number;
  /** The word of the entry; 0 if no entry was free. */
  readonly entry: number;
  /** A view of its own, because a handle's view would keep that handle alive. */
  readonly words: Words;
}
const holdings = new Map<number, Holding>();
const collected = new FinalizationRegistry<number>((block) => release(block));

/** Counts a handle to the channel that this thread opened. */
export function hold(handle: object, block: number, words: Words): void {
  const holding = holdings.get(block) ?? { handles: 0, entry: claimEntry(words), words: words.subarray() };
  holding.handles++;
  holdings.set(block, holding);
  collected.register(handle, block, handle);
}

/**
 * Stops counting a handle that was closed. The thread's entry is freed with its last handle, also if that was
 * collected.
 */
export function letGo(handle: object, block: number): void {
  if (collected.unregister(handle)) release(block);
}

function release(block: number): void {
  const holding = holdings.get(block)!;
  if (--holding.handles > 0) return;
  holdings.delete(block);
  if (holding.entry === 0) return;
  store(holding.words, holding.entry, 0);
  add(holding.words, CHANGES, 1);
}

function claimEntry(words: Words): number {
  const entry = takeEntry(words, TABLE);
  if (entry === 0) store(words, UNCOUNTED, 1);
  add(words, CHANGES, 1);
  return entry;
}

// ── Handles in transit ─────────────────────────────────────────────────────────────────────────────────────────────

/** Counts a handle that is being sent to another thread. */
export function departs(words: Words): void {
  add(words, ON_THE_WAY, 1);
  add(words, CHANGES, 1);
}
/** Stops counting a handle that has arrived or never will. To be called once for each that was sent. */
export function arrives(words: Words): void {
  add(words, ON_THE_WAY, -1);
  add(words, CHANGES, 1);
}

/** Notes that the user has a handle to post. From then on, any thread may still get the channel. */
export function givesOut(words: Words): void {
  store(words, GIVEN_OUT, 1);
}

/**
 * Makes a ticket for a handle that may arrive in several threads, or be given up by its sender. Only the first thread
 * to redeem it stops counting the handle.
 */
export const newTicket = (): SharedArrayBuffer => newWords(1).buffer;
const ticketWords = (ticket: SharedArrayBuffer): Words => new Int32Array(ticket);
/** As `arrives`, for a handle with a ticket. */
export function redeem(words: Words, ticket: unknown): void {
  if (!isSharedArrayBuffer(ticket) || ticket.byteLength < 4) return;
  if (compareExchange(ticketWords(ticket), 0, 0, 1) === 0) arrives(words);
}

// ── Looking ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether any thread has the channel open or may open it soon. With `others`, this thread does not count. */
export function isHeld(words: Words, others = false): boolean {
  for (;;) {
    const changes = load(words, CHANGES);
    if (isHeldNow(words, others)) return true;
    if (load(words, CHANGES) === changes) return false;
  }
}

function isHeldNow(words: Words, others: boolean): boolean {
  if (load(words, ON_THE_WAY) > 0 || load(words, GIVEN_OUT) !== 0 || load(words, UNCOUNTED) !== 0) return true;
  for (let i = 0, used = usedEntries(words, TABLE); i < used; i++) {
    const token: Token = load(words, ENTRIES + i);
    if (token !== 0 && !(others && token === ownToken) && isTokenAlive(token) !== false) return true;
  }
  return false;
}
