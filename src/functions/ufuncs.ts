/**
 * The element-wise functions, as users import them: `add(a, b, { out })` computes on the calling thread and
 * `pool.map([a, b], add, { out })` on all cores. `elementwise.ts` defines what they compute.
 *
 * "Within n ulp" is the largest error for float64, measured by `test/math`; that for float32 is 2 ulp. All functions
 * throw `ShapeError` if the operands cannot be broadcast together or `out` has another shape, and `DTypeError` if the
 * result cannot be cast to the dtype of `out`.
 */
import {
  binaryPredicate,
  binaryUfunc,
  clipUfunc,
  roundUfunc,
  unaryPredicate,
  unaryUfunc,
  whereUfunc,
} from "./ufunc.js";
import type {
  BinaryPredicate,
  Clip,
  PromotingBinary,
  PromotingUnary,
  Round,
  UnaryPredicate,
  Where,
} from "./ufunc-signatures.js";

/**
 * The absolute value; of complex numbers, their distance from 0, which is real. The lowest integer of a signed dtype
 * wraps to itself.
 *
 * @example
 * abs(array([-2, 3])).toArray(); // [2, 3]
 */
export const abs: PromotingUnary<"size"> = unaryUfunc("abs");
/**
 * The value itself, +x: a copy.
 *
 * @throws {DTypeError} If `x` is of dtype bool.
 */
export const positive: PromotingUnary<"common"> = unaryUfunc("positive");
/** The complex conjugate: the imaginary part is negated. Real numbers stay as they are. */
export const conj: PromotingUnary<"number"> = unaryUfunc("conj");
/**
 * The angle of a complex number in radians, in [-π, π]: that of a real number is 0 or π. `rad2deg(angle(z))` is in
 * degrees.
 *
 * @example
 * angle(array([{ re: 0, im: 2 }])).toArray(); // [π/2]
 */
export const angle: PromotingUnary<"angle"> = unaryUfunc("angle");
/**
 * The negated value, -x. Integers wrap.
 *
 * @throws {DTypeError} If `x` is of dtype bool.
 */
export const negative: PromotingUnary<"common"> = unaryUfunc("negative");
/**
 * The sign of x: -1, 0 or 1. NaN stays NaN.
 *
 * @throws {DTypeError} If `x` is of dtype bool.
 */
export const sign: PromotingUnary<"common"> = unaryUfunc("sign");
/**
 * The square, x·x. Integers wrap at the limits of their dtype, unlike those of `pool.map(a, x => x * x)`, which
 * computes in float64.
 *
 * @example
 * square(a, { out: a }); // in place
 */
export const square: PromotingUnary<"number"> = unaryUfunc("square");
/**
 * The square root, correctly rounded. NaN for negative numbers.
 *
 * @example
 * sqrt(array([4, 2])).toArray(); // [2, 1.4142135623730951]
 */
