/**
 * Messages with shared things in them: `pack` replaces every shared thing by its handle, `unpack` does the reverse.
 * Pools, processes, channels and managers send all their messages this way.
 */
import { isRecord, replaceObjects } from "../base/containers.js";
import { findShared, type PackLimits } from "./contents.js";
import { type Departure, keepDepartures, type Packed, settle } from "./departures.js";
import { fromHandle, type Handle, handleFor, kindOf, TAG } from "./registry.js";
import { isStackOverflow, notSendable, sendError } from "./send-errors.js";

/**
 * A copy of the value with every shared thing replaced by its handle, or the value itself if there is none. When the
 * message has been sent, or could not be, `settle` it.
 *
 * @param path what the value is called in errors, such as `args[0]`
 * @throws {NotSendableError} If it contains a function, a symbol, or something else that cannot be cloned. The error
 * names the path.
 */
export function pack(value: unknown, path: string, limits: PackLimits = {}): Packed {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw notSendable(path, value);
    return { value, shared: false };
  }
  if (!findShared(value, path, limits)) return { value, shared: false };
  const departures: Departure[] = [];
  try {
    const packed = { value: replaceShared(value, departures, limits.toProcesses), shared: true };
    keepDepartures(packed, departures);
    return packed;
  } catch (cause) {
    for (const departure of departures) departure.cancelled();
    throw isStackOverflow(cause) ? notSendable(path, value, cause) : cause;
  }
}

const replaceShared = (value: unknown, departures: Departure[], toProcesses: boolean | undefined): unknown =>
  replaceObjects(
    value,
    (object) => handleFor(object, departures, toProcesses) ?? literal(object, departures, toProcesses),
  );

/** The value that `pack` was given, as far as structured clone keeps it. */
export function unpack({ value, shared }: Packed): unknown {
  if (!shared) return value;
  return replaceObjects(value, (object) => {
    if (!Object.hasOwn(object, TAG)) return undefined;
    const { [TAG]: mark, pairs } = object as Literal;
    if (mark !== LITERAL) return fromHandle(object as Handle<object>) as object;
    return Object.fromEntries(unpack({ value: pairs, shared }) as [string, unknown][]);
  });
}

/** Closes what was handed over in arguments that nobody will use. */
export function closeHandedOver(given: readonly unknown[]): void {
  for (const thing of given) {
    if (typeof thing !== "object" || thing === null || !kindOf(thing)?.isHandedOver) continue;
    (thing as Disposable)[Symbol.dispose]();
  }
}

/**
 * What another thread would receive, without sending it. What runs here instead of there gets the same values.
 *
 * @throws {NotSendableError} If `pack` or structured clone refuses the value.
 */
export function sent(value: unknown, path: string, limits?: PackLimits): unknown {
  const packed = pack(value, path, limits);
  try {
    const received = unpack({ ...packed, value: structuredClone(packed.value) });
    settle(packed, "sent");
    return received;
  } catch (cause) {
    settle(packed, "cancelled");
    throw sendError(cause, path);
  }
}

const LITERAL = "literal";
interface Literal {
  readonly [TAG]: typeof LITERAL;
  readonly pairs: unknown;
}

/** For a record of the sender's that looks like a handle, perhaps made by `toHandle`: it must arrive as it is. */
function literal(object: object, departures: Departure[], toProcesses: boolean | undefined): Literal | undefined {
  if (!isRecord(object) || !Object.hasOwn(object, TAG)) return undefined;
  return { [TAG]: LITERAL, pairs: replaceShared(Object.entries(object), departures, toProcesses) };
}

/** Stands for something that is sent as bytes next to a packed value: plain data in the place of an object. */
export const placeholder = (i: number): object => ({ [TAG]: PLACEHOLDER, i });
/** The number of a placeholder; `undefined` if the object is none. */
export const placeholderIn = (object: object): number | undefined => {
  const { [TAG]: mark, i } = object as { [TAG]?: unknown; i: number };
  return mark === PLACEHOLDER ? i : undefined;
};
const PLACEHOLDER = "placeholder";
