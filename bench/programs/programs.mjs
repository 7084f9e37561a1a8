// Programs as users port them from NumPy, with the functions that NumPy's version calls. `numpy_side.py` has the same
// programs under the same names. Each returns a number that both sides must agree on.
import * as nd from "../../dist/index.js";

const { add, argmin, argsort, clip, countNonzero, cumulativeProd, divide, equal, exp, greater, less } = nd;
const { lessEqual, log, logicalAnd, matmul, max, maximum, mean, min, multiply, negative, pow, searchsorted } = nd;
const { slidingWindowView, sqrt, square, std, subtract, sum, where, zeros } = nd;

/** Numbers from 0 to 1 that look random, and are the same in Python. */
function scattered(...shape) {
  const all = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => {
    return (Math.imul(k + 1, 2654435761) >>> 0) / 2 ** 32;
  });
  return nd.array(all).reshape(shape);
}

const points = scattered(100_000, 8);
const table = scattered(20_000, 64);
const targets = scattered(20_000);
const line = scattered(1_000_000);
const pairs = scattered(2, 1_000_000);
const picture = scattered(1000, 1000);
const kernel = scattered(3, 3);
const bodies = scattered(500, 3);
const masses = scattered(500);
const plate = picture.astype("float32");
const photo = multiply(scattered(512, 512, 3), 255).astype("uint8");
const edges = nd.linspace(0, 1, 101);
const [cosines, sines] = [Math.cos, Math.sin].map((turn) =>
  nd.array(Float64Array.from({ length: 512 * 512 }, (_, k) => turn(((k >> 9) * (k & 511) * Math.PI) / 256))),
);
const frames = scattered(200, 512);

