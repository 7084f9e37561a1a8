// k-means: 100,000 points of 8 coordinates in 16 groups, whose centres move to the mean of their points.
import {
  arange,
  argmin,
  countNonzero,
  divide,
  equal,
  mean,
  multiply,
  remainder,
  setPrintOptions,
  square,
  subtract,
  sum,
  tidy,
} from "shared-ndarray";

const [points, groups, rounds] = [100_000, 16, 3];

/** Numbers from 0 to 1 that look random, and are the same in Python. */
const scattered = (count: number) =>
  tidy(() => divide(remainder(multiply(arange(1, count + 1), 2654435761), 2 ** 32), 2 ** 32));

using data = scattered(points * 8).reshape([points, 8]);
using centres = data.slice([0, groups]).copy();

/** The number of the centre that is nearest to each point. */
const nearest = () =>
  tidy(() => {
    const apart = subtract(data.expandDims(1), centres.expandDims(0)); // (points, groups, 8)
    return argmin(sum(square(apart), { axis: -1 }), { axis: 1 });
  });

for (let turn = 0; turn < rounds; turn++) {
  tidy(() => {
    const group = nearest();
    for (let k = 0; k < groups; k++) {
      centres.slice(k).assign(mean(data.slice(equal(group, k)), { axis: 0 }));
    }
  });
}
using group = nearest();
setPrintOptions({ precision: 3, floatmode: "fixed" });
console.log("first centre", centres.slice(0));
for (let k = 0; k < groups; k += 5) {
  console.log(`group ${k} has ${countNonzero(equal(group, k))} points`);
}
