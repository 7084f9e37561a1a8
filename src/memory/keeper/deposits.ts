/**
 * Shared memory in messages: bytes cannot carry it, so it is deposited with the keeper, once per message, under an id that the
 * message carries. It is dropped when it is fetched, or when nobody has the channel any more. Used by `channels/`.
 */
import type { Block, SharedSource } from "../blocks/driver.js";
import { blockToWire } from "../blocks/heap.js";
import { ask, tell } from "./line.js";

/**
 * Leaves shared memory with the keeper.
 *
 * @param channel the block of the queue or pipe, which has `holders.ts`'s words @returns the id
 */
export const deposit = (channel: Block, sources: readonly SharedSource[]): number =>
  ask({ op: "deposit", channel: blockToWire(channel), sources }).id;

/** Takes it back, for a message that was not sent after all. */
export const withdraw = (id: number): void => tell({ op: "withdraw", id });

/** What was deposited; nobody else gets it. `undefined` if it is not there: the id is none, or was fetched before. */
export const fetchDeposit = (id: number): readonly SharedSource[] | undefined => ask({ op: "fetch", id }).sources;
