/**
 * Frees the memory of blocks that the keeper has dropped. They weigh almost nothing in this thread's heap, so V8 would
 * never collect it on its own: the keeper counts their bytes and calls the collector.
 */
import { collector } from "../../platform/runtime.js";

/** Fewer bytes are not worth a collection, which takes some milliseconds in which no request is answered. */
const COLLECT_BYTES = 16 << 20;
/** So many bytes do not wait for the keeper's next look. */
const COLLECT_SOON_BYTES = 256 << 20;

export class DroppedBytes {
  readonly #collect = collector();
  #bytes = 0;

  /** Counts bytes that the collector could free. */
  add(bytes: number): void {
    this.#bytes += bytes;
    // Not at once: a client is waiting for the reply to the request that dropped them.
    if (this.#bytes >= COLLECT_SOON_BYTES) setImmediate(() => this.collect());
  }

  /** Collects, if enough was dropped since the last collection. */
  collect(): void {
    if (this.#bytes < COLLECT_BYTES) return;
    this.#bytes = 0;
    this.#collect();
  }
}
