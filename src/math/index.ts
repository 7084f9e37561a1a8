/**
 * Elementary functions as expressions of float64 lanes. Used by `functions/` and, with `fastMath`, by compiled kernels.
 */
export { exp, exp2, expm1, logaddexp } from "./exponential.js";
export { cosh, sinh, tanh } from "./hyperbolic.js";
export { acos, asin, atan, atan2 } from "./inverse.js";
export { acosh, asinh, atanh } from "./inverse-hyperbolic.js";
export { log, log1p, log2, log10, logaddexp2, pow } from "./logarithm.js";
export { cbrt, hypot } from "./roots.js";
export { copySign, fmod, roundHalfUp, signOf } from "./rounding.js";
export { exponentOf, fractionOf, ldexp } from "./scaling.js";
export { cos, sin, tan } from "./trigonometric.js";
