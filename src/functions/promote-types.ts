/**
 * The dtypes of results, as types: the tables of `base/promote.ts`, written out. A test compares them with actual
 * results.
 */
import type { DType } from "../base/dtype.js";

/** The common dtype of two dtypes. */
interface PromoteTable {
  bool: {
    bool: "bool";
    int8: "int8";
    uint8: "uint8";
    uint8_clamped: "uint8";
    int16: "int16";
    uint16: "uint16";
    int32: "int32";
    uint32: "uint32";
    int64: "int64";
    uint64: "uint64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int8: {
    bool: "int8";
    int8: "int8";
    uint8: "int16";
    uint8_clamped: "int16";
    int16: "int16";
    uint16: "int32";
    int32: "int32";
    uint32: "int64";
    int64: "int64";
    uint64: "float64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  uint8: {
    bool: "uint8";
    int8: "int16";
    uint8: "uint8";
    uint8_clamped: "uint8";
    int16: "int16";
    uint16: "uint16";
    int32: "int32";
    uint32: "uint32";
    int64: "int64";
    uint64: "uint64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  uint8_clamped: {
    bool: "uint8";
    int8: "int16";
    uint8: "uint8";
    uint8_clamped: "uint8";
    int16: "int16";
    uint16: "uint16";
    int32: "int32";
    uint32: "uint32";
    int64: "int64";
    uint64: "uint64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int16: {
    bool: "int16";
    int8: "int16";
    uint8: "int16";
    uint8_clamped: "int16";
    int16: "int16";
    uint16: "int32";
    int32: "int32";
    uint32: "int64";
    int64: "int64";
    uint64: "float64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  uint16: {
    bool: "uint16";
    int8: "int32";
    uint8: "uint16";
    uint8_clamped: "uint16";
    int16: "int32";
    uint16: "uint16";
    int32: "int32";
    uint32: "uint32";
    int64: "int64";
    uint64: "uint64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  int32: {
    bool: "int32";
    int8: "int32";
    uint8: "int32";
    uint8_clamped: "int32";
    int16: "int32";
    uint16: "int32";
    int32: "int32";
    uint32: "int64";
    int64: "int64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  uint32: {
    bool: "uint32";
    int8: "int64";
    uint8: "uint32";
    uint8_clamped: "uint32";
    int16: "int64";
    uint16: "uint32";
    int32: "int64";
    uint32: "uint32";
    int64: "int64";
    uint64: "uint64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  int64: {
    bool: "int64";
    int8: "int64";
    uint8: "int64";
    uint8_clamped: "int64";
    int16: "int64";
    uint16: "int64";
    int32: "int64";
    uint32: "int64";
    int64: "int64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  uint64: {
    bool: "uint64";
    int8: "float64";
    uint8: "uint64";
    uint8_clamped: "uint64";
    int16: "float64";
    uint16: "uint64";
    int32: "float64";
    uint32: "uint64";
    int64: "float64";
    uint64: "uint64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  float16: {
    bool: "float16";
    int8: "float16";
    uint8: "float16";
    uint8_clamped: "float16";
    int16: "float32";
    uint16: "float32";
    int32: "float64";
    uint32: "float64";
    int64: "float64";
    uint64: "float64";
    float16: "float16";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  float32: {
    bool: "float32";
    int8: "float32";
    uint8: "float32";
    uint8_clamped: "float32";
    int16: "float32";
    uint16: "float32";
    int32: "float64";
    uint32: "float64";
    int64: "float64";
    uint64: "float64";
    float16: "float32";
    float32: "float32";
    float64: "float64";
    complex64: "complex64";
    complex128: "complex128";
  };
  float64: {
    bool: "float64";
    int8: "float64";
    uint8: "float64";
    uint8_clamped: "float64";
    int16: "float64";
    uint16: "float64";
    int32: "float64";
    uint32: "float64";
    int64: "float64";
    uint64: "float64";
    float16: "float64";
    float32: "float64";
    float64: "float64";
    complex64: "complex128";
    complex128: "complex128";
  };
  complex64: {
    bool: "complex64";
    int8: "complex64";
    uint8: "complex64";
    uint8_clamped: "complex64";
    int16: "complex64";
    uint16: "complex64";
    int32: "complex128";
    uint32: "complex128";
    int64: "complex128";
    uint64: "complex128";
    float16: "complex64";
    float32: "complex64";
    float64: "complex128";
    complex64: "complex64";
    complex128: "complex128";
  };
  complex128: {
    bool: "complex128";
    int8: "complex128";
    uint8: "complex128";
    uint8_clamped: "complex128";
    int16: "complex128";
    uint16: "complex128";
    int32: "complex128";
    uint32: "complex128";
    int64: "complex128";
    uint64: "complex128";
    float16: "complex128";
    float32: "complex128";
    float64: "complex128";
    complex64: "complex128";
    complex128: "complex128";
  };
}

/** The smallest float dtype for each dtype. */
interface FloatTable {
  bool: "float16";
  int8: "float16";
  uint8: "float16";
  uint8_clamped: "float16";
  int16: "float32";
  uint16: "float32";
  int32: "float64";
  uint32: "float64";
  int64: "float64";
  uint64: "float64";
  float16: "float16";
  float32: "float32";
  float64: "float64";
  complex64: "complex64";
  complex128: "complex128";
}

/** The dtype of a quotient: floats stay, and integers become float64. Means have it, too. */
interface RatioTable {
  bool: "float64";
  int8: "float64";
  uint8: "float64";
  uint8_clamped: "float64";
  int16: "float64";
  uint16: "float64";
  int32: "float64";
  uint32: "float64";
  int64: "float64";
  uint64: "float64";
  float16: "float16";
  float32: "float32";
  float64: "float64";
  complex64: "complex64";
  complex128: "complex128";
}

/** The dtype of a sum: floats stay, and integers become 64-bit integers. */
interface SumTable {
  bool: "int64";
  int8: "int64";
  uint8: "uint64";
  uint8_clamped: "uint64";
  int16: "int64";
  uint16: "uint64";
  int32: "int64";
  uint32: "uint64";
  int64: "int64";
  uint64: "uint64";
  float16: "float16";
  float32: "float32";
  float64: "float64";
  complex64: "complex64";
  complex128: "complex128";
}

/**
 * By what is known of a number, the dtype that it counts as next to an array. "bool" changes no other dtype: the number
 * takes the dtype of the array.
 */
interface Weak<Integer extends DType, Fraction extends DType, BigInteger extends DType> {
  integer: Integer;
  fraction: Fraction;
  number: Integer | Fraction;
  bigint: BigInteger;
}
type WeakByInteger = Weak<"bool", "float64", "bool">;
type WeakByFloat = Weak<"bool", "bool", "bool">;
/** How a number counts next to an array of each dtype. */
interface WeakTable {
  bool: Weak<"float64", "float64", "int64">;
  int8: WeakByInteger;
  uint8: WeakByInteger;
  uint8_clamped: WeakByInteger;
  int16: WeakByInteger;
  uint16: WeakByInteger;
  int32: WeakByInteger;
  uint32: WeakByInteger;
  int64: WeakByInteger;
  uint64: WeakByInteger;
  float16: WeakByFloat;
  float32: WeakByFloat;
  float64: WeakByFloat;
  complex64: WeakByFloat;
  complex128: WeakByFloat;
}
/** What the type of a number says of it. */
type NumberKind<N> = N extends bigint
  ? "bigint"
  : N extends number
    ? number extends N
      ? "number"
      : `${N}` extends `${bigint}`
        ? "integer"
        : "fraction"
    : never;

/** The dtype of the real part. */
export type PartFor<D extends DType> = D extends "complex64" ? "float32" : D extends "complex128" ? "float64" : D;
/** The dtype that a complex number counts as next to an array. */
export type ComplexNextTo<D extends DType> = D extends "float16" | "float32" | "complex64" ? "complex64" : "complex128";
/** The dtype that NumPy promotes two dtypes to. */
export type Promote<A extends DType, B extends DType> = PromoteTable[A][B];
/** The smallest float dtype that functions such as `sqrt` compute this dtype in. */
export type FloatFor<D extends DType> = FloatTable[D];
/** The dtype of a quotient, or of a mean. */
export type RatioFor<D extends DType> = RatioTable[D];
/** The dtype of a sum. */
export type SumFor<D extends DType> = SumTable[D];
/** The dtype that a number of type `N` counts as next to an array of dtype `D`. */
export type WeakDType<D extends DType, N> = WeakTable[D][NumberKind<N>];
/** As `WeakDType`, if the result depends on whether the dtype can hold the number. */
export type LenientDType<D extends DType, N> = WeakTable[D][N extends bigint ? "bigint" : "number"];