export const sqrt: PromotingUnary<"float"> = unaryUfunc("sqrt");
/** The cube root, for negative numbers too. Within 1.5 ulp. */
export const cbrt: PromotingUnary<"float"> = unaryUfunc("cbrt");
/** The reciprocal, 1 / x. For integers the result is truncated towards zero, and 0 for x = 0. */
export const reciprocal: PromotingUnary<"number"> = unaryUfunc("reciprocal");
/** The exponential function, e^x. Within 1 ulp. */
export const exp: PromotingUnary<"float"> = unaryUfunc("exp");
/** 2^x. Within 1 ulp, and exact for whole numbers. */
export const exp2: PromotingUnary<"float"> = unaryUfunc("exp2");
/** e^x - 1, accurate near x = 0 too. Within 1.5 ulp. */
export const expm1: PromotingUnary<"float"> = unaryUfunc("expm1");
/** The natural logarithm. -Infinity for 0, NaN for negative numbers. Within 1 ulp. */
export const log: PromotingUnary<"float"> = unaryUfunc("log");
/** log(1 + x), accurate near x = 0 too. -Infinity for -1, NaN below. Within 1.5 ulp. */
export const log1p: PromotingUnary<"float"> = unaryUfunc("log1p");
/** The logarithm to base 2. -Infinity for 0, NaN for negative numbers. Within 1.5 ulp. */
export const log2: PromotingUnary<"float"> = unaryUfunc("log2");
/** The logarithm to base 10. -Infinity for 0, NaN for negative numbers. Within 1.5 ulp. */
export const log10: PromotingUnary<"float"> = unaryUfunc("log10");
/** The sine of x in radians, accurate for arguments of any size. NaN for infinities. Within 1.5 ulp. */
export const sin: PromotingUnary<"float"> = unaryUfunc("sin");
/** The cosine of x in radians, accurate for arguments of any size. NaN for infinities. Within 1.5 ulp. */
export const cos: PromotingUnary<"float"> = unaryUfunc("cos");
/** The tangent of x in radians, accurate for arguments of any size. NaN for infinities. Within 1.5 ulp. */
export const tan: PromotingUnary<"float"> = unaryUfunc("tan");
/** The arc sine in radians, in [-π/2, π/2]. NaN if |x| > 1. Within 1.5 ulp. */
export const asin: PromotingUnary<"float"> = unaryUfunc("asin");
/** The arc cosine in radians, in [0, π]. NaN if |x| > 1. Within 1.5 ulp. */
export const acos: PromotingUnary<"float"> = unaryUfunc("acos");
/** The arc tangent in radians, in [-π/2, π/2]. Within 1.5 ulp. */
export const atan: PromotingUnary<"float"> = unaryUfunc("atan");
/** The hyperbolic sine. Within 2 ulp; 3 ulp above 710.2, just before it overflows. */
export const sinh: PromotingUnary<"float"> = unaryUfunc("sinh");
/** The hyperbolic cosine. Within 2 ulp; 3 ulp above 710.2, just before it overflows. */
export const cosh: PromotingUnary<"float"> = unaryUfunc("cosh");
/** The hyperbolic tangent, in [-1, 1]. Within 2 ulp. */
export const tanh: PromotingUnary<"float"> = unaryUfunc("tanh");
/** The inverse hyperbolic sine. Within 2 ulp. */
export const asinh: PromotingUnary<"float"> = unaryUfunc("asinh");
/** The inverse hyperbolic cosine. NaN for x < 1. Within 2 ulp. */
export const acosh: PromotingUnary<"float"> = unaryUfunc("acosh");
/** The inverse hyperbolic tangent. ±Infinity for ±1, NaN if |x| > 1. Within 2 ulp. */
export const atanh: PromotingUnary<"float"> = unaryUfunc("atanh");
/** The normalised cardinal sine, sin(πx) / (πx), and 1 for x = 0. The product πx is rounded to the dtype. */
export const sinc: PromotingUnary<"ratio"> = unaryUfunc("sinc");
/**
 * The distance from x to the next number away from zero, with the sign of x, among those that the dtype can represent.
 * That of float16 is never negative. NaN for infinities.
 *
 * @example
 * spacing(array([1, 2 ** 53])).toArray(); // [2.220446049250313e-16, 2]
 */
export const spacing: PromotingUnary<"float"> = unaryUfunc("spacing");
/** The largest integer that is not greater than x. Integer dtypes stay as they are. */
export const floor: PromotingUnary<"common"> = unaryUfunc("floor");
/** The smallest integer that is not less than x. Integer dtypes stay as they are. */
export const ceil: PromotingUnary<"common"> = unaryUfunc("ceil");
/** The integer part of x: its fraction is dropped. Integer dtypes stay as they are. */
export const trunc: PromotingUnary<"common"> = unaryUfunc("trunc");
/**
 * The nearest integer. Halves go to the even neighbour (2.5 → 2), unlike with `Math.round`. With `decimals`, the
 * nearest number of so many digits behind the point, or in front of it if negative; integers stay integers.
 *
 * @example round(array([1.25, 2.5])).toArray() // [1, 2]
 * @example round(array([1.25, 17.2]), { decimals: 1 }).toArray() // [1.2, 17.2]
 */
export const round: Round = roundUfunc();
/** Whether x is NaN. */
export const isnan: UnaryPredicate = unaryPredicate("isnan");
/** Whether each value is +Infinity. */
export const isposinf: UnaryPredicate = unaryPredicate("isposinf");
/** Whether each value is -Infinity. */
export const isneginf: UnaryPredicate = unaryPredicate("isneginf");
/** Degrees as radians: x·π/180. */
export const deg2rad: PromotingUnary<"float"> = unaryUfunc("deg2rad");
/** Radians as degrees: x·180/π. */
export const rad2deg: PromotingUnary<"float"> = unaryUfunc("rad2deg");
/** Whether x is Infinity or -Infinity. */
export const isinf: UnaryPredicate = unaryPredicate("isinf");
/** Whether x is neither infinite nor NaN. */
export const isfinite: UnaryPredicate = unaryPredicate("isfinite");
/** Whether the sign bit is set. True for negative numbers and for -0. */
export const signbit: UnaryPredicate = unaryPredicate("signbit");
/** Whether x is zero. */
export const logicalNot: UnaryPredicate = unaryPredicate("logicalNot");
/**
 * The value with all bits inverted; for bools the logical negation.
 *
 * @throws {DTypeError} If `x` is of a float dtype.
 */
