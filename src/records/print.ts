/** Records as text: each as a tuple of its fields, whose numbers are aligned as those of arrays are. After NumPy. */
import { type DType, isFloat } from "../base/dtype.js";
import { printed } from "../ndarray/format.js";
import { type NDArray, stridedOf } from "../ndarray/ndarray.js";
import { elementFormat } from "../printing/elements.js";
import { layOut, shownAxes } from "../printing/layout.js";
import { settingsWith } from "../printing/options.js";
import { elementsAt, scalarText } from "../printing/text.js";
import { type FieldTree, isTree } from "./field-views.js";

/** The records in brackets. A summary reads those that it shows and no others. */
export function recordsText(shape: readonly number[], fields: FieldTree): string {
  const settings = settingsWith({});
  const size = shape.reduce((product, n) => product * n, 1);
  if (size === 0) return "[]";
  const axes = shownAxes(shape, size > settings.threshold, settings.edgeitems);
  /** The words of a field, one for each record that is shown. */
  const wordsOf = (field: NDArray<DType> | FieldTree): string[] => {
    if (!isTree(field)) {
      const array = printed(stridedOf(field));
      const shown = elementsAt(array, axes);
      // The numbers of a single record are printed as scalars, but not its complex ones.
      if (shape.length === 0 && isFloat(field.dtype)) return [scalarText(shown[0]!, field.dtype)];
      return shown.map(elementFormat(shown, field.dtype, settings, shape.length));
    }
    const columns = Object.values(field).map(wordsOf);
    const comma = columns.length === 1 ? "," : "";
    return columns[0]!.map((_, i) => `(${columns.map((words) => words[i]).join(", ")}${comma})`);
  };
  const words = wordsOf(fields);
  if (shape.length === 0) return words[0]!;
  return layOut(axes, words[Symbol.iterator](), { linewidth: settings.linewidth, separator: " ", indent: 0 });
}
