/** `round` with `decimals`: the nearest multiple of a power of ten. */
import { dtypes } from "../base/dtype.js";
import { expectInteger, expectKnown, isPlain, show } from "../base/expect.js";
import { HERE } from "../calls/call.js";
import { inline } from "../calls/executors/inline.js";
import { imag, real } from "../manipulation/complex-parts.js";
import { asStrided } from "../ndarray/asarray.js";
import { arrayOf, type NDArray } from "../ndarray/ndarray.js";
import { tidy } from "../ndarray/tidy.js";
import { elementwise } from "./elementwise.js";
import { type GivenOptions, UFUNC_OPTIONS } from "./prepare.js";
import { ufuncCall } from "./ufunc-call.js";

/** The powers of ten that float64 holds, and their inverses. */
const MOST_DECIMALS = 308;

/**
 * The result of `round` for these arguments, if there are other options than those of all such functions. To
 * `decimals`, numbers are multiplied by a power of ten, rounded, and divided by it, as NumPy does.
 */
export function toDecimals([x, given]: readonly unknown[]): unknown {
  if (!isPlain(given) || Object.keys(given as object).every((key) => UFUNC_OPTIONS.includes(key))) return undefined;
  const options = expectKnown<Given>(given as object, ["decimals", ...UFUNC_OPTIONS], "round");
  const { decimals, out, where, dtype, casting } = options;
  if (decimals === undefined) return call("round", [x], { out, where, dtype, casting });
  expectInteger("decimals", decimals, -MOST_DECIMALS, MOST_DECIMALS + 1);
  const other = (["where", "dtype", "casting"] as const).find((one) => options[one] !== undefined);
  if (other) throw new TypeError(`Expected no \`${other}\` next to \`decimals\`, got ${show(options[other])}`);
  return tidy(() => {
    const array = arrayOf(asStrided(x, "x")) as NDArray<"float64">;
    const { kind } = dtypes[array.dtype];
    if (kind === "c") {
      const copied = array.copy();
      for (const part of [real(copied), imag(copied)]) toDecimals([part, { decimals, out: part }]);
      return out === undefined ? copied : copied.copy({ out: out as never });
    }
    const isWhole = kind !== "f";
    if (decimals === 0 || (isWhole && decimals > 0)) return call("round", [array], { out });
    const power = 10 ** Math.abs(decimals);
    const [there, back] = decimals > 0 ? ["multiply", "divide"] : ["divide", "multiply"];
    const result = call(there!, [array, power]);
    call("round", [result], { out: result });
    call(back!, [result, power], { out: result });
    const cast = isWhole ? result.astype(array.dtype) : result;
    return out === undefined ? cast : cast.copy({ out: out as never });
  });
}
interface Given extends GivenOptions {
  readonly decimals?: number;
}

const call = (name: string, operands: readonly unknown[], options?: GivenOptions): NDArray<"float64"> =>
  inline.runSync(ufuncCall(elementwise(name), operands, options, HERE)) as NDArray<"float64">;
