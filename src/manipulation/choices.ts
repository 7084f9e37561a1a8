/** Elements chosen between arrays, by conditions or by numbers: `select`, `choose`, `extract`. */
import { type DType, expectElement, type IntegerDType } from "../base/dtype.js";
import { DTypeError, IndexError, ShapeError } from "../base/errors.js";
import { expectKnown, expectNoOptions, show } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { commonDType } from "../base/promote.js";
import { isData } from "../ndarray/asarray.js";
import { copy, fill } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import {
  type AnyNDArray,
  type ArrayOf,
  arrayOf,
  type OutOption,
  type ReadonlyNDArray,
  stridedOf,
} from "../ndarray/ndarray.js";
import type { NestedList, TypedArrayLike } from "../ndarray/notation.js";
import { arrayOfData } from "../ndarray/operands.js";
import { resultIn } from "../ndarray/out.js";
import { expectMode, type IndexMode, isIntegers, wrapped } from "../ndarray/positions.js";
import { compress } from "../ndarray/select.js";
import { broadcastShapes, sameShape } from "../ndarray/shape.js";
import { blankStrided, mergeWhere, withRaw, writtenStrided } from "../ndarray/storage.js";
import { expectStrided, expectStridedMask } from "../ndarray/strided-array.js";
import { broadcastTo, cView } from "../ndarray/view.js";

/** What is chosen from: arrays, lists and typed arrays, which become arrays first, and numbers. */
export type Choice = ReadonlyNDArray | NestedList | TypedArrayLike | number | bigint | boolean;

/** What `select` takes where no condition is true. */
export interface SelectOptions extends OutOption {
  /** By default 0. */
  readonly default?: Choice | undefined;
}

/**
 * For each element, that of the first choice whose condition is true, or of `default` if none is. All broadcast. In a
 * new array of the common dtype, or in `out`. After `np.select`.
 *
 * @param options `default`, by default 0
 * @example select([less(a, 0), greater(a, 9)], [0, 9], { default: a }) // as clip(a, 0, 9)
 * @throws {ShapeError} If they do not broadcast together.
 * @throws {DTypeError} If a condition is not an array of bool.
 */
export function select(
  conditions: readonly ReadonlyNDArray<"bool">[],
  choices: readonly Choice[],
  options?: SelectOptions,
): AnyNDArray {
  const { default: otherwise = 0, out } = expectKnown(options, ["default", "out"], "select");
  const masks = listOf(conditions, "conditions", "select").map((one, i) => expectStridedMask(one, `conditions[${i}]`));
  const given = listOf(choices, "choices", "select");
  if (given.length !== masks.length) {
    const message = `Expected as many choices as conditions, got ${given.length} and ${masks.length}`;
    throw new ShapeError(message, { shape: [given.length], expected: [masks.length] });
  }
  return withChoices([...given, otherwise], "select", (all) =>
    chosenBetween(all, masks, out, (target, from) => {
      copy(target, from.at(-1)!);
      // From the last to the first: what is written last stays.
      for (let i = masks.length - 1; i >= 0; i--) {
        mergeWhere(target, from[i]!, stretched(masks[i]!, target.view.shape));
      }
    }),
  );
}

/** What `choose` does with a number that no choice has. */
export interface ChooseOptions extends OutOption {
  /** `"raise"`, the default, is an error; `"wrap"` starts again after the last choice; `"clip"` takes the nearest. */
  readonly mode?: IndexMode | undefined;
}

/**
 * For each element of `indices`, the element of the choice with that number. All broadcast. In a new array of the
 * common dtype, or in `out`. After `np.choose`.
 *
 * @param options `mode`, by default `"raise"`
 * @example choose(array([0, 1, 0], { dtype: "int32" }), [a, b]) // elements of a, b and a
 * @throws {IndexError} If there is no choice of a number.
 * @throws {ShapeError} If they do not broadcast together.
 * @throws {DTypeError} If `indices` does not hold integers.
 */
export function choose(
  indices: ReadonlyNDArray<IntegerDType | "bool">,
  choices: readonly Choice[],
  options?: ChooseOptions,
): AnyNDArray {
  const { mode: word, out } = expectKnown(options, ["mode", "out"], "choose");
  const mode = expectMode(word);
  const numbers = expectStrided(indices, "indices");
  const { dtype } = numbers.elements;
  if (!isIntegers(dtype) && dtype !== "bool") {
    const message = `Expected \`indices\` to be an array of integers, got one of ${dtype} (use .astype("int32"))`;
    throw new DTypeError(message, { dtype, expected: "integers" });
  }
  const given = listOf(choices, "choices", "choose");
  return withChoices(given, "choose", (all) =>
    withRaw(numbers, "float64", (raw) => {
      const found = new Float64Array(raw.length);
      for (let i = 0; i < found.length; i++) found[i] = numberIn(raw[i]!, given.length, mode);
      const mask = blankStrided(cView(numbers.view.shape), "bool");
      try {
        return chosenBetween(all, [numbers], out, (target, from) => {
          const { raw: bytes } = mask.elements;
          const where = stretched(mask, target.view.shape);
          for (const [k, one] of from.entries()) {
            for (let i = 0; i < found.length; i++) bytes[i] = found[i] === k ? 1 : 0;
            mergeWhere(target, one, where);
          }
        });
      } finally {
        mask.elements.memory.close();
      }
    }),
  );
}

