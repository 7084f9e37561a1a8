// The heat equation on a plate of 1000 × 1000 float32 points with one hot edge; each step writes into the same plate.
import { add, multiply, setPrintOptions, subtract, sum, tidy, zeros } from "shared-ndarray";

const [size, steps, flow] = [1000, 100, 0.2];
using plate = zeros([size, size], { dtype: "float32" });
plate.slice(0).fill(100);

const inner = plate.slice("1:-1, 1:-1"); // views show the plate as it is
const [above, below] = [plate.slice(":-2, 1:-1"), plate.slice("2:, 1:-1")];
const [left, right] = [plate.slice("1:-1, :-2"), plate.slice("1:-1, 2:")];

for (let step = 0; step < steps; step++) {
  tidy(() => {
    const around = add(add(above, below), add(left, right));
    add(inner, multiply(flow, subtract(around, multiply(4, inner))), { out: inner });
  });
}
setPrintOptions({ precision: 3, floatmode: "fixed" });
console.log("down the middle", plate.slice("0:24:4, 500"));
console.log(`all heat ${sum(plate, { dtype: "float64" }).toFixed(0)}`);
