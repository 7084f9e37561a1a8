/**
 * Places: the name of a block and who can find it. Also the rules for names, and the errors of names that are taken or
 * unused.
 */
import { NameNotFoundError, NameTakenError, TimeoutError } from "../../base/errors.js";
import { expectOneOf, expectOptions, ownOf, show } from "../../base/expect.js";
import { hasBlock } from "../../system/files.js";
import { isFileName } from "../../system/notes.js";
import { RESERVED } from "../../system/own-files.js";
import type { Driver, Named, Scope } from "../blocks/driver.js";
import { systemNames } from "../machine/machine-names.js";
import { napping } from "../words/atomics.js";
import { NOTIFICATION_TRUST_MS } from "../words/intervals.js";
import { processNames } from "./process-names.js";

/** Where to look for a name. */
export interface AttachOptions {
  /** Who can find the name; default `"process"`. */
  readonly scope?: Scope | undefined;
}
/**
 * The name of something new. A name has 1 to 30 of the characters `[A-Za-z0-9._-]` and is not `.` or `..`. Creating a
 * block with a taken name throws NameTakenError. In system scope, attaching takes any name that a file can have, and
 * creating without a name makes one up.
 */
export interface NameOptions extends AttachOptions {
  /** The name; without it nobody finds the block by name. */
  readonly name?: string | undefined;
}

/** A checked place. Nobody can find a block without a name, and it lives until nothing refers to it. */
export interface Place {
  readonly scope: Scope;
  readonly name: string | undefined;
  /** The user did not ask for the name. It is freed when the handle that made the block is collected. */
  readonly isMadeUp?: boolean;
}
/** The place of a block without a name. */
export const UNNAMED: Place = { scope: "process", name: undefined };

/** The driver of a scope. */
export const driverOf = (scope: Scope): Driver => (scope === "system" ? systemNames : processNames);

const NAME = /^[A-Za-z0-9._-]{1,30}$/;
/** Whether a block can be made with that name. */
export const isName = (name: string): boolean =>
  NAME.test(name) && name !== "." && name !== ".." && !name.startsWith(RESERVED);

/**
 * Checks where a block is to be made, before anything is done.
 *
 * @throws {TypeError} If an option has the wrong type, or the scope is unknown.
 * @throws {RangeError} If the name is not allowed.
 */
export function expectPlace(options: NameOptions | undefined): Place {
  const { name, scope: given } = ownOf(expectOptions(options));
  const scope = expectScope(given);
  if (name === undefined) return scope === "system" ? madeUp() : UNNAMED;
  if (typeof name !== "string") throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
  if (isName(name)) return { scope, name };
  assertNotReserved(name);
  throw new RangeError(
    `Expected \`name\` to be 1 to 30 of the characters A-Z a-z 0-9 . _ - and not "." or "..", got ${show(name)}`,
  );
}

/**
 * Checks the name to look for, and where to look for it. There must be a name.
 *
 * @throws {TypeError} If an option has the wrong type, or the scope is unknown.
 * @throws {RangeError} If the name is not allowed.
 */
export function expectAddress(name: unknown, options: AttachOptions): Place & { readonly name: string } {
  const { scope: given } = ownOf(options);
  const scope = expectScope(given);
  if (typeof name !== "string") throw new TypeError(`Expected \`name\` to be a string, got ${show(name)}`);
  if (scope === "process") expectPlace({ name });
  else if (!isFileName(name)) {
    throw new RangeError(`Expected \`name\` to be one that a file in one directory can have, got ${show(name)}`);
  }
  if (scope === "system") assertNotReserved(name);
  return { scope, name };
}

function assertNotReserved(name: string): void {
  if (!name.startsWith(RESERVED)) return;
  throw new RangeError(
    `Expected \`name\` not to begin with ${RESERVED}, as files of this package do, got ${show(name)}`,
  );
}

/** Checks a scope, which defaults to `"process"`. */
export const expectScope = (scope: unknown): Scope =>
  scope === undefined ? "process" : expectOneOf("scope", scope, ["process", "system"]);

/** A name like those that Python makes up, with 64 random bits. */
export const madeUpName = (): string =>
  `snd_${crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(16).padStart(16, "0")}`;
const madeUp = (): Place => ({ scope: "system", name: madeUpName(), isMadeUp: true });

/** The error of a name that another block has. */
export function nameTaken(name: string, scope: Scope): NameTakenError {
  const message = `Expected \`name\` to be free, got ${show(name)}, which is in use (attach to it, or unlink it first)`;
  return new NameTakenError(message, { key: name, scope });
}

/** The error of a name that no block has. */
export function nameNotFound(name: string | undefined, scope: Scope): NameNotFoundError {
  const whose = scope === "process" ? "this process" : "this machine";
  const message =
    name === undefined
      ? "Expected memory with a name to unlink; this has none and is freed when nothing refers to it"
      : `Expected \`name\` to be in use, got ${show(name)}, which no block of ${whose} has`;
  return new NameNotFoundError(message, { key: name ?? "", scope });
}

/** The error of a block that has no name, or not any more. It says if another block has that name now. */
export function nameReplaced(name: string | undefined, scope: Scope): NameNotFoundError {
  if (name === undefined || !isInUse(name, scope)) return nameNotFound(name, scope);
  const got = `${show(name)}, which was unlinked, and which another block has now`;
  const cure = "attach to it by its name";
  return new NameNotFoundError(`Expected \`name\` to be that of this block, got ${got} (${cure})`, {
    key: name,
    scope,
  });
}

/** The error of a name to attach to that no block of the scope has. It says if one of the other scope has it. */
export function noneToAttach(name: string, scope: Scope): NameNotFoundError {
  const error = nameNotFound(name, scope);
  return new NameNotFoundError(error.message + elsewhere(name, scope), { key: name, scope });
}

/** The error of a name that no block had in time. It says if one of the other scope has it. */
export function nameTimedOut(name: string, timeoutMs: number, scope: Scope): TimeoutError {
  const message = `Expected a block named ${show(name)} in ${scope} scope within ${timeoutMs} ms`;
  return new TimeoutError(message + elsewhere(name, scope), { timeoutMs, written: [] });
}

const isInUse = (name: string, scope: Scope): boolean =>
  scope === "system" ? hasBlock(name) : processNames.list().some((block) => block.name === name);

function elsewhere(name: string, scope: Scope): string {
  const other = scope === "system" ? "process" : "system";
  return isInUse(name, other) ? ` (the name exists in ${other} scope: pass { scope: "${other}" })` : "";
}

/**
 * How to wait for a name: the poll, and the sleeps in between. Another process that creates a name wakes nobody who
 * waits for it.
 */
export function looking(given: string, options: AttachOptions): [poll: () => Named | undefined, sliceMs: () => number] {
  const { scope, name } = expectAddress(given, options);
  return [() => driverOf(scope).attach(name, true), scope === "system" ? napping() : () => NOTIFICATION_TRUST_MS];
}
