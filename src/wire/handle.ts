/**
 * The wire form of shared things, and of messages that contain them. Structured clone strips classes; a handle is the
 * plain data from which the receiver makes the thing again, over the same memory.
 * Every shared class registers here how it is packed. Pool, processes, channels and managers use `pack` and `unpack`, users
 * `toHandle` and `fromHandle`.
 */
import { children, isRecord, replaceObjects } from "../base/containers.js";
import { fromWire, NotSendableError, type ThrownWire, toWire } from "../base/errors.js";
import { show } from "../base/expect.js";

declare const handleOf: unique symbol;
/** Plain data standing for a shared thing, for your own `postMessage` and `workerData`. */
export interface Handle<out T> {
  readonly [handleOf]: T;
}

/** What becomes of a thing that takes note of its leaving: an end of a pipe is handed over, a queue counts its handles. */
export interface Departure {
  /** The message is on its way. */
  sent(): void;
  /** The message could not be sent. */
  cancelled(): void;
  /** The message was sent, and its receiver died: nothing if it has arrived all the same. */
  lost(): void;
  /** In place of a message there was a handle for the user to post, to as many threads as he likes. */
  givenOut?(): void;
}

interface HandleKind {
  readonly kind: string;
  readonly matches: (value: object) => boolean;
  readonly pack: (thing: never) => object;
  /** Checks everything: a handle may come from anywhere. */
  readonly unpack: (data: Readonly<Record<string, unknown>>) => object;
  /** The thing is about to leave, by the handle just made. */
  readonly depart: (thing: never, handle: Readonly<Record<string, unknown>>) => Departure | undefined;
  /** It is one thread's at a time: sent, it is handed over. */
  readonly isHandedOver: boolean;
  /** Whether another process could have it. */
  readonly reachesProcesses: (thing: never) => boolean;
  /** Threads of one process have it by structured clone, as it is. */
  readonly onlyToProcesses: boolean;
}
/** What a class may say besides. */
interface KindOptions<T> {
  readonly depart?: (thing: T, handle: Readonly<Record<string, unknown>>) => Departure | undefined;
  readonly isHandedOver?: boolean;
  readonly reachesProcesses?: (thing: T) => boolean;
  readonly onlyToProcesses?: boolean;
}
const TAG = "shared-ndarray"; // the key by which a handle is known after structured clone, which drops symbols
const VERSION = 1;
const kinds = new Map<string, HandleKind>();

/** Teaches this module a class. Once per class, where the class is defined. */
export function registerHandleKind<T extends object>(
  kind: string,
  matches: (value: object) => boolean,
  pack: (thing: T) => object,
  unpack: (data: Readonly<Record<string, unknown>>) => T,
  {
    depart = () => undefined,
    isHandedOver = false,
    reachesProcesses = isOfSystem,
    onlyToProcesses = false,
  }: KindOptions<T> = {},
): void {
  kinds.set(kind, { kind, matches, pack, unpack, depart, isHandedOver, reachesProcesses, onlyToProcesses });
}

const isOfSystem = (thing: { readonly scope?: unknown }): boolean => thing.scope === "system";

/**
 * The handle of a shared thing, to be sent by a `postMessage` of your own. Tasks, processes, results, queues and pipes need none.
 * Of an end of a pipe: it is handed over, once; this end is closed.
 *
 * @example worker.postMessage(toHandle(a)); // there: const a = fromHandle(message)
 * @throws {TypeError} if it is no shared thing  @throws {ClosedError}
 */
export function toHandle<T extends object>(thing: T): Handle<T> {
  const handle = typeof thing === "object" && thing !== null ? handleFor(thing) : undefined;
  if (handle) return handle as Handle<T>;
  throw new TypeError(`Expected a shared thing (an NDArray, a SharedMemory), got ${show(thing)}`);
}

/**
 * The thing that a handle stands for, over the same memory. It owns nothing: to close it is enough.
 *
 * @throws {TypeError} if it is no handle  @throws {BoundsError} {DTypeError} if its data do not fit its memory
 */