export const bitwiseInvert: PromotingUnary<"common"> = unaryUfunc("bitwiseInvert");
/**
 * The number of bits that are set in the absolute value, as uint8.
 *
 * @throws {DTypeError} If `x` is of a float dtype.
 */
export const bitwiseCount: PromotingUnary<"counted"> = unaryUfunc("bitwiseCount");
/**
 * The sum, x1 + x2. Integers wrap; for bools it is the logical or.
 *
 * @example
 * const c = add(a, b); // a new array
 * add(a, 1, { out: a }); // in place
 */
export const add: PromotingBinary<"common", "sum"> = binaryUfunc("add");
/**
 * The difference, x1 - x2. Integers wrap.
 *
 * @throws {DTypeError} If both operands are of dtype bool.
 */
export const subtract: PromotingBinary<"common"> = binaryUfunc("subtract");
/** The product, x1 · x2. Integers wrap; for bools it is the logical and. */
export const multiply: PromotingBinary<"common", "sum"> = binaryUfunc("multiply");
/**
 * The quotient, x1 / x2. Integers are divided in float64.
 *
 * @example
 * divide(array([1, 2], { dtype: "int32" }), 2).toArray(); // [0.5, 1]
 */
export const divide: PromotingBinary<"ratio"> = binaryUfunc("divide");
/**
 * The quotient rounded down, Python's `x1 // x2`. Integers divided by 0 give 0.
 *
 * @example
 * floorDivide(array([7, -7]), 2).toArray(); // [3, -4]
 */
export const floorDivide: PromotingBinary<"number"> = binaryUfunc("floorDivide");
/**
 * The remainder with the sign of x2, Python's `x1 % x2`. Integers modulo 0 give 0.
 *
 * @example
 * remainder(array([7, -7]), 3).toArray(); // [1, 2]
 */
export const remainder: PromotingBinary<"number"> = binaryUfunc("remainder");
/**
 * The remainder with the sign of x1, C's `fmod`. Integers modulo 0 give 0.
 *
 * @example
 * fmod(array([7, -7]), 3).toArray(); // [1, -1]
 */
export const fmod: PromotingBinary<"number"> = binaryUfunc("fmod");
/**
 * The power, x1^x2. Integers wrap; floats are within 1.5 ulp.
 *
 * @throws {RangeError} If the operands are integers and an exponent is negative.
 */
export const pow: PromotingBinary<"number"> = binaryUfunc("pow");
/** The power, x1^x2, in float64: of integers too, whose exponents may be negative. Within 1.5 ulp. */
export const floatPower: PromotingBinary<"double"> = binaryUfunc("floatPower");
/**
 * x1 · 2^x2, rounded once. `frexp` gives both.
 *
 * @throws {DTypeError} If `x2` is of a float dtype or uint64, or a fraction.
 */
export const ldexp: PromotingBinary<"scale"> = binaryUfunc("ldexp");
/**
 * The greatest common divisor of the absolute values; that of 0 and x is |x|.
 *
 * @throws {DTypeError} If an operand is of a float dtype, or both are of dtype bool.
 * @example
 * gcd(array([12, 18], { dtype: "int32" }), 8).toArray(); // [4, 2]
 */
export const gcd: PromotingBinary<"common"> = binaryUfunc("gcd");
/**
 * The least common multiple of the absolute values, which wraps; 0 if an operand is 0.
 *
 * @throws {DTypeError} If an operand is of a float dtype, or both are of dtype bool.
 */
export const lcm: PromotingBinary<"common"> = binaryUfunc("lcm");
/**
 * The angle of the point (x2, x1) in radians, in [-π, π]. Within 2 ulp.
 *
 * @example
 * atan2(1, array([1, 0, -1])).toArray(); // [π/4, π/2, 3π/4]
 */
export const atan2: PromotingBinary<"float"> = binaryUfunc("atan2");
/** The length of the hypotenuse, √(x1² + x2²), without overflow of the squares. Within 1.5 ulp. */
export const hypot: PromotingBinary<"float"> = binaryUfunc("hypot");
/** The absolute value of x1 with the sign of x2. */
export const copysign: PromotingBinary<"float"> = binaryUfunc("copysign");
/** The next number after x1 in the direction of x2, among those that the dtype can represent. */
export const nextafter: PromotingBinary<"float"> = binaryUfunc("nextafter");
/**
 * log(e^x1 + e^x2), without overflow. If the result is near 0, where the terms cancel, the absolute error is up to
 * about 2^-52.
 */
