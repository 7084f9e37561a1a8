/** Which messages are plain data: those that `msgpackr` carries as they are. All others go the way of structured clone. */

/** Deeper, of more arrays and records, or longer, is no small message: and a cycle has no end. */
const MAX_DEPTH = 64;
const MAX_OBJECTS = 1 << 16;

let left = 0;

/** What `plainObjects` gives for a message that is not plain. */
export const NOT_PLAIN = -1;

/**
 * How many arrays and records a message consists of, if it is plain. Plain are null, booleans, numbers but -0, bigints of 64
 * bits, well-formed text, and arrays and records of these and of undefined. Not what would arrive changed: a hole, an array's own
 * properties, half a surrogate pair, a key like `__proto__`.
 */
export function plainObjects(message: unknown): number {
  left = MAX_OBJECTS;
  return isPlainAt(message, 0) ? MAX_OBJECTS - left : NOT_PLAIN;
}

function isPlainAt(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "number":
      return value !== 0 || 1 / value > 0;
    case "string":
      return isPlainText(value);
    case "boolean":
      return true;
    case "bigint":
      return BigInt.asIntN(64, value) === value;
    case "undefined":
      return depth > 0;
    case "object":
      return value === null || (depth < MAX_DEPTH && --left > 0 && isPlainObject(value, depth));
    default:
      return false;
  }
}

/** Without half a surrogate pair, and without a byte order mark at its beginning, which decoders take away. */
const isPlainText = (text: string) => text.isWellFormed() && text.charCodeAt(0) !== 0xfeff;

function isPlainObject(object: object, depth: number): boolean {
  const prototype = Object.getPrototypeOf(object);
  if (prototype === Object.prototype) return isPlainRecord(object as Record<string, unknown>, depth);
  return Array.isArray(object) && prototype === Array.prototype && isPlainArray(object, depth);
}

function isPlainRecord(record: Record<string, unknown>, depth: number): boolean {
  for (const key in record) {
    if (key === "__proto__" || key === "constructor" || key === "hasOwnProperty") return false;
    if (!isPlainText(key) || !isPlainAt(record[key], depth + 1)) return false;
  }
  return true;
}

function isPlainArray(array: readonly unknown[], depth: number): boolean {
  if (array.length > MAX_OBJECTS || Object.keys(array).length !== array.length) return false;
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (value === undefined ? !(i in array) : !isPlainAt(value, depth + 1)) return false;
  }
  return true;
}