export function fromHandle<T>(handle: Handle<T>): T {
  const data = ownData(handle);
  const kind = data && typeof data.kind === "string" ? kinds.get(data.kind) : undefined;
  if (data && data[TAG] === VERSION && kind) return kind.unpack(data) as T;
  throw new TypeError(`Expected a handle made by toHandle of this version, got ${show(handle)}`);
}

/** Of the message that is being packed; a handle made outside of one is as good as sent. */
let departing: Departure[] | undefined;

function handleFor(thing: object, toProcesses = false): object | undefined {
  const found = kindOf(thing, toProcesses);
  if (!found) return undefined;
  const handle = { [TAG]: VERSION, kind: found.kind, ...found.pack(thing as never) };
  const departure = found.depart(thing as never, handle);
  if (departing && departure) departing.push(departure);
  else if (departure) {
    departure.sent();
    departure.givenOut?.();
  }
  return handle;
}

/** The own data properties, each read once and without running a getter: a handle may be hostile. */
function ownData(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if ("value" in property) data[key] = property.value;
  }
  return data;
}

/** A value ready for `postMessage`. `shared` says whether it holds handles, so that most messages need no second walk. */
export interface Packed {
  readonly value: unknown;
  readonly shared: boolean;
}

/** What must not be in a message. */
export interface PackLimits {
  /** Several threads will receive it: no end of a pipe. */
  readonly toMany?: boolean;
  /** Nothing nested deeper, for whoever receives it may have less of a stack. */
  readonly maxDepth?: number;
  /** Other processes will receive it: no shared thing of process scope. */
  readonly toProcesses?: boolean;
}

const departures = new WeakMap<Packed, readonly Departure[]>();

/** Tells the things in a message what became of it. Not to say that it was sent leaves them with the sender. */
export function settle(packed: Packed, outcome: "sent" | "cancelled" | "lost"): void {
  for (const departure of departures.get(packed) ?? []) departure[outcome]();
  if (outcome !== "sent") departures.delete(packed);
}

/**
 * The value with every shared thing in it replaced by its handle; the value itself where there is none. `settle` it when
 * it is sent.
 *
 * @param path what the value is called in an error, such as `args[0]`
 * @throws {NotSendableError} naming the path of a function, symbol or other thing that cannot be cloned
 */
export function pack(value: unknown, path: string, limits: PackLimits = {}): Packed {
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw notSendable(path, value);
    return { value, shared: false };
  }
  if (!findShared(value, path, limits)) return { value, shared: false };
  const [own, outer] = [[] as Departure[], departing];
  departing = own;
  try {
    const packed = {
      value: replaceObjects(value, (object) => handleFor(object, limits.toProcesses) ?? literal(object)),
      shared: true,
    };
    departures.set(packed, own);
    return packed;
  } catch (cause) {
    for (const departure of own) departure.cancelled();
    throw isStackOverflow(cause) ? notSendable(path, value, cause) : cause;
  } finally {
    departing = outer;
  }
}

/** Nested deeper than the stack, as structured clone would find too. */
export const isStackOverflow = (cause: unknown): boolean =>
  cause instanceof RangeError && /call stack/.test(cause.message);

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

const LITERAL = "literal";
interface Literal {
  readonly [TAG]: typeof LITERAL;
  readonly pairs: unknown;
}
/** A record of the sender's own that looks like a handle, one it made by `toHandle` perhaps: it must arrive as it is. */
function literal(object: object): Literal | undefined {
  if (!isRecord(object) || !Object.hasOwn(object, TAG)) return undefined;
  return { [TAG]: LITERAL, pairs: pack(Object.entries(object), "a handle").value };
}

/** For what cannot even lie in a handle, as bytes: plain data in the place of an object of a packed value. */
export const placeholder = (i: number): object => ({ [TAG]: PLACEHOLDER, i });
export const placeholderIn = (object: object): number | undefined => {
  const { [TAG]: mark, i } = object as { [TAG]?: unknown; i: number };
  return mark === PLACEHOLDER ? i : undefined;
};
const PLACEHOLDER = "placeholder";