export const logaddexp: PromotingBinary<"float"> = binaryUfunc("logaddexp");
/** log2(2^x1 + 2^x2), without overflow. Its error is as that of `logaddexp`. */
export const logaddexp2: PromotingBinary<"float"> = binaryUfunc("logaddexp2");
/**
 * The step function: 0 for x < 0, 1 for x > 0, and `y` for x = 0. NaN stays NaN.
 *
 * @example
 * heaviside(array([-1, 0, 2]), 0.5).toArray(); // [0, 0.5, 1]
 */
export const heaviside: PromotingBinary<"float"> = binaryUfunc("heaviside");
/** The smaller of two values. If one is NaN, the other; `minimum` gives NaN then. */
export const fmin: PromotingBinary<"common"> = binaryUfunc("fmin");
/** The larger of two values. If one is NaN, the other; `maximum` gives NaN then. */
export const fmax: PromotingBinary<"common"> = binaryUfunc("fmax");
/** The smaller of x1 and x2. NaN if either is NaN. */
export const minimum: PromotingBinary<"common"> = binaryUfunc("minimum");
/** The larger of x1 and x2. NaN if either is NaN. */
export const maximum: PromotingBinary<"common"> = binaryUfunc("maximum");
/** Whether x1 = x2. The result is of dtype bool. */
export const equal: BinaryPredicate = binaryPredicate("equal");
/** Whether x1 ≠ x2. The result is of dtype bool. */
export const notEqual: BinaryPredicate = binaryPredicate("notEqual");
/**
 * Whether x1 < x2. The result is of dtype bool.
 *
 * @example
 * where(less(a, 0), 0, a); // negative elements replaced by 0
 */
export const less: BinaryPredicate = binaryPredicate("less");
/** Whether x1 ≤ x2. The result is of dtype bool. */
export const lessEqual: BinaryPredicate = binaryPredicate("lessEqual");
/** Whether x1 > x2. The result is of dtype bool. */
export const greater: BinaryPredicate = binaryPredicate("greater");
/** Whether x1 ≥ x2. The result is of dtype bool. */
export const greaterEqual: BinaryPredicate = binaryPredicate("greaterEqual");
/** Whether x1 and x2 are both nonzero. */
export const logicalAnd: BinaryPredicate = binaryPredicate("logicalAnd");
/** Whether x1 or x2 or both are nonzero. */
export const logicalOr: BinaryPredicate = binaryPredicate("logicalOr");
/** Whether exactly one of x1 and x2 is nonzero. */
export const logicalXor: BinaryPredicate = binaryPredicate("logicalXor");
/**
 * The bits that are set in both x1 and x2.
 *
 * @throws {DTypeError} If an operand is of a float dtype.
 */
export const bitwiseAnd: PromotingBinary<"common"> = binaryUfunc("bitwiseAnd");
/**
 * The bits that are set in x1 or x2 or both.
 *
 * @throws {DTypeError} If an operand is of a float dtype.
 */
export const bitwiseOr: PromotingBinary<"common"> = binaryUfunc("bitwiseOr");
/**
 * The bits that are set in exactly one of x1 and x2.
 *
 * @throws {DTypeError} If an operand is of a float dtype.
 */
export const bitwiseXor: PromotingBinary<"common"> = binaryUfunc("bitwiseXor");
/**
 * x1 shifted left by x2 bits. If x2 is not below the width of the dtype, the result is 0.
 *
 * @throws {DTypeError} If an operand is of a float dtype.
 */
export const bitwiseLeftShift: PromotingBinary<"number"> = binaryUfunc("bitwiseLeftShift");
/**
 * x1 shifted right by x2 bits, keeping the sign. If x2 is not below the width of the dtype, the result is -1 for
 * negative numbers and otherwise 0.
 *
 * @throws {DTypeError} If an operand is of a float dtype.
 */
export const bitwiseRightShift: PromotingBinary<"number"> = binaryUfunc("bitwiseRightShift");

/**
 * `x` limited to the range from `min` to `max`: numbers, or arrays that broadcast with it. A limit may be left out, or
 * `undefined`. NaN stays NaN.
 *
 * @throws {DTypeError} If all operands are of dtype bool.
 * @example
 * clip(array([-1, 0.5, 2]), 0, 1).toArray(); // [0, 0.5, 1]
 * clip(array([-1, 0.5, 2]), undefined, 1).toArray(); // [-1, 0.5, 1]
 */
export const clip: Clip = clipUfunc();
/**
 * `x1` where `condition` is true, otherwise `x2`.
 *
 * @throws {DTypeError} If `condition` is not of dtype bool.
 * @throws {ShapeError} If the operands cannot be broadcast together.
 * @example
 * where(less(a, 0), 0, a); // negative elements replaced by 0
 */
export const where: Where = whereUfunc();
