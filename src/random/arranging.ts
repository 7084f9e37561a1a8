/** `shuffle`, `permutation`, `permuted` and `choice`: elements in a random order, as NumPy draws it. */

import { expectCast } from "../base/casting.js";
import { ShapeError } from "../base/errors.js";
import { expectBoolean, expectInteger, expectKnown, show } from "../base/expect.js";
import { searchsorted } from "../functions/sorting.js";
import { takeAlongAxis } from "../manipulation/find.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import { copy } from "../ndarray/assign.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf, type NDArray, type Out, stridedOf } from "../ndarray/ndarray.js";
import type { Shape } from "../ndarray/notation.js";
import { expectOut } from "../ndarray/operands.js";
import { take } from "../ndarray/select.js";
import { expectAxis, expectShape, sizeOf } from "../ndarray/shape.js";
import { blankStrided, compactCopy, withCast, writtenStrided } from "../ndarray/storage.js";
import { cView } from "../ndarray/view.js";
import { below, upTo } from "./bounded.js";
import { expectParameter, type Parameter, SHARE } from "./samples.js";
import type { WordStream } from "./word-stream.js";

/** Positions are int32, as those of `argsort` are. */
const MOST = 2 ** 31;
type Pick = (stream: WordStream, max: number) => number;
const uniformPick: Pick = (stream, max) => below(stream, max + 1);

/** The numbers below `count`. */
function numbers(count: number): Int32Array {
  const result = new Int32Array(expectInteger("the number of elements", count, 0, MOST));
  for (let i = 0; i < count; i++) result[i] = i;
  return result;
}

/** Exchanges each element with one before it, from the last one to number `first`. */
function mix(stream: WordStream, pick: Pick, order: Int32Array | unknown[], first = 1): void {
  for (let i = order.length - 1; i >= first; i--) {
    const j = pick(stream, i);
    const other = order[j];
    order[j] = order[i] as never;
    order[i] = other as never;
  }
}

function randomOrder(stream: WordStream, count: number): Int32Array {
  const order = numbers(count);
  mix(stream, upTo, order);
  return order;
}

/** Shuffles the slabs along an axis of an array, or the items of a list, in place. */
export function shuffle(
  stream: WordStream,
  a: unknown,
  options: { readonly axis?: number | undefined } | undefined,
): void {
  const { axis = 0 } = expectKnown(options, ["axis"], "shuffle");
  if (Array.isArray(a)) {
    expectInteger("axis", axis, 0, 1);
    mix(stream, upTo, a);
    return;
  }
  const target = stridedOf(a as never);
  const along = expectAxis(axis, target.view.shape);
  expectOut(a, target.view.shape);
  const moved = take(target, randomOrder(stream, target.view.shape[along]!), along, undefined);
  copy(target, moved);
  moved.elements.memory.close();
}

/** The slabs along an axis in a random order, in new memory; of a number, the numbers below it. */
export function permutation(
  stream: WordStream,
  a: unknown,
  options: { readonly axis?: number | undefined } | undefined,
): NDArray<never> {
  const { axis = 0 } = expectKnown(options, ["axis"], "permutation");
  if (typeof a === "number") {
    const order = randomOrder(stream, expectInteger("a", a, 0, MOST));
    return arrayOf(asStrided(order, "a")) as never;
  }
  return withOperand(a, (source) => {
    const along = expectAxis(axis, source.view.shape);
    return arrayOf(take(source, randomOrder(stream, source.view.shape[along]!), along, undefined));
  }) as never;
}

/** Calls `use` with the elements of an array, or with a copy of those of a list, which is closed afterwards. */
function withOperand<T>(a: unknown, use: (source: Strided) => T): T {
  if (!isData(a)) return use(stridedOf(a as never));
  const source = asStrided(a, "a");
  try {
    return use(source);
  } finally {
    source.elements.memory.close();
  }
}

/** Options of `permuted`. */
export interface PermutedOptions<O extends Out = Out> {
  /** The axis; each line along it gets an order of its own. Without it, all elements change places. */
  readonly axis?: number | undefined;
  readonly out?: O;
}

