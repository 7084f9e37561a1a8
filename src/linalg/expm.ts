/** `expm`: e to the power of a matrix, by a Padé approximant of a scaled matrix, which is squared again. */

import { expectNoOptions } from "../base/expect.js";
import { keepNames } from "../base/names.js";
import { matmul } from "../functions/matmul.js";
import { add, multiply, subtract } from "../functions/ufuncs.js";
import { eye } from "../ndarray/create.js";
import type { NDArray } from "../ndarray/ndarray.js";
import { tidy } from "../ndarray/tidy.js";
import { areFinite, floatArray, linAlgError, matricesOf, rawOf } from "./operands.js";
import { solve } from "./solve.js";
import type { FloatsLike, Given } from "./types.js";

/** The coefficients of the approximant of degree 13, and the norm up to which it is accurate. */
const COEFFICIENTS = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];
const LARGEST = 5.371920351148152;

type Matrix = NDArray<"float64", 2>;

/**
 * The exponentials of square matrices: the sum of a^k / k!. After `scipy.linalg.expm`.
 *
 * @example linalg.expm([[0, 1], [0, 0]]).toArray() // [[1, 1], [0, 1]]
 * @throws {LinAlgError} If elements are NaN or infinite.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {DTypeError} If the elements are complex or float16.
 */
export function expm<const A extends Given>(a: A): FloatsLike<A>;
export function expm(a: unknown, ...extra: unknown[]): unknown {
  expectNoOptions(extra, "expm");
  const { data, batch, count, rows: n, dtype } = matricesOf(a, "expm", true);
  for (let at = 0; at < count; at++) {
    const matrix = data.subarray(at * n * n, (at + 1) * n * n);
    if (!areFinite(matrix)) throw linAlgError("finite elements", "a matrix with NaN or infinities", at, batch);
    if (n === 0) continue;
    const made = tidy(() => exponential(matrix, n));
    matrix.set(rawOf(made as never));
    made.close();
  }
  return floatArray(data, [...batch, n, n], dtype);
}

function exponential(matrix: Float64Array, n: number): Matrix {
  let most = 0;
  for (let j = 0; j < n; j++) {
    let column = 0;
    for (let i = 0; i < n; i++) column += Math.abs(matrix[i * n + j]!);
    most = Math.max(most, column);
  }
  let squarings = 0;
  for (let scaled = most; scaled > LARGEST; scaled /= 2) squarings++;
  let scale = 1;
  for (let i = 0; i < squarings; i++) scale /= 2;
  const a = floatArray(
    matrix.map((value) => value * scale),
    [n, n],
    "float64",
  ) as Matrix;
  let result = approximant(a, n);
  for (let i = 0; i < squarings; i++) result = matmul(result, result) as Matrix;
  return result;
}

/** The approximant is the solution of q x = p, where p and q are the sum and the difference of two polynomials. */
function approximant(a: Matrix, n: number): Matrix {
  const identity = eye(n) as Matrix;
  const a2 = matmul(a, a) as Matrix;
  const a4 = matmul(a2, a2) as Matrix;
  const a6 = matmul(a4, a2) as Matrix;
  const times = (b: Matrix, by: number) => multiply(b, by) as Matrix;
  const total = (...terms: Matrix[]) => terms.reduce((x, y) => add(x, y) as Matrix);
  const [c, powers] = [COEFFICIENTS, [identity, a2, a4, a6]];
  /** The terms of even powers whose coefficients start at `first`. */
  const half = (first: number) => {
    const low = powers.map((power, i) => times(power, c[first + 2 * i]!));
    const high = [a2, a4, a6].slice(0, 3).map((power, i) => times(power, c[first + 8 + 2 * i] ?? 0));
    return total(...low, matmul(a6, total(...high)) as Matrix);
  };
  const [odd, even] = [matmul(a, half(1)) as Matrix, half(0)];
  return solve(subtract(even, odd) as Matrix, add(even, odd) as Matrix) as Matrix;
}

keepNames({ expm });