/** Closes what was handed over in arguments that nobody will use. */
export function closeHandedOver(given: readonly unknown[]): void {
  for (const thing of given) {
    if (typeof thing !== "object" || thing === null || !kindOf(thing)?.isHandedOver) continue;
    (thing as Disposable)[Symbol.dispose]();
  }
}

/**
 * What another thread would receive, without sending it: the same for whoever runs here instead of there.
 *
 * @throws {NotSendableError} as `pack`, and for what only the clone itself finds out
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

/** What a failed clone is told as: the path of what could not be sent. Other errors as they are. */
export function sendError(cause: unknown, path: string): unknown {
  const { name, code, message } = cause as { name?: unknown; code?: unknown; message?: unknown };
  const isPort = code === "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST"; // what can be handed over, but was not
  if (!isPort && !(cause instanceof DOMException && name === "DataCloneError")) return cause;
  return new NotSendableError(
    `Expected \`${path}\` to be something another thread can receive: ${message}`,
    { path },
    { cause },
  );
}

/** The error of a value that no thread could receive. */
export function notSendable(path: string, value: unknown, cause?: unknown): NotSendableError {
  const message = `Expected \`${path}\` to be something another thread can receive, got ${show(value)}`;
  return new NotSendableError(message, { path }, { cause });
}

/** Walks all plain containers, iteratively (nesting may be deeper than the stack): true if a shared thing is inside. */
function findShared(root: object, rootPath: string, limits: PackLimits): boolean {
  const { toMany = false, toProcesses = false, maxDepth = Number.POSITIVE_INFINITY } = limits;
  let found = false;
  const seen = new Set<object>();
  const open: [object, string, depth: number][] = [[root, rootPath, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [object, path, depth] = next;
    if (seen.has(object)) continue;
    seen.add(object);
    const shared = kindOf(object, toProcesses);
    if (shared) {
      if (toMany && shared.isHandedOver) throw handedOverToMany(path);
      if (toProcesses && !shared.reachesProcesses(object as never)) throw ofOneProcess(path, shared);
      found = true;
      continue;
    }
    if (depth > maxDepth) throw notSendable(rootPath, root, new RangeError(`It is nested more than ${maxDepth} deep`));
    if (UNCLONABLE.some(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, object)))
      throw notSendable(path, object);
    for (const [step, child] of children(object)) {
      if (typeof child === "function" || typeof child === "symbol") throw notSendable(path + step, child);
      if (typeof child === "object" && child !== null) open.push([child, path + step, depth + 1]);
    }
  }
  return found;
}

/** What can be made with a scope. */
const SCOPED = ["NDArray", "SharedMemory", "SharedThing", "Connection"];

function ofOneProcess(path: string, { kind }: HandleKind): NotSendableError {
  const hint = SCOPED.includes(kind) ? ' (make it with { scope: "system" })' : "";
  const message = `Expected \`${path}\` to be something that another process can receive, got a ${kind} of process scope${hint}`;
  return new NotSendableError(message, { path });
}

function handedOverToMany(path: string): NotSendableError {
  const message = `Expected \`${path}\` to be something that all workers can have, got an end of a pipe, which is one thread's at a time`;
  return new NotSendableError(message, { path });
}

const UNCLONABLE: { readonly prototype: object }[] = [Promise, WeakMap, WeakSet, WeakRef];
/** Teaches this module a class whose objects belong to their thread: structured clone would make something useless of them. */
export function forbidSending(Class: { readonly prototype: object }): void {
  UNCLONABLE.push(Class);
}

function kindOf(object: object, toProcesses = false): HandleKind | undefined {
  let found: HandleKind | undefined;
  for (const kind of kinds.values()) {
    if (!kind.matches(object) || (kind.onlyToProcesses && !toProcesses)) continue;
    if (kind.onlyToProcesses) return kind;
    found ??= kind;
  }
  return found;
}

// An error is no shared thing, but structured clone would drop its class, code and fields.
registerHandleKind<Error>(
  "Error",
  (value) => value instanceof Error,
  (error) => ({ wire: toWire(error) }),
  ({ wire }) => fromWire(wire as ThrownWire) as Error,
  { reachesProcesses: () => true },
);
