/** How long threads sleep before they look for themselves: one constant for each reason. Used by all waits. */

/**
 * How long a waiter relies on a notification before it polls again. A notification can be lost only with the thread
 * that should have sent it, so waits that also look for dead threads sleep for `DEATH_LOOK_MS` instead.
 */
export const NOTIFICATION_TRUST_MS = 250;

/**
 * How long a call that never waits lets other threads finish a step that takes them a microsecond, such as one in a
 * ledger. If it takes longer, the thread was interrupted or is stopped, and the call finds nothing.
 */
export const MOMENT_MS = 1;

/**
 * How often a waiter looks whether the thread that it waits for still lives, or whether a thread that should have
 * passed a wake-up on has died. A death is noticed within this time and the few milliseconds that a thread takes to
 * end. A look reads `/proc` and costs 3 µs.
 */
export const DEATH_LOOK_MS = 50;

/**
 * The longest sleep in the kernel's futex, which serves all processes. A thread cannot be terminated while it sleeps
 * there, and Node waits for it.
 */
export const LONGEST_FUTEX_WAIT_MS = 250;
