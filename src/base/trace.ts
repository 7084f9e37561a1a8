/**
 * A trace of what the package does, for debugging. `SHARED_NDARRAY_TRACE=pool,keeper` prints one line per step to
 * stderr. When the trace is off, a step costs one comparison with `undefined`.
 */

/** What can be traced: teams of workers, and the keeper of names. */
export type TraceTopic = "pool" | "keeper";
/** Prints one step. Its arguments are joined by spaces. */
export type Trace = (...what: readonly (string | number | undefined)[]) => void;

const wanted = (process.env.SHARED_NDARRAY_TRACE ?? "").split(",");

/**
 * The printer of a topic, or `undefined` if the topic is off. Call it as `trace?.("post", tag)`, so that the arguments
 * are not even computed when the trace is off.
 *
 * @param who what each line begins with, besides the topic and the milliseconds since the thread started
 */
export function tracer(topic: TraceTopic, who: string): Trace | undefined {
  if (!wanted.includes(topic)) return undefined;
  return (...what) => {
    const now = performance.now().toFixed(3).padStart(10);
    process.stderr.write(`${now} ms ${topic} ${who}: ${what.filter((part) => part !== undefined).join(" ")}\n`);
  };
}
