/**
 * The element-wise functions by name, as users import them: `add(a, b, { out })` on the calling thread, `pool.map([a, b], add, { out })` on
 * all cores. Definitions in `elementwise.ts`. "Within n ulp" is the greatest error of float64, measured by `test/math`.
 */
import { binaryPredicate, binaryUfunc, clipUfunc, unaryPredicate, unaryUfunc, whereUfunc } from "./ufunc.js";
import type { BinaryPredicate, Clip, PromotingBinary, PromotingUnary, UnaryPredicate, Where } from "./ufunc-types.js";

/** The size without the sign. Of the lowest integer itself, as it wraps. */
export const abs: PromotingUnary<"common"> = unaryUfunc("abs");
/** -x. @throws {DTypeError} of bools */
export const negative: PromotingUnary<"common"> = unaryUfunc("negative");
/** -1, 0 or 1; NaN stays. @throws {DTypeError} of bools */
export const sign: PromotingUnary<"common"> = unaryUfunc("sign");
/** x·x. Integers wrap, unlike `pool.map(a, x => x * x)`, whose arithmetic is float64. */
export const square: PromotingUnary<"number"> = unaryUfunc("square");
/** The square root; of negative numbers NaN. Correctly rounded. */
export const sqrt: PromotingUnary<"float"> = unaryUfunc("sqrt");
/** The cube root. Within 1.5 ulp. */
export const cbrt: PromotingUnary<"float"> = unaryUfunc("cbrt");
/** 1 / x; of integers cut towards zero, and 0 of 0. */
export const reciprocal: PromotingUnary<"number"> = unaryUfunc("reciprocal");
/** e to the x. Within 1 ulp. */
export const exp: PromotingUnary<"float"> = unaryUfunc("exp");
/** e to the x, less 1: exact near 0. Within 1.5 ulp. */
export const expm1: PromotingUnary<"float"> = unaryUfunc("expm1");
/** The natural logarithm; of 0 -Infinity, of negative numbers NaN. Within 1 ulp. */
export const log: PromotingUnary<"float"> = unaryUfunc("log");
/** log(1 + x): exact near 0. Within 1.5 ulp. */
export const log1p: PromotingUnary<"float"> = unaryUfunc("log1p");
/** The logarithm to base 2. Within 1.5 ulp. */
export const log2: PromotingUnary<"float"> = unaryUfunc("log2");
/** The logarithm to base 10. Within 1.5 ulp. */
export const log10: PromotingUnary<"float"> = unaryUfunc("log10");
/** The sine of radians, of any size. Within 1.5 ulp. */
export const sin: PromotingUnary<"float"> = unaryUfunc("sin");
/** The cosine of radians, of any size. Within 1.5 ulp. */
export const cos: PromotingUnary<"float"> = unaryUfunc("cos");
/** The tangent of radians, of any size. Within 1.5 ulp. */
export const tan: PromotingUnary<"float"> = unaryUfunc("tan");
/** The arc sine, in [-π/2, π/2]; beyond ±1 NaN. Within 1.5 ulp. */
export const asin: PromotingUnary<"float"> = unaryUfunc("asin");
/** The arc cosine, in [0, π]; beyond ±1 NaN. Within 1.5 ulp. */
export const acos: PromotingUnary<"float"> = unaryUfunc("acos");
/** The arc tangent, in [-π/2, π/2]. Within 1.5 ulp. */
export const atan: PromotingUnary<"float"> = unaryUfunc("atan");
/** The hyperbolic sine. Within 2 ulp. */
export const sinh: PromotingUnary<"float"> = unaryUfunc("sinh");
/** The hyperbolic cosine. Within 2 ulp. */
export const cosh: PromotingUnary<"float"> = unaryUfunc("cosh");
/** The hyperbolic tangent. Within 2 ulp. */
export const tanh: PromotingUnary<"float"> = unaryUfunc("tanh");
/** The inverse hyperbolic sine. Within 2 ulp. */
export const asinh: PromotingUnary<"float"> = unaryUfunc("asinh");
/** The inverse hyperbolic cosine; below 1 NaN. Within 2 ulp. */
export const acosh: PromotingUnary<"float"> = unaryUfunc("acosh");
/** The inverse hyperbolic tangent; beyond ±1 NaN. Within 2 ulp. */
export const atanh: PromotingUnary<"float"> = unaryUfunc("atanh");
/** The largest integer not above x. Integers stay as they are. */
export const floor: PromotingUnary<"common"> = unaryUfunc("floor");
/** The smallest integer not below x. */
export const ceil: PromotingUnary<"common"> = unaryUfunc("ceil");
/** x without its fraction. */
export const trunc: PromotingUnary<"common"> = unaryUfunc("trunc");
/** The nearest integer, half to even (2.5 → 2), unlike `Math.round`. */
export const round: PromotingUnary<"number"> = unaryUfunc("round");
/** Whether NaN. */
export const isnan: UnaryPredicate = unaryPredicate("isnan");
/** Whether Infinity or -Infinity. */
export const isinf: UnaryPredicate = unaryPredicate("isinf");
/** Whether neither infinite nor NaN. */
export const isfinite: UnaryPredicate = unaryPredicate("isfinite");
/** Whether the sign is set; of -0 too. */
export const signbit: UnaryPredicate = unaryPredicate("signbit");
/** Whether zero. */
export const logicalNot: UnaryPredicate = unaryPredicate("logicalNot");
/** All bits turned; of bools the other one. @throws {DTypeError} of floats */
export const bitwiseInvert: PromotingUnary<"common"> = unaryUfunc("bitwiseInvert");
/** x1 + x2; of bools `or`. @example add(a, b, { out: a }) */
export const add: PromotingBinary<"common"> = binaryUfunc("add");
/** x1 - x2. @throws {DTypeError} of bools */
export const subtract: PromotingBinary<"common"> = binaryUfunc("subtract");
/** x1 · x2; of bools `and`. */
export const multiply: PromotingBinary<"common"> = binaryUfunc("multiply");
/** x1 / x2, of integers in float64. */
export const divide: PromotingBinary<"ratio"> = binaryUfunc("divide");
/** Python's `x1 // x2`: rounded down; of integers 0 where x2 is 0. */
export const floorDivide: PromotingBinary<"number"> = binaryUfunc("floorDivide");
/** Python's `x1 % x2`: with the sign of x2; of integers 0 where x2 is 0. */
export const remainder: PromotingBinary<"number"> = binaryUfunc("remainder");
/** x1 to the x2. Integers wrap; floats within 1.5 ulp. @throws {RangeError} if an exponent of integers is negative */
export const pow: PromotingBinary<"number"> = binaryUfunc("pow");
/** The angle of the point (x2, x1), in [-π, π]. Within 2 ulp. */
export const atan2: PromotingBinary<"any"> = binaryUfunc("atan2");
/** √(x1² + x2²), without overflow. Within 1.5 ulp. */
export const hypot: PromotingBinary<"any"> = binaryUfunc("hypot");
/** The size of x1 with the sign of x2. */
export const copysign: PromotingBinary<"any"> = binaryUfunc("copysign");
/** The next number from x1 towards x2. */
export const nextafter: PromotingBinary<"any"> = binaryUfunc("nextafter");
/** log(e^x1 + e^x2), without overflow. Near a result of 0, where its terms cancel, exact to 2^-52 only. */
export const logaddexp: PromotingBinary<"any"> = binaryUfunc("logaddexp");
/** The smaller; NaN if either is. */
export const minimum: PromotingBinary<"common"> = binaryUfunc("minimum");
/** The larger; NaN if either is. */
export const maximum: PromotingBinary<"common"> = binaryUfunc("maximum");
/** x1 = x2, as bool. */
export const equal: BinaryPredicate = binaryPredicate("equal");
/** x1 ≠ x2, as bool. */
export const notEqual: BinaryPredicate = binaryPredicate("notEqual");
/** x1 < x2, as bool. */
export const less: BinaryPredicate = binaryPredicate("less");
/** x1 ≤ x2, as bool. */
export const lessEqual: BinaryPredicate = binaryPredicate("lessEqual");
/** x1 > x2, as bool. */
export const greater: BinaryPredicate = binaryPredicate("greater");
/** x1 ≥ x2, as bool. */
export const greaterEqual: BinaryPredicate = binaryPredicate("greaterEqual");
/** Whether both are nonzero. */
export const logicalAnd: BinaryPredicate = binaryPredicate("logicalAnd");
/** Whether either is nonzero. */
export const logicalOr: BinaryPredicate = binaryPredicate("logicalOr");
/** Whether exactly one is nonzero. */
export const logicalXor: BinaryPredicate = binaryPredicate("logicalXor");
/** x1 & x2. @throws {DTypeError} of floats */
export const bitwiseAnd: PromotingBinary<"common"> = binaryUfunc("bitwiseAnd");
/** x1 | x2. @throws {DTypeError} of floats */
export const bitwiseOr: PromotingBinary<"common"> = binaryUfunc("bitwiseOr");
/** x1 ^ x2. @throws {DTypeError} of floats */
export const bitwiseXor: PromotingBinary<"common"> = binaryUfunc("bitwiseXor");
/** x1 shifted left by x2 bits; 0 from the width on. @throws {DTypeError} of floats */
export const bitwiseLeftShift: PromotingBinary<"any"> = binaryUfunc("bitwiseLeftShift");
/** x1 shifted right by x2 bits; the sign alone from the width on. @throws {DTypeError} of floats */
export const bitwiseRightShift: PromotingBinary<"any"> = binaryUfunc("bitwiseRightShift");

/** `x` with what is below `min` or above `max` replaced by it; NaN stays. @throws {DTypeError} of bools */
export const clip: Clip = clipUfunc();
/** `x1` where the condition is true, elsewhere `x2`. @example where(less(a, 0), 0, a) @throws {DTypeError} {ShapeError} */
export const where: Where = whereUfunc();
