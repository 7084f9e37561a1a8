// Prices of a million European call options by the formula of Black and Scholes.

import type { NDArray } from "shared-ndarray";
import { add, divide, exp, linspace, log, mean, multiply, searchsorted, subtract, tidy } from "shared-ndarray";

const [strike, rate, volatility, years] = [100, 0.05, 0.2, 1];
using spot = linspace(75, 125, 1_000_001);

/** The part of a normal distribution that is below `x`, by a logistic curve. */
const normal = (x: NDArray<"float64", 1>) => divide(1, add(1, exp(multiply(-1.702, x))));

using price = tidy(() => {
  const deviation = volatility * Math.sqrt(years);
  const d1 = divide(add(log(divide(spot, strike)), (rate + volatility ** 2 / 2) * years), deviation);
  const d2 = subtract(d1, deviation);
  const discounted = strike * Math.exp(-rate * years);
  return subtract(multiply(spot, normal(d1)), multiply(discounted, normal(d2)));
});

for (const at of [80, 90, 100, 110, 120]) {
  const index = searchsorted(spot, at);
  console.log(`spot ${at}: ${price.get(index).toFixed(4)}`);
}
console.log(`mean price ${mean(price).toFixed(6)}`);
