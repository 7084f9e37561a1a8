/** Integers in columns. After NumPy's `IntegerFormat`. */
import type { DType, Scalar } from "../base/dtype.js";
import type { PrintSettings } from "./options.js";

/** The format of an array, which follows from all elements that are shown. */
export function integerFormat(elements: readonly Scalar[], _: DType, settings: PrintSettings): (x: Scalar) => string {
  const shown = elements as readonly (number | bigint)[];
  let [least, most] = [shown[0] ?? 0, shown[0] ?? 0];
  for (const x of shown) {
    if (x < least) least = x;
    if (x > most) most = x;
  }
  // A space stands for the sign of positive numbers only where no number is negative.
  const plus = settings.sign === "-" || (settings.sign === " " && least < 0) ? "" : settings.sign;
  const signed = (x: Scalar) => ((x as number | bigint) < 0 ? String(x) : plus + String(x));
  const width = Math.max(signed(most).length, String(least).length);
  return (x) => signed(x).padStart(width);
}
