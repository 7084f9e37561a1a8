/**
 * One element in shared memory with atomic access. `Atomics` has this for integers; for all other dtypes a cell does
 * the same by compare-and-exchange on the element's bits. Used by values and by the fields of structs.
 */
import { type DType, dtypes, expectScalar, isBigInt, type RawArray, type Scalar } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { decodeFloat16, encodeFloat16 } from "../base/float16.js";
import {
  type AtomicArray,
  compareExchangeElement,
  elementOperations,
  loadElement,
  storeElement,
} from "../memory/words/atomics.js";
import { hasLongAccess } from "../platform/runtime.js";

/** The name of an operation that changes an element in one atomic step. */
export type Operation = keyof typeof elementOperations;

/** An element of one dtype. Callers pass values through `expect` first. Operations return the old value. */
export interface Cell {
  readonly dtype: DType;
  /**
   * Checks that a value can be stored, and returns it.
   *
   * @throws {DTypeError} If it has the wrong type.
   */
  expect(value: unknown, what?: string): Scalar;
  get(): Scalar;
  set(value: Scalar): void;
  /**
   * Changes the value in one atomic step; returns the old value.
   *
   * @throws {DTypeError} If elements of this dtype have no such operation.
   */
  apply(operation: Operation, n: Scalar): Scalar;
  compareExchange(expected: Scalar, n: Scalar): Scalar;
  /** Stores `fn(value)` and returns it as it was stored. The caller holds the lock that all writers take. */
  replace(fn: (old: Scalar) => unknown): Scalar;
}

/** The cell for the element at `byteOffset`. */
export function newCell(dtype: DType, buffer: SharedArrayBuffer, byteOffset: number): Cell {
  const { array, kind } = dtypes[dtype];
  if ((kind === "i" || kind === "u") && dtype !== "uint8_clamped") {
    const Class = isBigInt(dtype) ? LongCell : IntegerCell;
    return new Class(dtype, asAtomic(new array(buffer, byteOffset, 1)));
  }
  const { Bits, code } = encodings[dtype]!;
  const bits = asAtomic(new Bits(buffer, byteOffset, 1));
  const isOneAccess = dtype === "float32" || (dtype === "float64" && hasLongAccess);
  return isOneAccess
    ? new FloatCell(dtype, bits, code, new array(buffer, byteOffset, 1))
    : new EncodedCell(dtype, bits, code);
}

const asAtomic = (array: RawArray | object): AtomicArray => array as unknown as AtomicArray;

abstract class CheckedCell {
  readonly dtype: DType;
  readonly #type: string;

  constructor(dtype: DType) {
    this.dtype = dtype;
    this.#type = isBigInt(dtype) ? "bigint" : dtype === "bool" ? "boolean" : "number";
  }
  expect(value: unknown, what = "value"): Scalar {
    return typeof value === this.#type ? (value as Scalar) : expectScalar(value, this.dtype, what);
  }
}

/** 64-bit integers, on which `Atomics` works directly. They wrap around. */
class LongCell extends CheckedCell implements Cell {
  protected readonly array: AtomicArray;

  constructor(dtype: DType, array: AtomicArray) {
    super(dtype);
    this.array = array;
  }
  get(): Scalar {
    return loadElement(this.array);
  }
  set(value: Scalar): void {
    storeElement(this.array, value as number);
  }
  apply(operation: Operation, n: Scalar): Scalar {
    return elementOperations[operation](this.array, n as number);
  }
  compareExchange(expected: Scalar, n: Scalar): Scalar {
    return compareExchangeElement(this.array, expected as number, n as number);
  }
  replace(fn: (old: Scalar) => unknown): Scalar {
    this.set(this.expect(fn(this.get())));
    return this.get();
  }
}

/**
 * Integers of up to 32 bits. Under the lock, `replace` uses plain accesses, which are faster: they never tear such an
 * integer, and releasing the lock publishes the stored value.
 */
class IntegerCell extends LongCell {
  override replace(fn: (old: Scalar) => unknown): Scalar {
    const { array } = this;
    array[0] = this.expect(fn(array[0]!)) as number;
    return array[0]!;
  }
}

/** Converts between a value and its bits, in an integer of the same size. */
interface Code {
  readonly decode: (bits: number) => Scalar;
  readonly encode: (value: Scalar) => number;
}

/** Floats, booleans and clamped integers: operations compare and exchange the bits until no other thread interferes. */
class EncodedCell extends CheckedCell implements Cell {
  readonly #bits: AtomicArray;
  readonly #code: Code;

