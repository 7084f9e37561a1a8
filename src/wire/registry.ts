/**
 * The kinds of shared things, and their handles. Structured clone strips classes; a handle is the plain data from which
 * the receiver makes the thing again, over the same memory. Every shared class registers here how it is packed.
 */
import { isError } from "../base/builtins.js";
import { expectNoOptions, show } from "../base/expect.js";
import type { Departure } from "./departures.js";
import { fromWire, type ThrownWire, toWire } from "./thrown.js";

declare const handleOf: unique symbol;
/** Plain data that stands for a shared thing, for your own `postMessage` and `workerData`. */
export interface Handle<out T> {
  readonly [handleOf]: T;
}

type HandleData = Readonly<Record<string, unknown>>;
/** Makes the handle of a thing inside another one, such as the memory of an array, as part of the same message. */
export type HandleOf = (thing: object) => object;

/** What a kind may say about itself, besides how it is packed. */
interface KindOptions<T> {
  /** Called when the thing is about to leave by the handle that was just made. */
  readonly depart?: (thing: T, handle: HandleData) => Departure | undefined;
  /** True if the thing belongs to one thread at a time: when it is sent, ownership moves to the receiver. */
  readonly isHandedOver?: boolean;
  /** True if a thing of this kind can be made with a `scope`; errors then say so. */
  readonly canHaveScope?: boolean;
  /** What to do if another process is to have a thing of process scope; by default to make it in the other scope. */
  readonly howToReach?: (thing: T) => string;
  /** Whether another process could have the thing. By default it could if its scope is "system". */
  readonly reachesProcesses?: (thing: T) => boolean;
  /** True if the kind is packed for other processes only. Threads of one process get the thing by structured clone. */
  readonly onlyToProcesses?: boolean;
}
interface Kind extends Required<KindOptions<never>> {
  readonly kind: string;
  readonly matches: (value: object) => boolean;
  readonly pack: (thing: never, handleOf: HandleOf, toProcesses: boolean) => object;
  readonly unpack: (data: HandleData) => object;
}

const kinds = new Map<string, Kind>();

/**
 * Registers a kind of shared thing. Called once per class, where the class is defined.
 *
 * @param matches whether a value is of this kind
 * @param pack makes plain data of a thing; things inside it are packed with the second argument. The third one says
 * whether the data are for another process
 * @param unpack makes the thing again; it checks everything, because a handle may come from anywhere
 */
export function registerHandleKind<T extends object>(
  kind: string,
  matches: (value: object) => boolean,
  pack: (thing: T, handleOf: HandleOf, toProcesses: boolean) => object,
  unpack: (data: HandleData) => T,
  options: KindOptions<T> = {},
): void {
  kinds.set(kind, { ...DEFAULTS, ...options, kind, matches, pack, unpack });
}

const DEFAULTS: Required<KindOptions<never>> = {
  depart: () => undefined,
  isHandedOver: false,
  canHaveScope: false,
  howToReach: () => 'make it with { scope: "system" }',
  reachesProcesses: (thing: { readonly scope?: unknown }) => thing.scope === "system",
  onlyToProcesses: false,
};

/**
 * The kind of an object; `undefined` if it is not a shared thing. For other processes it may have a kind of its own.
 */
export function kindOf(object: object, toProcesses = false): Kind | undefined {
  let found: Kind | undefined;
  for (const kind of kinds.values()) {
    if (!kind.matches(object) || (kind.onlyToProcesses && !toProcesses)) continue;
    if (kind.onlyToProcesses) return kind;
    found ??= kind;
  }
  return found;
}

/** The key that marks a handle. It is a string, because structured clone drops symbols. */
export const TAG = "shared-ndarray";
const VERSION = 1;

/**
 * The handle of an object, or `undefined` if it is not a shared thing. Adds to `departures` what
 * must be settled, even if it throws.
 */
export function handleFor(object: object, departures: Departure[], toProcesses = false): object | undefined {
  const found = kindOf(object, toProcesses);
  if (!found) return undefined;
  const inner = (thing: object) => handleFor(thing, departures, toProcesses) ?? refuse(thing);
  const handle = { [TAG]: VERSION, kind: found.kind, ...found.pack(object as never, inner, toProcesses) };
  const departure = found.depart(object as never, handle);
  if (departure) departures.push(departure);
  return handle;
}

/**
 * The handle of a shared thing, for a `postMessage` of your own. Tasks, processes, results, queues and pipes need none.
 * An end of a pipe can be given out once; after that, this end is closed.
 *
 * @example worker.postMessage(toHandle(a)); // there: const a = fromHandle(message)
 * @throws {TypeError} If `thing` is not a shared thing.
 * @throws {ClosedError} If it has been closed.
 */
export function toHandle<T extends object>(thing: T): Handle<T>;
export function toHandle<T extends object>(thing: T, ...extra: unknown[]): Handle<T> {
  expectNoOptions(extra, "toHandle");
  const departures: Departure[] = [];
  const isObject = typeof thing === "object" && thing !== null;
  const handle = (isObject && handleFor(thing, departures)) || refuse(thing);
  // Nobody here will learn when the user posts the handle, so it counts as sent now.
  for (const departure of departures) {
    departure.sent();
    departure.givenOut?.();
  }
  return handle as Handle<T>;
}

function refuse(thing: unknown): never {
  throw new TypeError(`Expected a shared thing (an NDArray, a SharedMemory), got ${show(thing)}`);
}

/**
 * The thing that a handle stands for, over the same memory. It owns nothing: it is enough to close it.
 *
 * @throws {TypeError} If `handle` is not a handle that this version has made.
 * @throws {BoundsError} If its data reach outside its memory.
 * @throws {DTypeError} If it names an unknown dtype.
 */
export function fromHandle<T>(handle: Handle<T>): T {
  const data = ownData(handle);
  const kind = data && typeof data.kind === "string" ? kinds.get(data.kind) : undefined;
  if (data && data[TAG] === VERSION && kind) return kind.unpack(data) as T;
  throw new TypeError(`Expected a handle made by toHandle of this version, got ${show(handle)}`);
}

/** The own data properties, each read once and without running a getter, because a handle may be hostile. */
function ownData(value: unknown): HandleData | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if ("value" in property) data[key] = property.value;
  }
  return data;
}

// An error is not a shared thing, but structured clone would drop its class, its code and its fields.
registerHandleKind<Error>(
  "Error",
  isError,
  (error, _, toProcesses) => ({ wire: toWire(error, toProcesses) }),
  ({ wire }) => errorFrom(wire),
  { reachesProcesses: () => true },
);

/** The handle may be hostile, and an error consists of many parts. */
function errorFrom(wire: unknown): Error {
  try {
    return fromWire(wire as ThrownWire) as Error;
  } catch (cause) {
    throw new TypeError(`Expected \`wire\` to be that of an error, got ${show(wire)}`, { cause });
  }
}
