/** What a user's function must not return: a promise, where nobody waits for one. */

/**
 * Refuses a promise. If it rejects, nobody else will hear of it, so that is ignored here: an unhandled rejection would
 * end the thread later.
 *
 * @param what what the function is called in errors
 * @param cure what to do instead
 * @throws {TypeError} If the value is a promise, or anything else with a `then`.
 */
export function refusePromise(value: unknown, what: string, cure: string): void {
  if (typeof value !== "object" || value === null || typeof (value as PromiseLike<unknown>).then !== "function") return;
  void Promise.resolve(value).catch(() => {});
  throw new TypeError(`Expected \`${what}\` to end before it returns, got a promise (${cure})`);
}
