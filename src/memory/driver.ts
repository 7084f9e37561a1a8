/** What a scope offers: blocks of shared bytes. `heap-driver.ts` has those of one process. */

/** A run of shared bytes. Plain data with an identity: caches and bindings are keyed by the object itself. */
export interface Block {
  /** The same in every thread, and no other block's: received twice, one block is two buffer objects. */
  readonly id: number;
  readonly buffer: SharedArrayBuffer;
  /** Where a WebAssembly kernel can work on the bytes in place. */
  readonly memory: WebAssembly.Memory | undefined;
  /** Bytes asked for; `buffer.byteLength` may be more. */
  readonly size: number;
}
