// Logistic regression by gradient descent: which side of a plane is a point on?
import {
  add,
  arange,
  divide,
  equal,
  exp,
  greater,
  matmul,
  mean,
  multiply,
  negative,
  remainder,
  setPrintOptions,
  subtract,
  tidy,
  zeros,
} from "shared-ndarray";

const [rows, columns, steps, speed] = [20_000, 64, 50, 2];

using features = tidy(() => {
  const hashed = remainder(multiply(arange(1, rows * columns + 1), 2654435761), 2 ** 32);
  return subtract(divide(hashed, 2 ** 32), 0.5).reshape([rows, columns]);
});
using truth = tidy(() => subtract(remainder(multiply(arange(columns), 7), 5), 2));
using labels = tidy(() => greater(matmul(features, truth), 0).astype("float64"));

const probabilities = () => divide(1, add(1, exp(negative(matmul(features, weights)))));
using weights = zeros(columns);
for (let step = 0; step < steps; step++) {
  tidy(() => {
    const gradient = divide(matmul(features.T, subtract(probabilities(), labels)), rows);
    subtract(weights, multiply(speed, gradient), { out: weights });
  });
}

const right = tidy(() => mean(equal(greater(probabilities(), 0.5), labels)));
setPrintOptions({ precision: 4, floatmode: "fixed" });
console.log("first weights", weights.slice([0, 5]));
console.log(`${(100 * right).toFixed(2)} % are right`);
