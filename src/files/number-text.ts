/** Numbers as they are written in text files, read from bytes. Pure. The inner loop of `loadtxt` and `genfromtxt`. */

/** Reads the number in bytes [start, end), which have no spaces around them; `undefined` if they are none. */
export type ReadNumber = (bytes: Uint8Array, start: number, end: number) => number | bigint | undefined;

const [ZERO, PLUS, MINUS, POINT, E_LOWER, E_UPPER] = [0x30, 0x2b, 0x2d, 0x2e, 0x65, 0x45];
/** The powers of ten that are exact. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);
/** Larger integers are not all exact. */
const EXACT = 2 ** 53;
const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;
const INTEGER = /^[+-]?\d+$/;
/** An exponent of so many digits is zero or infinity in any case, but must not be counted further. */
const MOST_EXPONENT = 100_000;

/** The bytes as text. Only what is no plain number comes here. */
export const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  new TextDecoder().decode(bytes.slice(start, end));

/**
 * A float64, rounded correctly: digits that are an exact integer, times or divided by an exact power of ten, are
 * rounded once. Everything else is left to `Number`.
 */
export function readFloat(bytes: Uint8Array, start: number, end: number): number | undefined {
  let i = start;
  const sign = bytes[i];
  if (sign === MINUS || sign === PLUS) i++;
  let mantissa = 0;
  let digits = 0;
  for (let digit: number; i < end && (digit = bytes[i]! - ZERO) >= 0 && digit <= 9; i++, digits++) {
    mantissa = mantissa * 10 + digit;
  }
  let exponent = 0;
  if (i < end && bytes[i] === POINT) {
    i++;
    for (let digit: number; i < end && (digit = bytes[i]! - ZERO) >= 0 && digit <= 9; i++, digits++, exponent--) {
      mantissa = mantissa * 10 + digit;
    }
  }
  if (digits > 0 && i < end && (bytes[i] === E_LOWER || bytes[i] === E_UPPER)) {
    i++;
    const isNegative = bytes[i] === MINUS;
    if (isNegative || bytes[i] === PLUS) i++;
    const first = i;
    let power = 0;
    for (let digit: number; i < end && (digit = bytes[i]! - ZERO) >= 0 && digit <= 9; i++) {
      if (power < MOST_EXPONENT) power = power * 10 + digit;
    }
    if (i === first) return undefined;
    exponent += isNegative ? -power : power;
  }
  if (i === end && digits > 0 && mantissa <= EXACT && exponent >= -22 && exponent <= 22) {
    const value = exponent < 0 ? mantissa / POWERS[-exponent]! : mantissa * POWERS[exponent]!;
    return sign === MINUS ? -value : value;
  }
  return floatOf(textOf(bytes, start, end));
}

function floatOf(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Digits that are an exact integer in any case. */
const FEW_DIGITS = 15;

/** An integer: a number if it is exact, otherwise a bigint. */
export function readInteger(bytes: Uint8Array, start: number, end: number): number | bigint | undefined {
  let i = start;
  const sign = bytes[i];
  if (sign === MINUS || sign === PLUS) i++;
  if (i === end) return undefined;
  if (end - i > FEW_DIGITS) {
    const text = textOf(bytes, start, end);
    return INTEGER.test(text) ? BigInt(sign === PLUS ? text.slice(1) : text) : undefined;
  }
  let value = 0;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return sign === MINUS && value !== 0 ? -value : value;
}
