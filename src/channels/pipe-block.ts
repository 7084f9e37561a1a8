/** The block of a pipe: who has which end, and a ring for each direction. What ends do with it: `pipe.ts`. */

import { ClosedError } from "../base/errors.js";
import type { Block } from "../memory/blocks/driver.js";
import type { Place } from "../memory/names/place.js";
import { allocate } from "../memory/shared-memory.js";
import { compareExchange, load, store, type Words } from "../memory/words/atomics.js";
import { formatRing, NO_LIMIT, Ring, ringWords } from "../sync/ring.js";
import { isTokenAlive, ownToken } from "../system/agent.js";
import { AFTER_HOLDERS, arrives, departs } from "../things/holders.js";
import { wordsIn, writeHeader } from "../things/thing-block.js";

/** What errors call it. */
export const WHAT = "an end of a pipe";

/** Which end: what side 0 puts, side 1 gets. */
export type Side = 0 | 1;

// Of each end: 0 when it is closed; the token of the thread that has it, with LEAVING while its message is not sent yet; or the
// number of its passing on, with ON_THE_WAY.
const ENDS = AFTER_HOLDERS;
const ON_THE_WAY = 1;
const LEAVING = 2;
const STATES = 3;
/** How often it was passed on. */
const PASSES = ENDS + 2;
/** Whether side 1 puts too. */
const IS_DUPLEX = ENDS + 4;
const RINGS = 160; // on a line of its own

const onTheWay = (pass: number) => (pass << 2) | ON_THE_WAY;
const isOnTheWay = (end: number) => (end & STATES) === ON_THE_WAY;
/** The second ring begins on a line of its own too. */
const secondRing = (byteCapacity: number) => (RINGS + ringWords(byteCapacity) + 31) & ~31;

/** A new pipe, both ends this thread's. */
export function allocatePipe(place: Place, byteCapacity: number, isDuplex: boolean): Block {
  const end = isDuplex ? secondRing(byteCapacity) + ringWords(byteCapacity) : RINGS + ringWords(byteCapacity);
  const block = allocate(place, 4 * end);
  writeHeader(block, "Pipe", undefined);
  const words = wordsIn(block);
  words.fill(ownToken, ENDS, ENDS + 2);
  words[IS_DUPLEX] = isDuplex ? 1 : 0;
  const options = { byteCapacity, maxSize: NO_LIMIT };
  formatRing(words, RINGS, options);
  if (isDuplex) formatRing(words, secondRing(byteCapacity), options);
  return block;
}

/** The rings of one end; `undefined` where it does not put, or get. */
export interface Rings {
  readonly incoming: Ring | undefined;
  readonly outgoing: Ring | undefined;
}

/** @throws {FormatError} if they do not lie in the block */
export function ringsOf(words: Words, side: Side): Rings {
  const forth = new Ring(words, RINGS);
  const back = words[IS_DUPLEX] === 1 ? new Ring(words, secondRing(forth.byteCapacity)) : undefined;
  return side === 0 ? { incoming: back, outgoing: forth } : { incoming: forth, outgoing: back };
}

/** Closes an end if it still is as it was seen: nobody puts in either direction any more. False if it is not. */
function closeIf(words: Words, side: Side, seen: number): boolean {
  if (compareExchange(words, ENDS + side, seen, 0) !== seen) return false;
  const { incoming, outgoing } = ringsOf(words, side);
  incoming?.end();
  outgoing?.end();
  return true;
}

/** Closes an end that this thread has; one that is leaving will not arrive. */
export function closeEnd(words: Words, side: Side): void {
  if (!closeIf(words, side, ownToken) && closeIf(words, side, ownToken | LEAVING)) arrives(words);
}

/** True if the other end is closed; also if its thread has died, for which it then is closed. */
export function closeIfPeerIsGone(words: Words, side: Side): boolean {
  const peer = (1 - side) as Side;
  const end = load(words, ENDS + peer);
  if (end === 0) return true;
  if (isOnTheWay(end) || isTokenAlive(end & ~STATES) !== false) return false;
  if (closeIf(words, peer, end) && (end & STATES) === LEAVING) arrives(words);
  return true;
}

/** Whether this thread has the other end too. */
export const isPeerHere = (words: Words, side: Side): boolean => load(words, ENDS + 1 - side) === ownToken;

// ── Passing an end on ──────────────────────────────────────────────────────────────────────────────────────────────

/** The number under which an end would be passed on; `undefined` if it is about to be already. */
export const nextPass = (words: Words, side: Side): number | undefined =>
  load(words, ENDS + side) === ownToken ? load(words, PASSES + side) + 1 : undefined;

/** The end is in a message that is about to be sent. */
export function leave(words: Words, side: Side, pass: number): void {
  store(words, PASSES + side, pass);
  store(words, ENDS + side, ownToken | LEAVING);
  departs(words);
}
/** The message is sent: whatever becomes of this thread. */
export function depart(words: Words, side: Side, pass: number): void {
  compareExchange(words, ENDS + side, ownToken | LEAVING, onTheWay(pass));
}
/** It stays here. */
export function stay(words: Words, side: Side): void {
  const leaving = ownToken | LEAVING;
  if (compareExchange(words, ENDS + side, leaving, ownToken) === leaving) arrives(words);
}
/** It does not arrive: as if it had, and was closed. */
export function lose(words: Words, side: Side, pass: number): void {
  if (closeIf(words, side, onTheWay(pass))) arrives(words);
}

/** It has arrived here. @throws {ClosedError} if it was closed, or has arrived elsewhere: an end is one thread's at a time */
export function receive(words: Words, side: Side, pass: number): void {
  const seen = load(words, ENDS + side);
  const isIt = (seen & STATES) === LEAVING ? load(words, PASSES + side) === pass : seen === onTheWay(pass);
  if (isIt && compareExchange(words, ENDS + side, seen, ownToken) === seen) return;
  throw new ClosedError(`Expected ${WHAT} to be handed over to one thread, but another has received or closed it`, {
    what: WHAT,
  });
}
