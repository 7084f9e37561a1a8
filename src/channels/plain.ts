/** Recognizes plain messages: those that `msgpackr` carries unchanged. All others are encoded by structured clone. */

/** Deeper or larger messages do not count as plain. The limits also end the walk through a cycle. */
const MAX_PLAIN_DEPTH = 64;
const MAX_OBJECTS = 1 << 16;

let left = 0;

/** The result of `plainObjects` for a message that is not plain. */
export const NOT_PLAIN = -1;

/**
 * Counts the arrays and records in a message if it is plain; otherwise returns NOT_PLAIN. Plain are null, booleans,
 * numbers except -0, bigints of 64 bits, well-formed text, and arrays and records of these and of undefined. Anything
 * that would arrive changed is not plain: a hole in an array, an array's own properties, half a surrogate pair, a key
 * such as `__proto__`.
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
      return value === null || (depth < MAX_PLAIN_DEPTH && --left > 0 && isPlainObject(value, depth));
    default:
      return false;
  }
}

/** Whether the text has no half of a surrogate pair, and no byte order mark at its beginning, which decoders remove. */
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
