// The Mandelbrot set on a grid of 400 × 600 points, all at once; there are no complex numbers yet, so they are pairs.
import { add, lessEqual, linspace, multiply, square, subtract, sum, tidy, where, zeros } from "shared-ndarray";

const [height, width, limit] = [400, 600, 100];
using re = linspace(-2, 1, width);
using im = linspace(-1, 1, height).reshape([height, 1]);
using x = zeros([height, width]);
using y = zeros([height, width]);
using steps = zeros([height, width], { dtype: "int32" });

for (let step = 0; step < limit; step++) {
  tidy(() => {
    const [xx, yy] = [square(x), square(y)];
    const inside = lessEqual(add(xx, yy), 4);
    add(steps, inside, { out: steps });
    const next = add(multiply(2, multiply(x, y)), im);
    x.assign(where(inside, add(subtract(xx, yy), re), x));
    y.assign(where(inside, next, y));
  });
}
for (let row = 0; row < height; row += 25) {
  const line = steps.slice(row, [0, width, 12]).toArray();
  console.log(line.map((count) => (count === limit ? "#" : count > 8 ? "+" : ".")).join(""));
}
console.log(`${sum(steps)} steps`);
