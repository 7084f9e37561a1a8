/** Pauses for the event loop: an asynchronous loop over a channel that is always ready must still let timers fire. */

/** How long such a loop may run without a pause. */
const BREATH_MS = 10;
/** How many operations pass between two looks at the clock, each of which costs as much as a message. */
const OPERATIONS_PER_LOOK = 64;

let operations = 0;
let last = 0;

/** Counts an operation. Returns a promise to await if a pause is due. */
export function breathe(): Promise<void> | undefined {
  if (++operations % OPERATIONS_PER_LOOK !== 0) return undefined;
  const now = performance.now();
  if (now - last < BREATH_MS) return undefined;
  return new Promise((resolve) =>
    setImmediate(() => {
      last = performance.now();
      resolve();
    }),
  );
}
