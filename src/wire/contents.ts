/** What a message contains: whether there are shared things in it, and whether the receiver can have all of it. */
import { tagOf } from "../base/builtins.js";
import { children } from "../base/containers.js";
import { withArticle } from "../base/expect.js";
import { kindOf } from "./registry.js";
import { handedOverToMany, notSendable, ofOneProcess, ofOneThread } from "./send-errors.js";

/** Limits on what may be in a message. */
export interface PackLimits {
  /** True if several threads will receive it: then it must not contain an end of a pipe. */
  readonly toMany?: boolean;
  /** The deepest nesting allowed: the receiver may have a smaller stack than the sender. */
  readonly maxDepth?: number;
  /** True if other processes will receive it: then it must not contain a shared thing of process scope. */
  readonly toProcesses?: boolean;
}

/**
 * A field for objects that belong to their thread. Structured clone and `postMessage` copy the enumerable properties of
 * an object and drop its class, so the receiver would get an object without data. They refuse a symbol, and quote it in
 * the error. Each object has a symbol of its own, so that deep comparison finds no two of them equal.
 *
 * @param name the object's class, for the error
 */
export const ofItsThread = (name: string): symbol =>
  Symbol(`${withArticle(name)}, which belongs to its thread: make one there, or send what is shared`);

interface AnyClass {
  readonly prototype: object;
  readonly name: string;
}
const UNCLONABLE_TAGS = ["Promise", "WeakMap", "WeakSet", "WeakRef"];
const UNCLONABLE: AnyClass[] = [];

/** Registers a class whose objects belong to their thread: a structured clone of one would be useless. */
export function forbidSending(Class: AnyClass): void {
  UNCLONABLE.push(Class);
}

/**
 * Walks all plain containers of a message, without recursion, because they may be nested more deeply than the stack
 * allows. Returns true if there is a shared thing inside.
 *
 * @throws {NotSendableError} If the receiver could not have part of it. The error names the path of that part.
 */
export function findShared(root: object, rootPath: string, limits: PackLimits): boolean {
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
      if (toProcesses && !shared.reachesProcesses(object as never)) {
        throw ofOneProcess(path, shared.kind, shared.canHaveScope ? shared.howToReach(object as never) : undefined);
      }
      found = true;
      continue;
    }
    if (depth > maxDepth) throw notSendable(rootPath, root, new RangeError(`It is nested more than ${maxDepth} deep`));
    const className = unclonableClassOf(object);
    if (className !== undefined) throw ofOneThread(path, className);
    for (const [step, child] of children(object)) {
      if (typeof child === "function" || typeof child === "symbol") throw notSendable(path + step, child);
      if (typeof child === "object" && child !== null) open.push([child, path + step, depth + 1]);
    }
  }
  return found;
}

/** The name of the class if the object belongs to its thread. */
const unclonableClassOf = (object: object): string | undefined =>
  UNCLONABLE_TAGS.find((tag) => tag === tagOf(object)) ??
  UNCLONABLE.find(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, object))?.name;
