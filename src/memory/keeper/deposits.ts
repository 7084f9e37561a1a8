/**
 * Shared memory in messages. The bytes of a message cannot carry it, so the sender deposits it with the keeper and the
 * message carries the deposit's id. The thread that takes the message withdraws the deposit; the keeper drops it when
 * no thread has the channel any more. Used by `channels/`.
 */
import type { Block, SharedSource } from "../blocks/driver.js";
import { blockToWire } from "../blocks/heap.js";
import { ask, post } from "./line.js";

/**
 * Deposits shared memory with the keeper.
 *
 * @param channel The block of the queue or pipe. It has the words that `things/holders.ts` describes.
 * @returns The id of the deposit.
 */
export const deposit = (channel: Block, sources: readonly SharedSource[]): number =>
  ask({ op: "deposit", channel: blockToWire(channel), sources }).id;

/** Ends a deposit, because its message has arrived, or was not sent after all. */
export const withdraw = (id: number): void => post({ op: "withdraw", id });

/** What was deposited; it stays there. Returns `undefined` if the id is unknown, or the deposit was withdrawn. */
export const seeDeposit = (id: number): readonly SharedSource[] | undefined => ask({ op: "fetch", id }).sources;
