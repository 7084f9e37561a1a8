// A picture under a 3 × 3 kernel, as a sum of nine shifted views; then where its edges are strongest.
import {
  abs,
  add,
  arange,
  argmax,
  countNonzero,
  divide,
  greater,
  max,
  mean,
  multiply,
  remainder,
  tidy,
  unravelIndex,
  zeros,
} from "shared-ndarray";

const size = 1000;
using picture = tidy(() =>
  divide(remainder(multiply(arange(1, size * size + 1), 2654435761), 2 ** 32), 2 ** 32).reshape([size, size]),
);
picture.slice("300:700, 400:600").assign(5); // a bright rectangle

function convolved(kernel: number[][]) {
  const result = zeros([size - 2, size - 2]);
  for (const [i, row] of kernel.entries()) {
    for (const [j, weight] of row.entries()) {
      tidy(() => add(result, multiply(weight, picture.slice([i, i + size - 2], [j, j + size - 2])), { out: result }));
    }
  }
  return result;
}

const soft = [1, 2, 1].map((x) => [1, 2, 1].map((y) => (x * y) / 16));
using blurred = convolved(soft);
using edges = convolved([
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]);
using strength = abs(edges);

console.log(`blurred: mean ${mean(blurred).toFixed(6)}, at 500, 500: ${blurred.get(500, 500).toFixed(4)}`);
const [row, column] = unravelIndex(argmax(strength), strength.shape);
console.log(`strongest edge ${max(strength).toFixed(4)} at ${row}, ${column}`);
console.log(`${countNonzero(tidy(() => greater(strength, 10)))} pixels are edges`);
