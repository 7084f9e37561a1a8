/** `explain`: how a function of elements would run, and why. */
import { type DType, expectDType } from "../base/dtype.js";
import { expectKnown, show } from "../base/expect.js";
import { compileFunction } from "../compile/compile.js";
import { refOf } from "../wire/functions.js";
import { isUfunc } from "./ufunc.js";

/** What else is known of the call. */
export interface ExplainOptions {
  /** Of the result; default the first operand's, as in `map`. */
  readonly dtype?: DType;
  /** The call's `params`: of its numbers the kinds count, not the values. */
  readonly params?: unknown;
  readonly fastMath?: boolean;
}
/** How a function runs. */
export interface Explanation {
  /** `simd`: compiled. `loop`: as JavaScript. */
  readonly engine: "simd" | "loop";
  /** Why it is not compiled. */
  readonly reason: string | undefined;
}

/**
 * How `pool.map` would run `fn` over operands of these dtypes, and why. A compiled function runs where one WebAssembly instance
 * reaches all operands: in place, in one block, or, from Node 22 on, anywhere; else it runs as JavaScript all the same.
 *
 * @example explain((x) => x * x, ["float64"]); // { engine: "simd", reason: undefined }
 * @example explain((x) => Math.sin(x), ["float64"]).reason; // "it has Math.sin, whose last bit differs between engines; …"
 * @throws {CaptureError} if it uses a name from outside @throws {DTypeError}
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
  const { dtype, params, fastMath = false } = expectKnown(options, ["dtype", "params", "fastMath"], "explain");
  const target = expectDType(dtype ?? inputs[0]);
  if (isUfunc(fn)) return { engine: "simd", reason: undefined };
  const compiled = compileFunction({ fn: refOf(fn, "fn"), dtypes: inputs, target, params, fastMath });
  return "program" in compiled ? { engine: "simd", reason: undefined } : { engine: "loop", reason: compiled.reason };
}