/** The elements along an axis, each line in a random order of its own. */
export function permuted(stream: WordStream, a: unknown, options: PermutedOptions | undefined): unknown {
  const { axis, out } = expectKnown(options, ["axis", "out"], "permuted");
  return withOperand(a, (source) => {
    const { shape, size } = source.view;
    if (out !== undefined) {
      expectOut(out, shape);
      expectCast(source.elements.dtype, stridedOf(out).elements.dtype, "out");
    }
    if (axis === undefined) {
      const flat = take(source, randomOrder(stream, size), undefined, undefined);
      const result = { elements: flat.elements, view: cView(shape) };
      if (out === undefined) return arrayOf(result);
      copy(stridedOf(out), result);
      flat.elements.memory.close();
      return out;
    }
    const along = expectAxis(axis, shape);
    const order = arrayOf(ordersAlong(stream, shape, along)) as NDArray<"int32">;
    const ready = compactCopy(source);
    try {
      return takeAlongAxis(arrayOf(ready, true), order as never, { axis: along, out: out as never });
    } finally {
      ready.elements.memory.close();
      order.close();
    }
  });
}

/** Positions along an axis, each line in an order of its own. Lines are drawn in C order of the other axes. */
function ordersAlong(stream: WordStream, shape: readonly number[], axis: number): Strided {
  const length = shape[axis]!;
  const step = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  return writtenStrided(shape, "int32", undefined, ({ elements: { raw } }) => {
    for (let slab = 0; slab < outer && length > 0; slab++) {
      for (let inner = 0; inner < step; inner++) {
        const order = randomOrder(stream, length);
        const start = slab * length * step + inner;
        for (let i = 0; i < length; i++) raw[start + i * step] = order[i]!;
      }
    }
  });
}

/** Options of `choice`. */
export interface ChoiceOptions<S extends Shape | undefined = Shape | undefined> {
  /** The shape of the result. Without it, one is chosen. */
  readonly shape?: S;
  /** Whether one may be chosen more than once; by default it may. */
  readonly replace?: boolean | undefined;
  /** The probabilities; by default all are equal. */
  readonly p?: Parameter | undefined;
  /** Which axis of the array; by default the first. */
  readonly axis?: number | undefined;
  /** Without replacement: whether the order is random too; by default it is. */
  readonly shuffle?: boolean | undefined;
}

/** Positions, or the slabs at them, that are chosen at random. */
export function choice(stream: WordStream, a: unknown, options: ChoiceOptions | undefined): unknown {
  const own = expectKnown(options, ["shape", "replace", "p", "axis", "shuffle"], "choice");
  const { axis = 0 } = own;
  const isRepeating = own.replace === undefined || expectBoolean("replace", own.replace);
  const isShuffled = own.shuffle === undefined || expectBoolean("shuffle", own.shuffle);
  const shape = own.shape === undefined ? [] : expectShape(own.shape);
  const size = sizeOf(shape);
  const choose = (population: number): Int32Array => {
    const p = own.p === undefined ? undefined : expectProbabilities(own.p, population);
    if (population === 0 && size > 0) throw new RangeError("Expected `a` to have something to choose, got nothing");
    if (isRepeating) return p ? byWeights(stream, p, size) : repeatedly(stream, population, size);
    if (size > population) {
      const message = `Expected at most ${population} without replacement, got \`shape\` ${show(shape)}`;
      throw new ShapeError(message, { shape, expected: [population] });
    }
    return p ? distinctByWeights(stream, p, size) : distinct(stream, population, size, isShuffled);
  };
  if (typeof a === "number") {
    expectAxis(axis, [expectInteger("a", a, 0, MOST)]);
    const chosen = choose(a);
    if (own.shape === undefined) return chosen[0];
    const { elements } = asStrided(chosen, "a");
    return arrayOf({ elements, view: cView(shape) });
  }
  return withOperand(a, (source) => {
    const along = expectAxis(axis, source.view.shape);
    const taken = take(source, choose(source.view.shape[along]!), along, undefined);
    const result = arrayOf({ elements: taken.elements, view: cView(source.view.shape.toSpliced(along, 1, ...shape)) });
    if (own.shape !== undefined || source.view.shape.length > 1) return result;
    const one = result.get();
    result.close();
    return one;
  });
}

