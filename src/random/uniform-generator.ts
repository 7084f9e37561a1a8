/** `UniformGenerator`: what `Generator` draws with equal chances: numbers, integers, bytes, and orders of elements. */
import type { DType } from "../base/dtype.js";
import { expectInteger, expectNoOptions } from "../base/expect.js";
import type { AnyNDArray, ArrayOf, NDArray, Out, ReadonlyNDArray } from "../ndarray/ndarray.js";
import type { DefaultDType, Leaf, NestedList, Shape } from "../ndarray/notation.js";
import { type ChoiceOptions, choice, type PermutedOptions, permutation, permuted, shuffle } from "./arranging.js";
import { drawUniform } from "./continuous.js";
import { drawIntegers, type IntegersDType, type IntegersOptions } from "./integers.js";
import { Philox, type Seed, streamOf } from "./philox.js";
import {
  type Drawn,
  expectRange,
  FINITE,
  type FloatOptions,
  floats,
  type OptionalShape,
  type Parameter,
  parameter,
  type Sample,
  type SampleOptions,
  type SingleOrDouble,
  sample,
} from "./samples.js";
import type { Filled } from "./word-stream.js";
import type { Floats } from "./ziggurat.js";

/** Where to shuffle. */
interface Axis {
  /** By default the first. */
  readonly axis?: number | undefined;
}
type Data = ReadonlyNDArray | NestedList;
/** What is left of an array, in the same shape. */
type Same<A> =
  A extends ReadonlyNDArray<infer D, infer R>
    ? ArrayOf<D, R>
    : A extends NestedList
      ? NDArray<DefaultDType<Leaf<A>>>
      : never;

/** The base of `Generator`. */
export class UniformGenerator {
  readonly bitGenerator: Philox;

  constructor(bitGenerator?: Philox | Seed) {
    this.bitGenerator = bitGenerator instanceof Philox ? bitGenerator : new Philox(bitGenerator);
  }

  // Uniform

  /**
   * Numbers in [0, 1), of 53 bits or, in float32, of 24. After `np.random.Generator.random`.
   *
   * @example random.defaultRng(42).random([2, 3])
   * @throws {TypeError} If the dtype is another one.
   */
  random<const S extends OptionalShape = undefined, D extends SingleOrDouble = "float64", O extends Out = undefined>(
    shape?: S,
    options?: FloatOptions<D, O>,
  ): Drawn<S, D, O> {
    const stream = streamOf(this.bitGenerator);
    const write = (target: Floats, form: SingleOrDouble) => {
      const one = form === "float64" ? () => stream.double() : () => stream.single();
      stream.fill(target as unknown as Filled, { form, low: 0, range: 1 }, form === "float64" ? 1 : 2, one);
    };
    return floats("random", shape, options, write) as never;
  }

  /**
   * Integers in [low, high), or in [0, low). After `np.random.Generator.integers`.
   *
   * @example rng.integers(1, 6, { shape: 10, endpoint: true }) // ten throws of a die
   * @throws {RangeError} If there is no integer in the range, or one that the dtype cannot hold.
   * @throws {DTypeError} If the dtype is none of integers or bool.
   */
  integers<const S extends OptionalShape = undefined, D extends IntegersDType = "int32">(
    low: number | bigint,
    high?: number | bigint | undefined,
    options?: IntegersOptions<S, D>,
  ): Sample<S, number, D> {
    return drawIntegers(streamOf(this.bitGenerator), low, high, options) as never;
  }

  /** So many random bytes. After `np.random.Generator.bytes`. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  bytes(length: number, ...extra: unknown[]): Uint8Array<ArrayBuffer> {
    expectNoOptions(extra, "bytes");
    const words = new Uint32Array(Math.ceil(expectInteger("length", length, 0, 2 ** 32) / 4));
    const stream = streamOf(this.bitGenerator);
    for (let i = 0; i < words.length; i++) words[i] = stream.uint32();
    return new Uint8Array(words.buffer, 0, length);
  }

  /**
   * Numbers in [low, high), by default in [0, 1). After `np.random.Generator.uniform`.
   *
   * @throws {RangeError} If `high` is below `low`, or their difference is not finite.
   */
  uniform<L extends Parameter = number, H extends Parameter = number, const S extends OptionalShape = undefined>(
    low?: L,
    high?: H,
    options?: SampleOptions<S>,
  ): Sample<S, L | H> {
    const given = [parameter("low", low, FINITE, 0), parameter("high", high, FINITE, 1)];
    return sample("uniform", options, given, drawUniform(streamOf(this.bitGenerator)), expectRange) as never;
  }

  // Orders

  /** Puts the slabs along an axis of an array, or the items of a list, in a random order, in place. */
  shuffle(a: AnyNDArray | unknown[], options?: Axis): void {
    shuffle(streamOf(this.bitGenerator), a, options);
  }

  /** The slabs along an axis in a random order; of a number, the int32 below it. */
  permutation(n: number, options?: Axis): NDArray<"int32", 1>;
  permutation<A extends Data>(a: A, options?: Axis): Same<A>;
  permutation(a: unknown, options?: Axis): unknown {
    return permutation(streamOf(this.bitGenerator), a, options);
  }

  /** As `permutation`, but each line along the axis gets an order of its own. Without an axis, all are mixed. */
  permuted<A extends Data, O extends Out = undefined>(
    a: A,
    options?: PermutedOptions<O>,
  ): [O] extends [AnyNDArray] ? O : Same<A> {
    return permuted(streamOf(this.bitGenerator), a, options) as never;
  }

  /**
   * Slabs of an array, or numbers below `a`, chosen at random. After `np.random.Generator.choice`.
   *
   * @example rng.choice(5, { shape: 3, replace: false, p: [0.1, 0, 0.3, 0.6, 0] })
   * @throws {RangeError} If probabilities are not in [0, 1], their sum is not 1, or there is nothing to choose.
   * @throws {ShapeError} If there are not as many probabilities as things to choose, or too few things without
   * replacement.
   */
  choice<const S extends OptionalShape = undefined>(a: number, options?: ChoiceOptions<S>): Sample<S, number, "int32">;
  choice<D extends DType, const S extends OptionalShape = undefined>(
    a: ReadonlyNDArray<D>,
    options?: ChoiceOptions<S>,
  ): [S] extends [Shape] ? ArrayOf<D, number> : unknown;
  choice<const A extends NestedList, const S extends OptionalShape = undefined>(
    a: A,
    options?: ChoiceOptions<S>,
  ): [S] extends [Shape] ? NDArray<DefaultDType<Leaf<A>>> : unknown;
  choice(a: unknown, options?: ChoiceOptions): unknown {
    return choice(streamOf(this.bitGenerator), a, options);
  }
}
