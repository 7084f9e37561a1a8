/**
 * The records of a zip archive: their bytes, written and read. Pure. All numbers are little-endian.
 *
 * ```
 * member   local header (30) · name · extra · data                                                     one per file
 * central  entry (46) · name · extra · comment                                                         one per file
 * end      [zip64 end (56) · zip64 locator (20)] · end (22) · comment                                  once
 * ```
 *
 * Sizes and offsets of 4 GiB or more, and counts of 65,535 or more, are all ones in their fields; the true ones are
 * then in an extra field (id 1) or in the zip64 end. README.md says what is checked.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** One file in an archive, as the central directory describes it. */
export interface Member {
  /** The bytes of its name. */
  readonly rawName: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly storedSize: number;
  /** Bytes when they are inflated. */
  readonly size: number;
  /** Where its local header is. */
  readonly offset: number;
}

export const STORED = 0;
export const DEFLATED = 8;
export const ENCRYPTED = 1;
/** The flag of names in UTF-8. */
const UTF8 = 0x800;

export const LOCAL_BYTES = 30;
export const ENTRY_BYTES = 46;
export const END_BYTES = 22;
export const LOCATOR_BYTES = 20;
export const ZIP64_END_BYTES = 56;
/** The longest comment after the last record. */
export const MAX_COMMENT = 0xffff;

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const LOCATOR = 0x07064b50;
const ZIP64_END = 0x06064b50;
const ZIP64_EXTRA = 1;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
/** Version 4.5 of the format, which has zip64. The archive says that a Unix made it. */
const VERSION = 45;
const MADE_BY_UNIX = 3 << 8;
/** 1 January 1980, the first day that the format knows: so the same arrays give the same bytes. */
const DATE = 0x21;
/** A file that its owner may read and write. */
const ATTRIBUTES = (0o600 << 16) >>> 0;

const bytesOf = (length: number) => {
  const bytes = new Uint8Array(length);
  return { bytes, at: new DataView(bytes.buffer) };
};
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const isAscii = (name: Uint8Array) => name.every((byte) => byte < 0x80);

/** The flags of a new member of that name. */
export const flagsOf = (rawName: Uint8Array): number => (isAscii(rawName) ? 0 : UTF8);

/** A 64-bit number, or infinity if it is too large to be exact. */
function long(at: DataView, position: number): number {
  const value = Number(at.getBigUint64(position, true));
  return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
}

// ── Written ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What precedes the data of a member. Its sizes are always in the extra field, as NumPy writes them. */
export function localHeader({ rawName, flags, method, crc, storedSize, size }: Member): Uint8Array {
  const extraBytes = 20;
  const { bytes, at } = bytesOf(LOCAL_BYTES + rawName.length + extraBytes);
  at.setUint32(0, LOCAL, true);
  at.setUint16(4, VERSION, true);
  at.setUint16(6, flags, true);
  at.setUint16(8, method, true);
  at.setUint16(12, DATE, true);
  at.setUint32(14, crc, true);
  at.setUint32(18, FULL_32, true);
  at.setUint32(22, FULL_32, true);
  at.setUint16(26, rawName.length, true);
  at.setUint16(28, extraBytes, true);
  bytes.set(rawName, LOCAL_BYTES);
  writeExtra(at, LOCAL_BYTES + rawName.length, [size, storedSize]);
  return bytes;
}

/** What the central directory says of a member. */
export function centralEntry({ rawName, flags, method, crc, storedSize, size, offset }: Member): Uint8Array {
  const isLong = size >= FULL_32 || storedSize >= FULL_32;
  const longs = [...(isLong ? [size, storedSize] : []), ...(offset >= FULL_32 ? [offset] : [])];
  const extraBytes = longs.length === 0 ? 0 : 4 + 8 * longs.length;
  const { bytes, at } = bytesOf(ENTRY_BYTES + rawName.length + extraBytes);
  at.setUint32(0, ENTRY, true);
  at.setUint16(4, VERSION | MADE_BY_UNIX, true);
  at.setUint16(6, VERSION, true);
  at.setUint16(8, flags, true);
  at.setUint16(10, method, true);
  at.setUint16(14, DATE, true);
  at.setUint32(16, crc, true);
  at.setUint32(20, isLong ? FULL_32 : storedSize, true);
  at.setUint32(24, isLong ? FULL_32 : size, true);
  at.setUint16(28, rawName.length, true);
  at.setUint16(30, extraBytes, true);
  at.setUint32(38, ATTRIBUTES, true);
  at.setUint32(42, Math.min(offset, FULL_32), true);
  bytes.set(rawName, ENTRY_BYTES);
  if (extraBytes > 0) writeExtra(at, ENTRY_BYTES + rawName.length, longs);
  return bytes;
}

function writeExtra(at: DataView, start: number, longs: readonly number[]): void {
  at.setUint16(start, ZIP64_EXTRA, true);
  at.setUint16(start + 2, 8 * longs.length, true);
  for (const [i, value] of longs.entries()) at.setBigUint64(start + 4 + 8 * i, BigInt(value), true);
}

