/**
 * The dtypes of results, as types: the tables of `base/promote.ts`, written out. A test compares them with actual
 * results.
 */
import type { DType } from "../base/dtype.js";
import type { NDArray } from "../ndarray/ndarray.js";

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
}

/** The dtype that NumPy promotes two dtypes to. */
export type Promote<A extends DType, B extends DType> = PromoteTable[A][B];
/** The smallest float dtype that functions such as `sqrt` compute this dtype in. */
export type FloatFor<D extends DType> = FloatTable[D];
/** An array of one of these dtypes: a union if there are several. */
export type ArrayOf<D extends DType, R extends number> = { [K in D]: NDArray<K, R> }[D];
/** The larger of two ranks; `number` if either is unknown. */
export type LargerRank<A extends number, B extends number> = number extends A | B
  ? number
  : 5 extends A | B
    ? 5
    : 4 extends A | B
      ? 4
      : 3 extends A | B
        ? 3
        : 2 extends A | B
          ? 2
          : 1 extends A | B
            ? 1
            : 0;
