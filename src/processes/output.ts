/** What a thread of a `Process` prints goes to its parent through a port of its own. */

import type { MessagePort } from "../platform/runtime.js";
import type { FromChild } from "./layout.js";

/**
 * Sends what this thread prints through the port. With Node's own way each write waits for the parent's event loop, so
 * a thread that has printed could not end while its parent is blocked in `joinSync` or waits for a lock.
 */
export function redirectOutput(port: MessagePort): void {
  redirect("stdout", port);
  redirect("stderr", port);
}

function redirect(to: "stdout" | "stderr", port: MessagePort): void {
  const stream = process[to];
  stream._write = (chunk: string | Uint8Array, encoding, done) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    // A copy: a clone of a view would carry the whole of its buffer along.
    port.postMessage({ type: "output", to, chunk: new Uint8Array(bytes) } satisfies FromChild);
    done();
  };
  Object.defineProperty(stream, "_writev", { value: null }); // otherwise streams prefer it to `_write`
}
