/** Timers whose delay is the user's. Used by everything that takes a number of milliseconds. */

/** 24.8 days. `setTimeout` and `setInterval` take a longer delay, Infinity too, for 1 ms, and warn. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

/** Calls `act` once, after `ms` milliseconds. A time that no timer can wait for counts as never. */
export const callAfter = (ms: number, act: () => void): Timer | undefined =>
  ms <= LONGEST_TIMER_MS ? setTimeout(act, ms) : undefined;

/** Calls `act` every `ms` milliseconds. A time that no timer can wait for counts as never. */
export const callEvery = (ms: number, act: () => void): Timer | undefined =>
  ms <= LONGEST_TIMER_MS ? setInterval(act, ms) : undefined;