function numberIn(n: number, count: number, mode: IndexMode): number {
  if (n >= 0 && n < count) return n;
  if (mode === "wrap") return wrapped(n, count);
  if (mode === "clip") return n < 0 ? 0 : count - 1;
  const message = `Expected each of \`indices\` to be in [0, ${count}), got ${n} (mode "wrap" or "clip" takes it)`;
  throw new IndexError(message, { index: n, axis: 0, shape: [count] });
}

/**
 * The elements, in C order, for which a condition of the same shape is true. After `np.extract`.
 *
 * @example extract(greater(a, 2), a)
 * @throws {ShapeError} If the shapes differ.
 * @throws {DTypeError} If the condition is not an array of bool.
 */
export function extract<D extends DType>(condition: ReadonlyNDArray<"bool">, a: ReadonlyNDArray<D>): ArrayOf<D, 1>;
export function extract(condition: unknown, a: ReadonlyNDArray, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "extract");
  const [mask, source] = [expectStridedMask(condition, "condition"), stridedOf(a)];
  if (sameShape(mask.view.shape, source.view.shape)) return arrayOf(compress(source, condition, undefined, undefined));
  const [shape, expected] = [mask.view.shape, source.view.shape];
  const message = `Expected \`condition\` to have the array's shape ${show(expected)}, got ${show(shape)}`;
  throw new ShapeError(message, { shape, expected });
}

function listOf(given: unknown, what: string, fn: string): unknown[] {
  if (Array.isArray(given) && given.length > 0) return [...given];
  throw new TypeError(`Expected \`${what}\` of ${fn} to be a list of at least one, got ${show(given)}`);
}

/** An operand: elements, or a number, which takes their dtype. */
type Given = Strided | number | bigint;

/** Calls `use` with the choices. Those that are made of lists are closed afterwards. */
function withChoices<T>(choices: readonly unknown[], fn: string, use: (all: readonly Given[]) => T): T {
  const made: Strided[] = [];
  try {
    const all = choices.map((one, i): Given => {
      if (typeof one === "number" || typeof one === "bigint") return one;
      if (typeof one === "boolean") return keep(writtenStrided([], "bool", undefined, (fresh) => fill(fresh, one)));
      const strided = stridedOf(
        arrayOfData(one, fn === "select" && i === choices.length - 1 ? "default" : `choices[${i}]`, fn),
      );
      return isData(one) ? keep(strided) : strided;
    });
    return use(all);
  } finally {
    for (const { elements } of made) elements.memory.close();
  }
  function keep(one: Strided): Strided {
    made.push(one);
    return one;
  }
}

/** A result of the common dtype and shape, which `write` makes of the choices in that shape. */
function chosenBetween(
  all: readonly Given[],
  others: readonly Strided[],
  out: unknown,
  write: (target: Strided, from: readonly Strided[]) => void,
): AnyNDArray {
  const arrays = all.filter((one) => typeof one === "object");
  const dtype = commonDType(
    all.map((one) => (typeof one === "object" ? one.elements.dtype : one)),
    true,
  );
  const shape = broadcastShapes([...arrays, ...others].map(({ view }) => view.shape));
  const cells: Strided[] = [];
  try {
    const from = all.map((one) => {
      if (typeof one === "object") return stretched(one, shape);
      const cell = writtenStrided([], dtype, undefined, (fresh) => fill(fresh, expectElement(one, dtype)));
      cells.push(cell);
      return stretched(cell, shape);
    });
    const inputs = [...arrays, ...others];
    const result = resultIn(out, {
      shape,
      dtype,
      inputs,
      takesAnyLayout: true,
      write: (target) => write(target, from),
    });
    return (out ?? arrayOf(result)) as AnyNDArray;
  } finally {
    for (const { elements } of cells) elements.memory.close();
  }
}

const stretched = ({ elements, view }: Strided, shape: readonly number[]): Strided => ({
  elements,
  view: broadcastTo(view, shape),
});
keepNames({ select });
