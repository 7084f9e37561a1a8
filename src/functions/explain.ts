/** `explain`: says whether a function of elements would be compiled, and if not, why. */
import { type DType, expectDType } from "../base/dtype.js";
import { expectBoolean, expectKnown, show } from "../base/expect.js";
import { compileFunction } from "../compile/compile.js";
import { refOf } from "../wire/functions.js";
import { isUfunc } from "./ufunc.js";

/** Further arguments of the call that is asked about. */
export interface ExplainOptions {
  /** The dtype of the result. By default that of the first operand, as in `map`. */
  readonly dtype?: DType | undefined;
  /** The call's `params`. Only the types of its numbers matter, not their values. */
  readonly params?: unknown;
  /** The call's `fastMath`. By default false. */
  readonly fastMath?: boolean | undefined;
}
/** The answer of `explain`. */
export interface Explanation {
  /** `simd`: the function is compiled to WebAssembly. `loop`: it runs as JavaScript. */
  readonly engine: "simd" | "loop";
  /** Why the function is not compiled; `undefined` if it is. */
  readonly reason: string | undefined;
}

/**
 * Explains how `pool.map` would run `fn` over operands of these dtypes: compiled or as JavaScript, and why.
 *
 * A compiled function is used only if one WebAssembly instance reaches all operands: if the call is in place, if all
 * operands are in one block, or, from Node 22 on, also if they are in different blocks. Otherwise it runs as JavaScript
 * all the same.
 *
 * @param dtypes the dtypes of the operands, in order
 * @example explain((x) => x * x, ["float64"]); // { engine: "simd", reason: undefined }
 * @example explain((x) => Math.sin(x), ["float64"]).reason; // "it has Math.sin, whose last bit differs …"
 * @throws {TypeError} If `dtypes` is not a list, or is empty.
 * @throws {CaptureError} If `fn` uses a name from outside.
 * @throws {DTypeError} If one of the dtypes does not exist.
 */
export function explain(
  fn: (...args: never[]) => unknown,
  dtypes: readonly DType[],
  options?: ExplainOptions,
): Explanation {
  if (!Array.isArray(dtypes) || dtypes.length === 0) {
    throw new TypeError(`Expected \`dtypes\` to be the operands' dtypes, got ${show(dtypes)}`);
  }
  const inputs = dtypes.map((dtype, i) => expectDType(dtype, `dtypes[${i}]`));
  const given = expectKnown(options, ["dtype", "params", "fastMath"], "explain");
  const { dtype = inputs[0], params } = given;
  const fastMath = expectBoolean("fastMath", given.fastMath);
  const target = expectDType(dtype);
  if (isUfunc(fn)) return { engine: "simd", reason: undefined };
  const compiled = compileFunction({ fn: refOf(fn, "fn"), dtypes: inputs, target, params, fastMath });
  return "program" in compiled ? { engine: "simd", reason: undefined } : { engine: "loop", reason: compiled.reason };
}
