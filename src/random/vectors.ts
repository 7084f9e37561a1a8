/** Distributions of vectors: multinomial, Dirichlet and multivariate normal, as NumPy draws them. */

import { expectCast } from "../base/casting.js";
import { ShapeError } from "../base/errors.js";
import { expectInteger, expectKnown, expectOneOf, show } from "../base/expect.js";
import { asStrided, isData } from "../ndarray/asarray.js";
import type { Strided } from "../ndarray/elements.js";
import { arrayOf } from "../ndarray/ndarray.js";
import type { Shape } from "../ndarray/notation.js";
import { expectShape } from "../ndarray/shape.js";
import { withCast, writtenStrided } from "../ndarray/storage.js";
import { oneBinomial } from "./discrete.js";
import { beta, standardGamma } from "./gamma.js";
import {
  type Condition,
  type CountDType,
  type CountOptions,
  countsOf,
  expectParameter,
  NOT_NEGATIVE,
  SHARE,
} from "./samples.js";
import type { WordStream } from "./word-stream.js";
import { fillNormal } from "./ziggurat.js";

/** The numbers of a vector or matrix. */
function numbersOf(
  name: string,
  value: unknown,
  rank: number,
  must: Condition,
): { shape: readonly number[]; numbers: Float64Array } {
  const given = asStrided(value, name);
  try {
    const { shape } = given.view;
    if (shape.length !== rank || shape.includes(0)) {
      const form = rank === 1 ? "a vector of at least one number" : "a square matrix";
      throw new ShapeError(`Expected \`${name}\` to be ${form}, got shape ${show(shape)}`, { shape, expected: [-1] });
    }
    expectCast(given.elements.dtype, "float64", name);
    const numbers = withCast(given, "float64", ({ elements }) => Float64Array.from(elements.raw));
    for (const one of numbers) expectParameter(name, one, must);
    return { shape, numbers };
  } finally {
    if (isData(value)) given.elements.memory.close();
  }
}

/** Vectors of so many numbers, in the last axis. */
function vectors(shape: Shape | undefined, length: number, draw: (target: Float64Array, at: number) => void): Strided {
  const outer = shape === undefined ? [] : expectShape(shape);
  return writtenStrided(expectShape([...outer, length]), "float64", undefined, ({ elements, view }) => {
    const target = elements.raw as unknown as Float64Array;
    for (let at = 0; at < view.size; at += length) draw(target, at);
  });
}

/** What the probabilities may exceed 1 by, together. */
const ROOM = 1e-12;

export function multinomial(
  stream: WordStream,
  n: unknown,
  pvals: unknown,
  options: CountOptions<Shape | undefined, CountDType> | undefined,
): unknown {
  const { shape, dtype = "int32" } = expectKnown(options, ["shape", "dtype"], "multinomial");
  expectOneOf("dtype", dtype, ["int32", "int64", "float64"]);
  const count = expectInteger("n", n, 0, Number.MAX_SAFE_INTEGER);
  const { numbers } = numbersOf("pvals", pvals, 1, SHARE);
  const last = numbers.length - 1;
  const sum = numbers.subarray(0, last).reduce((a, b) => a + b, 0);
  if (sum > 1 + ROOM)
    throw new RangeError(`Expected the sum of \`pvals\` without the last to be at most 1, got ${sum}`);
  const made = vectors(shape, numbers.length, (target, at) => {
    let left = count;
    let rest = 1;
    target.fill(0, at, at + numbers.length);
    for (let i = 0; i < last && left > 0; i++) {
      target[at + i] = oneBinomial(stream, left, numbers[i]! / rest);
      left -= target[at + i]!;
      rest -= numbers[i]!;
    }
    target[at + last]! = left;
  });
  return arrayOf(dtype === "float64" ? made : countsOf(made, dtype, "multinomial"));
}

/** If all parameters are below this, gamma numbers could all be 0. */
const SMALL = 0.1;

export function dirichlet(
  stream: WordStream,
  alpha: unknown,
  options: { readonly shape?: Shape | undefined } | undefined,
): unknown {
  const { shape } = expectKnown(options, ["shape"], "dirichlet");
  const { numbers } = numbersOf("alpha", alpha, 1, NOT_NEGATIVE);
  const draw = numbers.every((one) => one < SMALL) ? byBreaking(stream, numbers) : byGammas(stream, numbers);
  return arrayOf(vectors(shape, numbers.length, draw));
}

const byGammas =
  (stream: WordStream, alpha: Float64Array) =>
  (target: Float64Array, at: number): void => {
    let sum = 0;
    for (const [i, one] of alpha.entries()) {
      target[at + i] = standardGamma(stream, one);
      sum += target[at + i]!;
    }
    const inverse = 1 / sum;
    for (let i = 0; i < alpha.length; i++) target[at + i]! *= inverse;
  };

/** Breaks parts off a stick, each as a beta number says. */
function byBreaking(stream: WordStream, alpha: Float64Array): (target: Float64Array, at: number) => void {
  const sums = alpha.slice();
  for (let i = alpha.length - 2; i >= 0; i--) sums[i]! += sums[i + 1]!;
  return (target, at) => {
    const last = alpha.length - 1;
    target.fill(0, at, at + alpha.length);
    if (!(sums[0]! > 0)) return;
    let left = 1;
    for (let i = 0; i < last; i++) {
      const part = beta(stream, alpha[i]!, sums[i + 1]!);
      target[at + i] = left * part;
      left *= 1 - part;
      if (sums[i + 1] === 0) break;
    }
    target[at + last] = left;
  };
}

const NUMBER: Condition = ["a number", (x) => !Number.isNaN(x)];

export function multivariateNormal(
  stream: WordStream,
  mean: unknown,
  cov: unknown,
  options: { readonly shape?: Shape | undefined } | undefined,
): unknown {
  const { shape } = expectKnown(options, ["shape"], "multivariateNormal");
  const { numbers: center } = numbersOf("mean", mean, 1, NUMBER);
  const n = center.length;
  const { shape: found, numbers: matrix } = numbersOf("cov", cov, 2, NUMBER);
  if (found[0] !== n || found[1] !== n) {
    const message = `Expected \`cov\` to be of shape [${n}, ${n}], as \`mean\` is long, got ${show(found)}`;
    throw new ShapeError(message, { shape: found, expected: [n, n] });
  }
  const factor = choleskyFactor(matrix, n);
  const drawn = new Float64Array(n);
  return arrayOf(
    vectors(shape, n, (target, at) => {
      fillNormal(stream, drawn, 0, n);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += factor[i * n + j]! * drawn[j]!;
        target[at + i] = center[i]! + sum;
      }
    }),
  );
}

/**
 * The lower triangle L with L·Lᵀ = the matrix, of which the lower triangle is read.
 *
 * @throws {RangeError} If the matrix is not positive definite.
 */
function choleskyFactor(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * n + k]! * factor[j * n + k]!;
      if (i === j && !(rest > 0))
        throw new RangeError(`Expected \`cov\` to be positive definite, got ${rest} at pivot ${i}`);
      factor[i * n + j] = i === j ? Math.sqrt(rest) : rest / factor[j * n + j]!;
    }
  }
  return factor;
}
