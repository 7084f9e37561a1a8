/** A pause for the event loop, for asynchronous loops over a channel that always has something ready: timers must fire. */

/** How long such a loop may go on without one. */
const BREATH_MS = 10;
/** To look at the clock each time would cost as much as the message. */
const LOOK_EACH = 64;

let operations = 0;
let last = 0;

/** `undefined` if no pause is due. */
export function breathe(): Promise<void> | undefined {
  if (++operations % LOOK_EACH !== 0) return undefined;
  const now = performance.now();
  if (now - last < BREATH_MS) return undefined;
  return new Promise((resolve) =>
    setImmediate(() => {
      last = performance.now();
      resolve();
    }),
  );
}
