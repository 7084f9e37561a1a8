// The first principal component of a table: the covariance of its columns, then power iteration.
import {
  add,
  arange,
  divide,
  dot,
  matmul,
  mean,
  multiply,
  norm,
  ones,
  remainder,
  setPrintOptions,
  subtract,
  tidy,
} from "shared-ndarray";

const [rows, columns] = [20_000, 8];

/** Numbers from 0 to 1 that look random, and are the same in Python. */
const scattered = (count: number) =>
  tidy(() => divide(remainder(multiply(arange(1, count + 1), 2654435761), 2 ** 32), 2 ** 32));

// Columns that follow a hidden one, each by another weight, with noise.
using table = tidy(() => {
  const hidden = scattered(rows).reshape([rows, 1]);
  const noise = scattered(rows * columns).reshape([rows, columns]);
  return add(multiply(hidden, arange(1, columns + 1)), noise);
});

using covariance = tidy(() => {
  const centred = subtract(table, mean(table, { axis: 0 }));
  return divide(matmul(centred.T, centred), rows - 1);
});

// The product of the covariance with the direction, at length 1, turns to the largest eigenvector.
using direction = ones(columns);
for (let step = 0; step < 20; step++) {
  tidy(() => {
    const turned = matmul(covariance, direction);
    divide(turned, norm(turned), { out: direction });
  });
}
using turned = matmul(covariance, direction);
const variance = dot(direction, turned);
setPrintOptions({ precision: 4, floatmode: "fixed", linewidth: 100 });
console.log("component", direction);
console.log(`variance ${variance.toFixed(4)}, ${((100 * variance) / covariance.diagonal().sum()).toFixed(2)} % of all`);