export const programs = {
  "k-means, 3 rounds, 100,000 points, 16 centres": () => {
    const centres = points.slice([0, 16]).copy();
    for (let round = 0; round < 3; round++) {
      const distances = sum(square(subtract(points.expandDims(1), centres.expandDims(0))), { axis: -1 });
      const nearest = argmin(distances, { axis: 1 });
      for (let k = 0; k < 16; k++) {
        centres.slice(k).assign(mean(points.compress(equal(nearest, k), { axis: 0 }), { axis: 0 }));
      }
    }
    return sum(centres);
  },
  "covariance for PCA, 20,000 × 64": () => {
    const centred = subtract(table, mean(table, { axis: 0 }));
    return sum(divide(matmul(centred.T, centred), table.shape[0] - 1));
  },
  "normal equations, 20,000 × 64": () => sum(matmul(table.T, table)) + sum(matmul(table.T, targets)),
  "logistic regression, 10 steps, 20,000 × 64": () => {
    let weights = zeros(64);
    for (let step = 0; step < 10; step++) {
      const predicted = divide(1, add(1, exp(negative(matmul(table, weights)))));
      const gradient = matmul(table.T, subtract(predicted, targets));
      weights = subtract(weights, multiply(0.1 / 20_000, gradient));
    }
    return sum(weights);
  },
  "Black-Scholes, 1,000,000 options": () => {
    const [strike, rate, volatility] = [100, 0.05, 0.2];
    const spot = add(multiply(line, 50), 75);
    const d1 = divide(add(log(divide(spot, strike)), rate + volatility ** 2 / 2), volatility);
    const d2 = subtract(d1, volatility);
    const normal = (x) => divide(1, add(1, exp(multiply(-1.702, x))));
    return sum(subtract(multiply(spot, normal(d1)), multiply(strike * Math.exp(-rate), normal(d2))));
  },
  "Monte Carlo for pi, 1,000,000 points": () => 4 * mean(lessEqual(sum(multiply(pairs, pairs), { axis: 0 }), 1)),
  "rolling mean and maximum, 1,000,000, window 16": () => {
    const windows = slidingWindowView(line, 16);
    return sum(mean(windows, { axis: -1 })) + sum(max(windows, { axis: -1 }));
  },
  "histogram, 1,000,000 numbers, 100 bins": () => {
    const counts = subtract(searchsorted(edges, line, { side: "right" }), 1);
    let largest = 0;
    for (let bin = 0; bin < 100; bin++) largest = Math.max(largest, countNonzero(equal(counts, bin)));
    return largest;
  },
  "convolution by shifts, 1000 × 1000, 3 × 3": () => {
    const result = zeros([998, 998]);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        add(result, multiply(kernel.get(i, j), picture.slice([i, i + 998], [j, j + 998])), { out: result });
      }
    }
    return sum(result);
  },
  "N-body forces, 500 bodies": () => {
    const apart = subtract(bodies.expandDims(0), bodies.expandDims(1));
    const inverse = pow(add(sum(square(apart), { axis: -1 }), 1e-3), -1.5);
    return sum(square(sum(multiply(apart, multiply(masses.expandDims(0), inverse).expandDims(2)), { axis: 1 })));
  },
  "life, 5 steps, 1000 × 1000": () => {
    let cells = greater(picture, 0.5).astype("uint8");
    for (let step = 0; step < 5; step++) {
      const next = zeros([1000, 1000], { dtype: "uint8" });
      let count = zeros([998, 998], { dtype: "uint8" });
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          if (i !== 1 || j !== 1) count = add(count, cells.slice([i, i + 998], [j, j + 998]));
        }
      }
      const inner = cells.slice([1, 999], [1, 999]);
      next.slice([1, 999], [1, 999]).assign(nd.logicalOr(equal(count, 3), logicalAnd(equal(count, 2), inner)));
      cells = next;
    }
    return sum(cells);
  },
  "power spectrum by matrix products, 200 × 512": () => {
    const [real, imaginary] = [cosines, sines].map((turns) => matmul(frames, turns.reshape([512, 512])));
    return sum(sqrt(add(square(real), square(imaginary))));
  },
  "standardised columns, 20,000 × 64": () => {
    return sum(square(divide(subtract(table, mean(table, { axis: 0 })), std(table, { axis: 0 }))));
  },
  "softmax of rows, 20,000 × 64": () => {
    const powers = exp(subtract(table, max(table, { axis: 1, keepdims: true })));
    return max(divide(powers, sum(powers, { axis: 1, keepdims: true })));
  },
  "sorting by index, 1,000,000": () => {
    const sorted = line.take(argsort(line));
    return sorted.get(1000) + sum(searchsorted(sorted, line.slice([0, 1000])));
  },
  "masks, 1,000,000": () => {
    const chosen = logicalAnd(greater(line, 0.25), less(line, 0.75));
    return sum(line.compress(chosen)) + sum(where(chosen, line, 0)) + countNonzero(chosen);
  },
  "heat equation, float32, 10 steps, 1000 × 1000": () => {
    const heat = plate.copy();
    const inner = heat.slice([1, -1], [1, -1]);
    for (let step = 0; step < 10; step++) {
      const above = add(heat.slice([2, null], [1, -1]), heat.slice([0, -2], [1, -1]));
      const around = add(add(above, heat.slice([1, -1], [2, null])), heat.slice([1, -1], [0, -2]));
      add(inner, multiply(0.1, subtract(around, multiply(4, inner))), { out: inner });
    }
    return sum(heat);
  },
  "distances of 1000 points": () => {
    const some = table.slice([0, 1000]);
    const products = matmul(some, some.T);
    const own = products.diagonal();
    const squares = subtract(add(own.expandDims(1), own.expandDims(0)), multiply(2, products));
    return sum(sqrt(maximum(squares, 1)));
  },
  "grey values of a photo, 512 × 512": () => {
    const [red, green, blue] = [0, 1, 2].map((channel) => photo.slice("...", channel));
    return sum(add(add(multiply(red, 0.299), multiply(green, 0.587)), multiply(blue, 0.114)).astype("uint8"));
  },
  "drawdown of prices, 1,000,000": () => {
    const prices = cumulativeProd(add(1, subtract(multiply(line, 0.002), 0.001)));
    return min(divide(prices, max(prices))) + sum(clip(prices, 0.5, 2));
  },
  "1000 steps with arrays of 32 elements": () => {
    let state = line.slice([0, 32]);
    for (let step = 0; step < 1000; step++) {
      state = add(multiply(state, 0.99), 0.01);
      state = subtract(state, 0.001 * mean(state));
    }
    return sum(state);
  },
};
