/** The members of a zip archive, found and checked, and the bytes of one. Nothing is believed that was not checked. */
import { FormatError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { crc32 } from "../platform/runtime.js";
import { inflated, readFully, type Steps } from "./steps.js";
import {
  DEFLATED,
  type Directory,
  dataStart,
  ENCRYPTED,
  END_BYTES,
  findEnd,
  LOCAL_BYTES,
  LOCATOR_BYTES,
  MAX_COMMENT,
  type Member,
  readEnd,
  readEntries,
  readLocator,
  readZip64End,
  STORED,
  ZIP64_END_BYTES,
} from "./zip-records.js";

/** The largest central directory that is read: more than a million arrays. */
const MAX_DIRECTORY_BYTES = 1 << 26;
/** Deflate makes no more than 1032 bytes of one: a match of 258 bytes takes two bits at least. */
const MAX_RATIO = 1032;

const failing =
  (path: string, what = "a zip archive, as .npz files are") =>
  (problem: string, cause?: unknown): never => {
    const message = `Expected ${show(path)} to be ${what}, but ${problem}`;
    throw new FormatError(message, { key: path }, cause === undefined ? undefined : { cause });
  };
/** For the errors about one member. */
const READABLE = "a readable part of an archive";

/**
 * The members of an archive, in its order.
 *
 * @throws {FormatError} If it is no archive, or members overlap, have one name, or would not fit.
 */
export function* readMembers(path: string, size: number): Steps<ReadonlyMap<string, Member>> {
  const fail = failing(path);
  const { directory, end } = yield* findDirectory(path, size);
  const { count, offset } = directory;
  if (offset + directory.size !== end) return fail("its directory does not reach to its end record");
  if (directory.size > MAX_DIRECTORY_BYTES) {
    return fail(`its directory has ${directory.size} bytes, more than ${MAX_DIRECTORY_BYTES}`);
  }
  const bytes = new Uint8Array(directory.size);
  yield* readFully(bytes, offset, path);
  const members = readEntries(bytes, count) ?? fail(`its directory does not describe ${count} members`);
  const named = new Map<string, Member>();
  for (const member of members) {
    const name = nameOf(member);
    if (named.has(name)) return fail(`it has two members named ${show(name)}`);
    named.set(name, member);
  }
  const sorted = members.toSorted((a, b) => a.offset - b.offset);
  for (const [i, member] of sorted.entries()) {
    const limit = sorted[i + 1]?.offset ?? offset;
    if (member.offset + LOCAL_BYTES + member.rawName.length + member.storedSize <= limit) continue;
    return fail(`${show(nameOf(member))} reaches into what follows it`);
  }
  return named;
}

function* findDirectory(path: string, size: number): Steps<{ directory: Directory; end: number }> {
  const fail = failing(path);
  const tail = new Uint8Array(Math.min(size, END_BYTES + MAX_COMMENT));
  yield* readFully(tail, size - tail.length, path);
  const found = findEnd(tail) ?? fail("it has no end record (the file is cut short, or something else)");
  const directory = readEnd(tail.subarray(found)) ?? fail("it has several parts");
  const end = size - tail.length + found;
  if (!directory.isLong || end < LOCATOR_BYTES + ZIP64_END_BYTES) return { directory, end };
  const locator = new Uint8Array(LOCATOR_BYTES);
  yield* readFully(locator, end - LOCATOR_BYTES, path);
  const at = readLocator(locator);
  if (at === undefined) return { directory, end };
  if (at + ZIP64_END_BYTES !== end - LOCATOR_BYTES) return fail("its zip64 end record is not where it says");
  const record = new Uint8Array(ZIP64_END_BYTES);
  yield* readFully(record, at, path);
  return { directory: readZip64End(record) ?? fail("its zip64 end record is damaged"), end: at };
}

/** In UTF-8, or in Latin-1 where a name is not that. */
export function nameOf({ rawName }: Member): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(rawName);
  } catch {
    return new TextDecoder("latin1").decode(rawName);
  }
}

/** Where the bytes of a member begin in the file. */
export function* startOf(member: Member, path: string): Steps<number> {
  const fail = failing(path, READABLE);
  const { flags, method, size, storedSize } = member;
  if ((flags & ENCRYPTED) !== 0) return fail("it is encrypted");
  if (method !== STORED && method !== DEFLATED) return fail(`it is compressed in way ${method}, neither 0 nor 8`);
  if (method === STORED ? size !== storedSize : size > MAX_RATIO * storedSize) {
    return fail(`it says that ${storedSize} bytes become ${size}`);
  }
  const head = new Uint8Array(LOCAL_BYTES + member.rawName.length);
  yield* readFully(head, member.offset, path);
  return member.offset + (dataStart(head, member) ?? fail("its header is not the one that the directory names"));
}

/** The bytes that a whole or the first part of a deflated member becomes. */
export function* inflatedPart(bytes: Uint8Array, size: number, isPart: boolean, path: string): Steps<Uint8Array> {
  try {
    return yield* inflated(bytes, size, isPart);
  } catch (e) {
    return failing(path, READABLE)(`its compressed bytes are damaged, or become more than ${size}`, e);
  }
}

/**
 * Compares the checksum of a member's bytes.
 *
 * @throws {FormatError} If it is another one.
 */
export function checkSum(pieces: readonly Uint8Array[], { crc }: Member, path: string): void {
  const sum = pieces.reduce((before, piece) => crc32(piece, before), 0);
  if (sum !== crc) failing(path, READABLE)("its bytes are damaged: their checksum is another one");
}
