/**
 * Listening to abort signals. Everything in a thread that waits with the same signal shares one listener on it, because
 * a signal with more than ten makes Node warn of a leak.
 */

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` once when the signal fires. A signal that has fired already calls nothing.
 *
 * @returns a function that stops listening
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  const known = listeners.get(signal);
  const all = known ?? new Set();
  const entry = () => act(); // the same `act` may be given twice
  all.add(entry);
  if (!known) {
    listeners.set(signal, all);
    signal.addEventListener("abort", fire, { once: true });
  }
  return () => {
    all.delete(entry);
    if (all.size > 0 || listeners.get(signal) !== all) return;
    listeners.delete(signal);
    signal.removeEventListener("abort", fire);
  };
}

function fire(this: AbortSignal): void {
  const all = listeners.get(this) ?? [];
  listeners.delete(this);
  for (const act of [...all]) act();
}
