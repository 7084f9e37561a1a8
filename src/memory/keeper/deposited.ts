/** The deposits that the keeper holds for messages, until each is withdrawn or no thread has its channel any more. */

import { isSharedArrayBuffer, isWasmMemory } from "../../base/builtins.js";
import type { BlockWire, SharedSource } from "../blocks/driver.js";
import type { Words } from "../words/atomics.js";

interface Channel {
  readonly words: Words;
  /** Ids of the deposits that belong to messages in the channel. */
  readonly deposits: Set<number>;
}

export class Deposits {
  readonly #sources = new Map<number, { readonly sources: readonly SharedSource[]; readonly channel: number }>();
  readonly #channels = new Map<number, Channel>();
  readonly #dropped: (bytes: number) => void;
  readonly #isHeld: (channel: Words) => boolean;

  /**
   * @param dropped Called with the number of bytes that the collector could free.
   * @param isHeld Whether any thread has a channel open, by the words in the channel's block.
   */
  constructor(dropped: (bytes: number) => void, isHeld: (channel: Words) => boolean) {
    this.#dropped = dropped;
    this.#isHeld = isHeld;
  }

  get size(): number {
    return this.#sources.size;
  }

  /** Keeps a deposit for the channel in that block. */
  add(id: number, { id: block, source }: BlockWire, sources: readonly SharedSource[]): void {
    const channel = this.#channels.get(block) ?? { words: wordsOf(source), deposits: new Set() };
    channel.deposits.add(id);
    this.#channels.set(block, channel);
    this.#sources.set(id, { sources, channel: block });
  }

  /** What was deposited; `undefined` if there is nothing with that id. */
  see(id: number): readonly SharedSource[] | undefined {
    return this.#sources.get(id)?.sources;
  }

  /** Forgets a deposit, if there is one with that id. */
  drop(id: number): void {
    const deposit = this.#sources.get(id);
    if (!deposit) return;
    this.#sources.delete(id);
    const { deposits } = this.#channels.get(deposit.channel)!;
    deposits.delete(id);
    if (deposits.size === 0) this.#channels.delete(deposit.channel);
    this.#dropped(deposit.sources.map(bytesOf).reduce((sum, bytes) => sum + bytes, 0));
  }

  /**
   * Drops the deposits that nobody can fetch any more.
   *
   * @param isNamed Whether the channel in that block can still be found by its name.
   */
  dropOrphans(isNamed: (block: number) => boolean): void {
    for (const [block, { words, deposits }] of this.#channels) {
      if (isNamed(block) || this.#isHeld(words)) continue;
      for (const id of deposits) this.drop(id);
    }
  }
}

function bytesOf(source: SharedSource): number {
  if (isWasmMemory(source)) return source.buffer.byteLength;
  return isSharedArrayBuffer(source) ? source.byteLength : 0;
}

/** The words of a channel's block. */
const wordsOf = (source: SharedSource): Words =>
  new Int32Array((isWasmMemory(source) ? source.buffer : source) as SharedArrayBuffer);
