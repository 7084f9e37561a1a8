/**
 * Waiting across processes, with the kernel's futex. It needs a native call, which not all threads may make
 * (`native.ts`). In the other threads, a waiter polls every few milliseconds, and the keeper wakes other processes for
 * them.
 */
import type { Libc } from "../../system/libc.js";
import type { Block } from "../blocks/driver.js";
import { post } from "../keeper/line.js";
import { type Crossing, shareWaits } from "../words/atomics.js";
import { LONGEST_FUTEX_WAIT_MS } from "../words/intervals.js";
import { nativeLibc } from "./native.js";

/** Makes waits on the words of a block reach all processes. */
export function shareWaitsOf({ buffer, id }: Block): void {
  let address: number | undefined;
  const addressIn = (c: Libc) => {
    address ??= c.addressOf(buffer);
    return address;
  };
  const crossing: Crossing = {
    wait(byteOffset, value, ms) {
      const c = nativeLibc();
      return c?.futexWait(addressIn(c) + byteOffset, value, Math.min(ms, LONGEST_FUTEX_WAIT_MS));
    },
    wake(byteOffset, count) {
      const c = nativeLibc();
      if (c) c.futexWake(addressIn(c) + byteOffset, count);
      else post({ op: "wake", id, byteOffset, count });
    },
  };
  shareWaits(buffer, crossing);
}