/** Where the central directory is. */
export interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** What follows the central directory. */
export function endRecords({ count, size, offset }: Directory): Uint8Array {
  const isLong = count >= FULL_16 || size >= FULL_32 || offset >= FULL_32;
  const first = isLong ? ZIP64_END_BYTES + LOCATOR_BYTES : 0;
  const { bytes, at } = bytesOf(first + END_BYTES);
  if (isLong) {
    at.setUint32(0, ZIP64_END, true);
    at.setBigUint64(4, BigInt(ZIP64_END_BYTES - 12), true);
    at.setUint16(12, VERSION, true);
    at.setUint16(14, VERSION, true);
    for (const [i, value] of [count, count, size, offset].entries()) at.setBigUint64(24 + 8 * i, BigInt(value), true);
    at.setUint32(ZIP64_END_BYTES, LOCATOR, true);
    at.setBigUint64(ZIP64_END_BYTES + 8, BigInt(offset + size), true);
    at.setUint32(ZIP64_END_BYTES + 16, 1, true);
  }
  at.setUint32(first, END, true);
  at.setUint16(first + 8, Math.min(count, FULL_16), true);
  at.setUint16(first + 10, Math.min(count, FULL_16), true);
  at.setUint32(first + 12, Math.min(size, FULL_32), true);
  at.setUint32(first + 16, Math.min(offset, FULL_32), true);
  return bytes;
}

// ── Read ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where the end record is in the last bytes of a file, whose comment reaches to its end; undefined if nowhere. */
export function findEnd(tail: Uint8Array): number | undefined {
  const at = viewOf(tail);
  for (let start = tail.length - END_BYTES; start >= 0; start--) {
    if (at.getUint32(start, true) !== END) continue;
    if (start + END_BYTES + at.getUint16(start + 20, true) === tail.length) return start;
  }
  return undefined;
}

/** The directory by the end record, with all ones where only the zip64 end knows; undefined if there are more disks. */
export function readEnd(bytes: Uint8Array): (Directory & { readonly isLong: boolean }) | undefined {
  const at = viewOf(bytes);
  const [count, size, offset] = [at.getUint16(10, true), at.getUint32(12, true), at.getUint32(16, true)];
  if (at.getUint16(4, true) !== 0 || at.getUint16(6, true) !== 0 || at.getUint16(8, true) !== count) return undefined;
  return { count, size, offset, isLong: count === FULL_16 || size === FULL_32 || offset === FULL_32 };
}

/** Where the zip64 end is, by its locator; undefined if this is none. */
export function readLocator(bytes: Uint8Array): number | undefined {
  const at = viewOf(bytes);
  return at.getUint32(0, true) === LOCATOR ? long(at, 8) : undefined;
}

/** The directory by the zip64 end; undefined if this is none. */
export function readZip64End(bytes: Uint8Array): Directory | undefined {
  const at = viewOf(bytes);
  if (at.getUint32(0, true) !== ZIP64_END) return undefined;
  return { count: long(at, 32), size: long(at, 40), offset: long(at, 48) };
}

/** The members in a central directory; undefined if it holds other records, or is cut short. */
export function readEntries(bytes: Uint8Array, count: number): Member[] | undefined {
  const at = viewOf(bytes);
  const members: Member[] = [];
  let start = 0;
  for (let i = 0; i < count; i++) {
    if (start + ENTRY_BYTES > bytes.length || at.getUint32(start, true) !== ENTRY) return undefined;
    const [nameBytes, extraBytes] = [at.getUint16(start + 28, true), at.getUint16(start + 30, true)];
    const nameEnd = start + ENTRY_BYTES + nameBytes;
    const end = nameEnd + extraBytes + at.getUint16(start + 32, true);
    if (end > bytes.length) return undefined;
    const fields = [24, 20, 42].map((field) => at.getUint32(start + field, true));
    const lengths = withExtra(fields, viewOf(bytes.subarray(nameEnd, nameEnd + extraBytes)));
    if (!lengths) return undefined;
    const [size, storedSize, offset] = lengths as [number, number, number];
    members.push({
      rawName: bytes.subarray(start + ENTRY_BYTES, nameEnd),
      flags: at.getUint16(start + 8, true),
      method: at.getUint16(start + 10, true),
      crc: at.getUint32(start + 16, true),
      size,
      storedSize,
      offset,
    });
    start = end;
  }
  return start === bytes.length ? members : undefined;
}

/** The fields. Those that are all ones are replaced by the numbers of the extra field, which has them in this order. */
function withExtra(fields: readonly number[], extra: DataView): number[] | undefined {
  if (!fields.includes(FULL_32)) return [...fields];
  for (let start = 0; start + 4 <= extra.byteLength; ) {
    const end = start + 4 + extra.getUint16(start + 2, true);
    if (end > extra.byteLength) return undefined;
    if (extra.getUint16(start, true) === ZIP64_EXTRA) {
      let next = start + 4;
      const read = () => {
        next += 8;
        return next > end ? Number.NaN : long(extra, next - 8);
      };
      const all = fields.map((field) => (field === FULL_32 ? read() : field));
      return all.some(Number.isNaN) ? undefined : all;
    }
    start = end;
  }
  return undefined;
}

/** Where the data of a member begin after its local header, whose first bytes these are; undefined if it is another. */
export function dataStart(bytes: Uint8Array, { rawName, method }: Member): number | undefined {
  const at = viewOf(bytes);
  const isIts =
    at.getUint32(0, true) === LOCAL &&
    at.getUint16(8, true) === method &&
    at.getUint16(26, true) === rawName.length &&
    rawName.every((byte, i) => bytes[LOCAL_BYTES + i] === byte);
  return isIts ? LOCAL_BYTES + rawName.length + at.getUint16(28, true) : undefined;
}
