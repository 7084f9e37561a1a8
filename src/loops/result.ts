/** What a user's function of elements may return, by the dtype of the result. */
import { type DType, isBigInt } from "../base/dtype.js";
import { DTypeError } from "../base/errors.js";
import { show } from "../base/expect.js";
import { refusePromise } from "../base/returned.js";

/** The `typeof` of most results of a dtype. A loop stores such a value without a further look. */
export const usualType = (dtype: DType): string =>
  dtype === "bool" ? "boolean" : isBigInt(dtype) ? "bigint" : "number";

/**
 * The element to store for a result that is not of the usual type.
 *
 * @throws {DTypeError} If it stands for no element of the dtype: `undefined`, text, objects, the wrong kind of number.
 * @throws {TypeError} If it is a promise.
 */
export function unusualElement(value: unknown, dtype: DType): number | bigint {
  if (dtype === "bool" && (typeof value === "number" || typeof value === "bigint")) return value ? 1 : 0;
  if (typeof value === "boolean") return isBigInt(dtype) ? BigInt(value) : Number(value);
  refusePromise(value, "fn", "use pool.run for asynchronous work");
  const wanted = usualType(dtype);
  const got = `${show(value)}${cureFor(value, dtype)}`;
  const message = `Expected \`fn\` to return a ${wanted} (result of ${dtype}), got ${got}`;
  throw new DTypeError(message, { dtype: typeof value, expected: wanted });
}

function cureFor(value: unknown, dtype: DType): string {
  if (value === undefined) return " (return a value in every case)";
  if (typeof value === "bigint") return ' (return Number(…), or pass { dtype: "int64" })';
  if (typeof value === "number" && isBigInt(dtype)) return ' (return BigInt(…), or pass { dtype: "float64" })';
  return "";
}
