/** `at` of the element-wise functions: in place, for each index by itself, so that an index may occur several times. */
import { ShapeError } from "../base/errors.js";
import { bindRecurrence, lanesOf } from "../loops/recurrence.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import { stretchTo } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf } from "../ndarray/ndarray.js";
import { expectArray } from "../ndarray/operands.js";
import { expectOutStrided } from "../ndarray/out.js";
import { overlaps } from "../ndarray/overlap.js";
import { withPositions } from "../ndarray/positions.js";
import { viewInShape } from "../ndarray/reshape.js";
import { compactCopy } from "../ndarray/storage.js";
import { expectStrided } from "../ndarray/strided-array.js";
import { tidy } from "../ndarray/tidy.js";
import { cView } from "../ndarray/view.js";
import type { ElementwiseSpec } from "./elementwise.js";
import { checkUfunc } from "./prepare.js";
import type { Fn } from "./ufunc-fold.js";
import { rows } from "./ufunc-lines.js";

/**
 * Computes a[i] = fn(a[i], b) for each index i of the first axis, one after the other.
 *
 * @param others The second operand, if the function has two.
 */
export function at(spec: ElementwiseSpec, fn: Fn, a: unknown, indices: unknown, others: readonly unknown[]): void {
  const { shape } = expectArray(a, "a");
  const target = expectOutStrided(a, shape);
  if (shape.length === 0) {
    const message = `Expected \`a\` to have an axis for ${spec.name}.at, got shape []`;
    throw new ShapeError(message, { shape, expected: [-1] });
  }
  tidy(() =>
    withPositions(indices, 0, shape, (positions, indexShape) => {
      const values = others.map((one) => operandOf(one, indexShape, shape.slice(1), target));
      if (positions.length === 0 || target.view.size === 0) return;
      const place = (i: number) => arrayOf(rows(target, positions[i]!), true);
      const valuesAt = (i: number) => values.map((one) => (isStrided(one) ? arrayOf(rows(one, i), true) : one));
      const first = place(0);
      const { program, numbers } = checkUfunc(spec, [first, ...valuesAt(0)], { out: first });
      if (spec.name === "pow")
        checkUfunc(spec, [first, ...values.map((one) => (isStrided(one) ? arrayOf(one, true) : one))]);
      if (shape.length === 1) {
        const { elements, view } = target;
        const operand = values.find(isStrided);
        const line = operand && lineOf(operand);
        const to = { lanes: lanesOf(elements), start: view.offset, step: view.strides[0]! };
        bindRecurrence(program, numbers).update(to, positions, line);
        return;
      }
      for (let i = 0; i < positions.length; i++) {
        const row = place(i);
        fn(row, ...valuesAt(i), { out: row });
      }
    }),
  );
}

const isStrided = (value: unknown): value is Strided => typeof value === "object" && value !== null;
const lineOf = ({ elements, view }: Strided) => ({
  lanes: lanesOf(elements),
  start: view.offset,
  step: view.strides[0]!,
});

/** The second operand, a row for each index, apart from what is written. A number stays itself. */
function operandOf(given: unknown, indexShape: readonly number[], row: readonly number[], target: Strided): unknown {
  if (typeof given !== "object" || given === null) return given;
  const operand = isData(given) ? asStrided(given, "b") : expectStrided(given, "b");
  const { elements, view } = overlaps(operand, target) ? compactCopy(operand) : operand;
  const whole = { elements, view: stretchTo(view, [...indexShape, ...row], "b") };
  const count = indexShape.reduce((product, n) => product * n, 1);
  const { shape, found } = viewInShape(whole.view, [count, ...row]);
  return found ? { elements, view: found } : { elements: compactCopy(whole).elements, view: cView(shape) };
}
