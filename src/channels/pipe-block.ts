/**
 * The block of a pipe: which thread has which end, and a ring for each direction. The ends themselves are in `pipe.ts`.
 */

import { ClosedError } from "../base/errors.js";
import type { Block } from "../memory/blocks/driver.js";
import { compareExchange, load, store, type Words } from "../memory/words/atomics.js";
import { MOMENT_MS } from "../memory/words/intervals.js";
import { formatRing, NO_LIMIT, Ring, ringWords } from "../sync/ring.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { AFTER_HOLDERS, arrives, departs } from "../things/holders.js";
import { wordsIn, writeHeader } from "../things/thing-block.js";

/** The name of an end in errors. */
export const WHAT = "an end of a pipe";

/** One of the two ends. Side 1 gets what side 0 puts. */
export type Side = 0 | 1;

// One word for each end. 0: it is closed. A token: that thread has it, and with LEAVING it is in a message that is not
// sent yet. A pass number with ON_THE_WAY: it is in a message that is sent.
const ENDS = AFTER_HOLDERS;
const ON_THE_WAY = 1;
const LEAVING = 2;
const STATES = 3;
/** One word for each end: how often it was sent to another thread. */
const PASSES = ENDS + 2;
/** 1 if side 1 puts messages too. */
const IS_DUPLEX = ENDS + 4;
const RINGS = 160; // the first multiple of 32 words, so that the ring begins on a cache line of its own

const onTheWay = (pass: number) => (pass << 2) | ON_THE_WAY;
const isOnTheWay = (end: number) => (end & STATES) === ON_THE_WAY;
/** Where the second ring begins, also on a cache line of its own. */
const secondRing = (byteCapacity: number) => (RINGS + ringWords(byteCapacity) + 31) & ~31;

/** The size of a pipe's block, in bytes. */
export const pipeBytes = (byteCapacity: number, isDuplex: boolean): number =>
  4 * ((isDuplex ? secondRing(byteCapacity) : RINGS) + ringWords(byteCapacity));

/** Makes a pipe in a new block. This thread has both ends. */
export function formatPipe(block: Block, byteCapacity: number, isDuplex: boolean): Block {
  writeHeader(block, "Pipe", undefined);
  const words = wordsIn(block);
  words.fill(ownToken, ENDS, ENDS + 2);
  words[IS_DUPLEX] = isDuplex ? 1 : 0;
  const options = { byteCapacity, maxSize: NO_LIMIT };
  formatRing(words, RINGS, options);
  if (isDuplex) formatRing(words, secondRing(byteCapacity), options);
  return block;
}

/** The rings of one end. A one-way pipe has only one of them at each end. */
export interface Rings {
  readonly incoming: Ring | undefined;
  readonly outgoing: Ring | undefined;
}

/**
 * The rings of an end.
 *
 * @throws {FormatError} If they are not inside the block.
 */
export function ringsOf(words: Words, side: Side): Rings {
  const forth = new Ring(words, RINGS);
  const back = words[IS_DUPLEX] === 1 ? new Ring(words, secondRing(forth.byteCapacity)) : undefined;
  return side === 0 ? { incoming: back, outgoing: forth } : { incoming: forth, outgoing: back };
}

/** Closes an end and ends both rings, unless its word has changed since it was `seen`. Returns whether it did. */
function closeIf(words: Words, side: Side, seen: number): boolean {
  if (compareExchange(words, ENDS + side, seen, 0) !== seen) return false;
  const { incoming, outgoing } = ringsOf(words, side);
  incoming?.end(MOMENT_MS); // if the peer is stopped while it puts, nobody will read what it puts
  outgoing?.end(MOMENT_MS);
  return true;
}

/** Closes an end that this thread has. If it is in a message that is not sent yet, it will not arrive. */
export function closeEnd(words: Words, side: Side): void {
  if (!closeIf(words, side, ownToken) && closeIf(words, side, ownToken | LEAVING)) arrives(words);
}

/** Whether the other end is closed. If its thread has died, closes it for that thread. */
export function closeIfPeerIsGone(words: Words, side: Side): boolean {
  const peer = (1 - side) as Side;
  const end = load(words, ENDS + peer);
  if (end === 0) return true;
  if (isOnTheWay(end) || isTokenAlive(end & ~STATES) !== false) return false;
  if (closeIf(words, peer, end) && (end & STATES) === LEAVING) arrives(words);
  return true;
}

/** Whether this thread also has the other end. */
export const isPeerHere = (words: Words, side: Side): boolean => load(words, ENDS + 1 - side) === ownToken;

// ── Sending an end to another thread ───────────────────────────────────────────────────────────────────────────────

/** The number of the next pass of an end; `undefined` if it is in another message already. */
export const nextPass = (words: Words, side: Side): number | undefined =>
  load(words, ENDS + side) === ownToken ? load(words, PASSES + side) + 1 : undefined;

/** Marks an end that is in a message which is about to be sent. */
export function leave(words: Words, side: Side, pass: number): void {
  store(words, PASSES + side, pass);
  store(words, ENDS + side, ownToken | LEAVING);
  departs(words);
}
/** The message is sent: from now on the end survives this thread. */
export function depart(words: Words, side: Side, pass: number): void {
  compareExchange(words, ENDS + side, ownToken | LEAVING, onTheWay(pass));
}
/** The message was not sent: the end stays with this thread. */
export function stay(words: Words, side: Side): void {
  const leaving = ownToken | LEAVING;
  if (compareExchange(words, ENDS + side, leaving, ownToken) === leaving) arrives(words);
}
/** The message is lost with its receiver: closes the end. */
export function lose(words: Words, side: Side, pass: number): void {
  if (closeIf(words, side, onTheWay(pass))) arrives(words);
}

/**
 * Takes an end that has arrived in this thread.
 *
 * @throws {ClosedError} If it was closed, or another thread has received it: only one thread has an end.
 */
export function receive(words: Words, side: Side, pass: number): void {
  const seen = load(words, ENDS + side);
  const isIt = (seen & STATES) === LEAVING ? load(words, PASSES + side) === pass : seen === onTheWay(pass);
  if (isIt && compareExchange(words, ENDS + side, seen, ownToken) === seen) return;
  throw new ClosedError(`Expected ${WHAT} to arrive in one thread, but another has received or closed it`, {
    what: WHAT,
  });
}
