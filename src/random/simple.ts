/** `uniform` and `normal`: arrays of random numbers in one call. */
import type { DType, FloatDType } from "../base/dtype.js";
import { expectKnown, expectOneOf } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { copy } from "../ndarray/assign.js";
import { CREATION, type CreateOptions, create, expectCreation } from "../ndarray/create.js";
import type { Strided } from "../ndarray/elements.js";
import type { NDArray } from "../ndarray/ndarray.js";
import type { RankOf, Shape } from "../ndarray/notation.js";
import { blankStrided } from "../ndarray/storage.js";
import { Philox, type Seed, streamOf } from "./philox.js";
import { expectParameter, expectRange, FINITE, NOT_NEGATIVE } from "./samples.js";
import type { Filled, WordStream } from "./word-stream.js";
import { type Floats, fillNormal, fillNormalSingle } from "./ziggurat.js";

/** Options of `uniform` and `normal`, apart from those of the distribution. */
interface SeedOptions<D extends FloatDType> extends CreateOptions<D> {
  /** The numbers follow from it. Without it, they are others at each call. */
  readonly seed?: Seed | undefined;
}
/** Options of `uniform`. */
export interface UniformOptions<D extends FloatDType> extends SeedOptions<D> {
  /** By default 0. */
  readonly low?: number | undefined;
  /** By default 1. */
  readonly high?: number | undefined;
}
/** Options of `normal`. */
export interface NormalOptions<D extends FloatDType> extends SeedOptions<D> {
  /** By default 0. */
  readonly mean?: number | undefined;
  /** The standard deviation, by default 1. */
  readonly std?: number | undefined;
}

/**
 * A new array of random numbers in [low, high), by default in [0, 1). In float64, they are those of
 * `np.random.Generator(np.random.Philox(seed)).uniform(low, high, shape)`.
 *
 * @example uniform([1000, 3], { low: -1, high: 1, seed: 42 })
 * @throws {RangeError} If `high` is below `low`, or one of them is not finite.
 * @throws {TypeError} If the dtype is none of floats.
 */
export function uniform<const S extends Shape, D extends FloatDType = "float64">(
  shape: S,
  options?: UniformOptions<D>,
): NDArray<NoInfer<D>, RankOf<S>> {
  const { low = 0, high = 1, seed, ...rest } = expectKnown(options, ["low", "high", "seed", ...CREATION], "uniform");
  expectRange(expectParameter("low", low, FINITE), expectParameter("high", high, FINITE));
  const range = high - low;
  return drawnAs("uniform", shape, rest, seed, (stream, target, dtype) => {
    if (dtype === "float64") {
      stream.fill(target as unknown as Filled, { form: "float64", low, range }, 1, () => low + range * stream.double());
    } else {
      stream.fill(target as unknown as Filled, { form: "float32", low: 0, range: 1 }, 2, () => stream.single());
      // Float16 has 11 bits, and more of them would be rounded up to 1.
      if (dtype === "float16") for (let i = 0; i < target.length; i++) target[i] = Math.floor(target[i]! * 2048) / 2048;
      if (low !== 0 || range !== 1) for (let i = 0; i < target.length; i++) target[i] = low + range * target[i]!;
    }
  }) as never;
}

/**
 * A new array of normal random numbers, with mean 0 and standard deviation 1 by default. In float64, they are those of
 * `np.random.Generator(np.random.Philox(seed)).normal(mean, std, shape)`.
 *
 * @example normal(1000, { mean: 170, std: 7, seed: 42 })
 * @throws {RangeError} If `std` is negative, or one of them is not finite.
 * @throws {TypeError} If the dtype is none of floats.
 */
export function normal<const S extends Shape, D extends FloatDType = "float64">(
  shape: S,
  options?: NormalOptions<D>,
): NDArray<NoInfer<D>, RankOf<S>> {
  const { mean = 0, std = 1, seed, ...rest } = expectKnown(options, ["mean", "std", "seed", ...CREATION], "normal");
  expectParameter("mean", mean, FINITE);
  expectParameter("std", std, NOT_NEGATIVE);
  return drawnAs("normal", shape, rest, seed, (stream, target, dtype) => {
    const fill = dtype === "float64" ? fillNormal : fillNormalSingle;
    fill(stream, target, 0, target.length);
    if (mean !== 0 || std !== 1) for (let i = 0; i < target.length; i++) target[i] = mean + std * target[i]!;
  }) as never;
}

/** A new array of numbers that are drawn in float64 or float32, and rounded to float16 if that is its dtype. */
function drawnAs(
  of: string,
  shape: unknown,
  options: object,
  seed: Seed | undefined,
  write: (stream: WordStream, target: Floats, dtype: DType) => void,
): NDArray<never> {
  const [dtype, named] = expectCreation(options as CreateOptions<FloatDType>, of);
  expectOneOf("dtype", dtype, ["float64", "float32", "float16"]);
  const stream = streamOf(new Philox(seed));
  const draw = ({ elements, view }: Strided) =>
    write(stream, elements.raw.subarray(view.offset, view.offset + view.size) as never, dtype);
  return create(shape, [dtype, named], (fresh) => {
    if (dtype !== "float16") return draw(fresh);
    const wide = blankStrided(fresh.view, "float32");
    try {
      draw(wide);
      copy(fresh, wide);
    } finally {
      wide.elements.memory.close();
    }
  }) as never;
}

keepNames({ uniform, normal });