/** How far probabilities may be from 1 together: the root of the precision of float64. */
const TOLERANCE = 1.4901161193847656e-8;

function expectProbabilities(p: unknown, population: number): Float64Array {
  if (typeof p !== "object") throw new TypeError(`Expected \`p\` to be a list or an array, got ${show(p)}`);
  const given = asStrided(p, "p");
  try {
    expectCast(given.elements.dtype, "float64", "p");
    if (given.view.shape.length !== 1 || given.view.size !== population) {
      const wanted = `one probability for each of ${population}`;
      const message = `Expected \`p\` to have ${wanted}, got shape ${show(given.view.shape)}`;
      throw new ShapeError(message, { shape: given.view.shape, expected: [population] });
    }
    const copied = withCast(given, "float64", ({ elements }) => Float64Array.from(elements.raw));
    for (const one of copied) expectParameter("p", one, SHARE);
    const sum = copied.reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > TOLERANCE) {
      throw new RangeError(`Expected the probabilities \`p\` to have the sum 1, got ${sum} (divide them by it)`);
    }
    return copied;
  } finally {
    if (isData(p)) given.elements.memory.close();
  }
}

function repeatedly(stream: WordStream, population: number, size: number): Int32Array {
  const chosen = new Int32Array(size);
  for (let i = 0; i < size; i++) chosen[i] = below(stream, population);
  return chosen;
}

/** Where uniform numbers fall among the sums of the weights. */
function byWeights(stream: WordStream, weights: Float64Array, size: number): Int32Array {
  const sums = blankStrided(cView([weights.length]), "float64");
  const drawn = blankStrided(cView([size]), "float64");
  try {
    const total = sums.elements.raw;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i]!;
      total[i] = sum;
    }
    for (let i = 0; i < weights.length; i++) total[i]! /= sum;
    for (let i = 0; i < size; i++) drawn.elements.raw[i] = stream.double();
    const found = searchsorted(arrayOf(sums, true), arrayOf(drawn, true), { side: "right" });
    const chosen = Int32Array.from(found.flat);
    found.close();
    return chosen;
  } finally {
    sums.elements.memory.close();
    drawn.elements.memory.close();
  }
}

/** Draws again, without those that are chosen already, until there are enough. */
function distinctByWeights(stream: WordStream, p: Float64Array, size: number): Int32Array {
  const possible = p.filter((one) => one > 0).length;
  if (possible < size) {
    throw new RangeError(`Expected \`p\` to have at least ${size} probabilities above 0, got ${possible}`);
  }
  const weights = p.slice();
  const chosen = new Set<number>();
  while (chosen.size < size) {
    for (const one of chosen) weights[one] = 0;
    for (const one of byWeights(stream, weights, size - chosen.size)) chosen.add(one);
  }
  return Int32Array.from(chosen);
}

/** Fewer elements are always chosen by a set. */
const FEW = 10000;

function distinct(stream: WordStream, population: number, size: number, isShuffled: boolean): Int32Array {
  if (population > FEW && size > Math.floor(population / (isShuffled ? 50 : 20))) {
    const order = numbers(population);
    mix(stream, uniformPick, order, Math.max(population - size, 1));
    return order.slice(population - size);
  }
  // After R. W. Floyd: a number that is chosen already gives its place to the greatest one that could be drawn.
  const chosen = new Set<number>();
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const most = population - size + i;
    const drawn = uniformPick(stream, most);
    order[i] = chosen.has(drawn) ? most : drawn;
    chosen.add(order[i]!);
  }
  if (isShuffled) mix(stream, uniformPick, order);
  return order;
}
