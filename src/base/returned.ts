/** What a user's function must not return: a promise, where nobody waits for one. */

/**
 * Whether a value is a promise, or anything else with a `then`, which the caller then refuses. If it rejects, that is
 * ignored, because nobody else will hear of it, and an unhandled rejection would end the thread later.
 */
export function isRefusedPromise(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (typeof (value as PromiseLike<unknown>).then !== "function") return false;
  void Promise.resolve(value).catch(() => {});
  return true;
}

/**
 * Refuses a promise.
 *
 * @param what what the function is called in errors
 * @param cure what to do instead
 * @throws {TypeError} If the value is a promise.
 */
export function refusePromise(value: unknown, what: string, cure: string): void {
  if (!isRefusedPromise(value)) return;
  throw new TypeError(`Expected \`${what}\` to end before it returns, got a promise (${cure})`);
}
