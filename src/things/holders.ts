/**
 * Who has a channel (a queue, a pipe) open: so that the keeper knows when nobody has any more, and drops what messages
 * had deposited with it; and so that nobody waits for ever for a message that nobody is left to send. Words in the
 * channel's block.
 */

import { add, compareExchange, load, newWords, store, type Words } from "../memory/words/atomics.js";
import { isTokenAlive, ownToken, type Token } from "../system/agent.js";
import { HEADER_WORDS } from "./layout.js";

/** How many handles are on their way to a thread, which may be the next to have it open. */
const ON_THE_WAY = HEADER_WORDS;
/** Counts changes, so that whoever looks through all of this knows whether it has seen one moment. */
const CHANGES = HEADER_WORDS + 1;
/** 1 once a thread found no entry free: then the channel counts as held for ever. */
const UNCOUNTED = HEADER_WORDS + 2;
/** 1 once a handle was given to the user, who may post it to any number of threads, and late. */
const GIVEN_OUT = HEADER_WORDS + 3;
/** How many entries have ever been used. */
const USED = HEADER_WORDS + 4;
/** Of each thread its token; 0 where there is none. */
const ENTRIES = HEADER_WORDS + 5;
const MAX_ENTRIES = 128;
/** Where a channel's own words may begin. */
export const AFTER_HOLDERS = ENTRIES + MAX_ENTRIES;

/** This thread's entry in one block, however many handles it has. */
interface Holding {
  handles: number;
  /** 0 if there was no room. */
  readonly entry: number;
  /** A view of its own: a handle's would keep that handle alive. */
  readonly words: Words;
}
const holdings = new Map<number, Holding>();
const collected = new FinalizationRegistry<number>((block) => release(block));

/** A handle to the channel was opened in this thread. */
export function hold(handle: object, block: number, words: Words): void {
  const holding = holdings.get(block) ?? { handles: 0, entry: claimEntry(words), words: words.subarray() };
  holding.handles++;
  holdings.set(block, holding);
  collected.register(handle, block, handle);
}

/** A handle was closed. With the thread's last one its entry is free again; as it is when the handles are collected. */
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
  const entry = findEntry(words);
  if (entry === 0) store(words, UNCOUNTED, 1);
  add(words, CHANGES, 1);
  return entry;
}

function findEntry(words: Words): number {
  const used = () => Math.min(load(words, USED), MAX_ENTRIES);
  for (let at = ENTRIES, end = ENTRIES + used(); at < end; at++) if (claims(words, at)) return at;
  for (let i = used(); i < MAX_ENTRIES; i = used()) {
    compareExchange(words, USED, i, i + 1);
    if (claims(words, ENTRIES + i)) return ENTRIES + i;
  }
  return 0;
}

/** Takes an entry that is free, or whose thread has died. */
function claims(words: Words, at: number): boolean {
  const token = load(words, at);
  return (token === 0 || isTokenAlive(token) === false) && compareExchange(words, at, token, ownToken) === token;
}

// ── Handles on their way ───────────────────────────────────────────────────────────────────────────────────────────

/** A handle leaves for another thread. */
export function departs(words: Words): void {
  add(words, ON_THE_WAY, 1);
  add(words, CHANGES, 1);
}
/** It has arrived, or will not. Once for each that left. */
export function arrives(words: Words): void {
  add(words, ON_THE_WAY, -1);
  add(words, CHANGES, 1);
}

/** A handle is the user's to post: nobody can say any more that no other thread will get the channel. */
export function givesOut(words: Words): void {
  store(words, GIVEN_OUT, 1);
}

/**
 * Goes with a handle that may arrive in several threads, or be given up by its sender: only the first of them counts.
 */
export const newTicket = (): SharedArrayBuffer => newWords(1).buffer;
const ticketWords = (ticket: SharedArrayBuffer): Words => new Int32Array(ticket);
/** As `arrives`, for a handle with a ticket. */
export function redeem(words: Words, ticket: unknown): void {
  if (!(ticket instanceof SharedArrayBuffer) || ticket.byteLength < 4) return;
  if (compareExchange(ticketWords(ticket), 0, 0, 1) === 0) arrives(words);
}

// ── Looking ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether any thread has the channel open, or may soon: other than this one, if `others`. */
export function isHeld(words: Words, others = false): boolean {
  for (;;) {
    const changes = load(words, CHANGES);
    if (isHeldNow(words, others)) return true;
    if (load(words, CHANGES) === changes) return false;
  }
}

function isHeldNow(words: Words, others: boolean): boolean {
  if (load(words, ON_THE_WAY) > 0 || load(words, GIVEN_OUT) !== 0 || load(words, UNCOUNTED) !== 0) return true;
  for (let i = 0, used = Math.min(load(words, USED), MAX_ENTRIES); i < used; i++) {
    const token: Token = load(words, ENTRIES + i);
    if (token !== 0 && !(others && token === ownToken) && isTokenAlive(token) !== false) return true;
  }
  return false;
}
