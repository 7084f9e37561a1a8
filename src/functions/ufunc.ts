/**
 * Makes the public element-wise functions, which follow NumPy's ufuncs: operands of any dtypes and shapes are promoted
 * and broadcast, and `out`, `where` and `dtype` are options. A function that is called by itself runs on the calling
 * thread; a pool runs the same call on its team.
 */

import { type Conditions, HERE } from "../calls/call.js";
import { callableOf, makeCallable } from "../calls/callable.js";
import { inline } from "../calls/executors/inline.js";
import { prepareElementwise } from "../calls/kinds/elementwise.js";
import { nonzero } from "../manipulation/find.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import { arrayOf, type ReadonlyNDArray } from "../ndarray/ndarray.js";
import { isComplexCall } from "./complex.js";
import { byComponents } from "./complex-components.js";
import { toDecimals } from "./decimals.js";
import { elementwise } from "./elementwise.js";
import { checkUfunc, type GivenOptions, UFUNC_OPTIONS } from "./prepare.js";
import { type Calls, runShort, shortCall } from "./short.js";
import { ufuncCall } from "./ufunc-call.js";
import type { Folds } from "./ufunc-method-types.js";
import { addMethods } from "./ufunc-methods.js";
import type {
  BinaryPredicate,
  Clip,
  PromotingBinary,
  PromotingUnary,
  Round,
  UnaryPredicate,
  Where,
} from "./ufunc-signatures.js";
import type { Results } from "./ufunc-types.js";

/** The public function of one operand with this name. The functions below do the same for other types. */
export const unaryUfunc = <K extends Results>(name: string): PromotingUnary<K> =>
  made(name) as unknown as PromotingUnary<K>;
export const unaryPredicate = (name: string): UnaryPredicate => made(name) as unknown as UnaryPredicate;
export const binaryPredicate = (name: string): BinaryPredicate => made(name) as unknown as BinaryPredicate;
export const binaryUfunc = <K extends Results, F extends Folds = K>(name: string): PromotingBinary<K, F> =>
  made(name) as unknown as PromotingBinary<K, F>;
export const whereUfunc = (): Where => made("where", { own: placesOf }) as unknown as Where;
export const clipUfunc = (): Clip => made("clip", { arranged: withLimits }) as unknown as Clip;
export const roundUfunc = (): Round => made("round", { own: toDecimals }) as unknown as Round;

/** What is special about a function: a way of its own for some arguments, and other arguments for the given ones. */
interface Special {
  readonly own?: (args: readonly unknown[]) => unknown;
  readonly arranged?: (args: readonly unknown[]) => readonly unknown[];
}

/** `where` of a condition alone: where it is true. */
const placesOf = (args: readonly unknown[]): unknown =>
  args.length === 1 ? nonzero(args[0] as ReadonlyNDArray) : undefined;

/** The limits of `clip` that are not given are those that every number is between. */
function withLimits(args: readonly unknown[]): readonly unknown[] {
  const [x, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, ...options] = args;
  return args.length === 0 ? args : [x, min, max, ...options];
}

function made(name: string, { own, arranged }: Special = {}): object {
  const spec = elementwise(name);
  const prepare = (operands: readonly unknown[], options: GivenOptions | undefined, conditions: Conditions) =>
    ufuncCall(spec, operands, options, conditions);
  const calls: Calls = new Map();
  const fn = (...given: unknown[]): unknown => {
    const found = own?.(given);
    if (found !== undefined) return found;
    const args = arranged ? arranged(given) : given;
    const short = shortCall(spec, args);
    const prepared = short && calls.get(short.key);
    const result = prepared && runShort(short, prepared);
    if (result !== undefined) return result;
    const operands = operandsOf(spec, args);
    const options = args[spec.nin] as GivenOptions | undefined;
    if (isComplexCall(operands, options)) {
      return byComponents(name, fn, operands, options) ?? inline.runSync(prepare(operands, options, HERE));
    }
    const checked = checkUfunc(spec, operands, options);
    if (short) calls.set(short.key, { program: checked.program, dtype: checked.dtype }); // and no arrays
    return inline.runSync(prepareElementwise(checked, HERE));
  };
  Object.defineProperty(fn, "name", { value: name });
  Object.defineProperty(fn, "nin", { value: spec.nin, enumerable: true });
  makeCallable(fn, { name, method: "map", options: UFUNC_OPTIONS, prepare });
  if (spec.nin < 3) addMethods(spec, fn);
  return fn;
}

/**
 * The operands among the arguments of a function: lists, typed arrays and booleans as arrays.
 *
 * @throws {TypeError} If there are more arguments than operands and options.
 */
export function operandsOf({ name, nin }: { name: string; nin: number }, args: readonly unknown[]): unknown[] {
  if (args.length > nin + 1) {
    throw new TypeError(`Expected ${nin} operands and options for ${name}, got ${args.length} arguments`);
  }
  return args.slice(0, nin).map((one, i) => {
    const isElements = typeof one === "boolean" || isData(one);
    return isElements ? arrayOf(asStrided(one, `operand ${i}`)) : one;
  });
}

/** Whether a function is one of the element-wise functions of this package. */
export const isUfunc = (fn: unknown): boolean =>
  typeof fn === "function" && "nin" in fn && callableOf(fn) !== undefined;