  constructor(dtype: DType, bits: AtomicArray, code: Code) {
    super(dtype);
    this.#bits = bits;
    this.#code = code;
  }
  get(): Scalar {
    return this.#code.decode(loadElement(this.#bits));
  }
  set(value: Scalar): void {
    storeElement(this.#bits, this.#code.encode(value));
  }
  apply(operation: Operation, n: Scalar): Scalar {
    const combine = combinations[this.dtype === "bool" ? "bool" : "number"][operation];
    if (!combine || (this.dtype !== "uint8_clamped" && this.dtype !== "bool" && isBitwise(operation))) {
      throw this.#noOperation(operation);
    }
    const { decode, encode } = this.#code;
    for (;;) {
      const bits = loadElement(this.#bits);
      const old = decode(bits);
      if (compareExchangeElement(this.#bits, bits, encode(combine(old, n))) === bits) return old;
    }
  }
  compareExchange(expected: Scalar, n: Scalar): Scalar {
    const { decode, encode } = this.#code;
    const wanted = decode(encode(expected));
    for (;;) {
      const bits = loadElement(this.#bits);
      const old = decode(bits);
      if (old !== wanted && !(Number.isNaN(old) && Number.isNaN(wanted))) return old; // -0 equals 0, as with ===
      if (compareExchangeElement(this.#bits, bits, encode(n)) === bits) return old;
    }
  }
  replace(fn: (old: Scalar) => unknown): Scalar {
    this.set(this.expect(fn(this.get())));
    return this.get();
  }
  #noOperation(operation: Operation): DTypeError {
    const expected = operation === "sub" ? "a number" : "an integer or bool";
    const message = `Expected the value to be ${expected} for \`${operation}\`, got one of ${this.dtype}`;
    return new DTypeError(message, { dtype: this.dtype, expected });
  }
}

/**
 * Floats that the processor reads and writes in one access. As in `IntegerCell`, plain accesses under the lock are
 * safe.
 */
class FloatCell extends EncodedCell {
  readonly #plain: RawArray;

  constructor(dtype: DType, bits: AtomicArray, code: Code, plain: RawArray) {
    super(dtype, bits, code);
    this.#plain = plain;
  }
  override replace(fn: (old: Scalar) => unknown): Scalar {
    const plain = this.#plain;
    plain[0] = this.expect(fn(plain[0]!)) as number;
    return plain[0]!;
  }
}

const isBitwise = (operation: Operation) => operation === "and" || operation === "or" || operation === "xor";

type Combine = (old: Scalar, n: Scalar) => Scalar;
const num =
  (f: (a: number, b: number) => number): Combine =>
  (a, b) =>
    f(Number(a), Number(b));
const truth =
  (f: (a: boolean, b: boolean) => boolean): Combine =>
  (a, b) =>
    f(Boolean(a), Boolean(b));
const combinations: Record<"number" | "bool", { readonly [O in Operation]?: Combine }> = {
  number: {
    add: num((a, b) => a + b),
    sub: num((a, b) => a - b),
    and: num((a, b) => a & b),
    or: num((a, b) => a | b),
    xor: num((a, b) => a ^ b),
    exchange: num((_, b) => b),
  },
  // As in NumPy: bool + bool is "or", and bool - bool does not exist.
  bool: {
    add: truth((a, b) => a || b),
    and: truth((a, b) => a && b),
    or: truth((a, b) => a || b),
    xor: truth((a, b) => a !== b),
    exchange: truth((_, b) => b),
  },
};

/**
 * Converts through two views of the same scratch bytes. All cells of a thread share them, which is safe because nothing
 * runs between the two accesses.
 */
function viaScratch(bits: RawArray, values: RawArray): Code {
  return {
    decode: (from) => {
      bits[0] = from;
      return values[0]!;
    },
    encode: (value) => {
      values[0] = value as number;
      return bits[0]!;
    },
  };
}
type ArrayClass = new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => RawArray;
const asClass = (Class: unknown) => Class as ArrayClass;
function scratch(Bits: ArrayClass, Values: ArrayClass): Code {
  const buffer = new ArrayBuffer(8);
  return viaScratch(new Bits(buffer), new Values(buffer));
}

const encodings: { readonly [D in DType]?: { readonly Bits: ArrayClass; readonly code: Code } } = {
  bool: {
    Bits: asClass(Uint8Array),
    code: { decode: (bits) => bits !== 0, encode: (value) => (value ? 1 : 0) },
  },
  uint8_clamped: {
    Bits: asClass(Uint8Array),
    code: scratch(asClass(Uint8Array), asClass(Uint8ClampedArray)),
  },
  float16: {
    Bits: asClass(Uint16Array),
    code: { decode: decodeFloat16, encode: (value) => encodeFloat16(Number(value)) },
  },
  float32: { Bits: asClass(Int32Array), code: scratch(asClass(Int32Array), asClass(Float32Array)) },
  float64: { Bits: asClass(BigInt64Array), code: scratch(asClass(BigInt64Array), asClass(Float64Array)) },
};
