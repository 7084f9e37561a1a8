// The mean, the maximum and the spread of each window of 16 numbers, which are views: nothing is copied.
import {
  add,
  arange,
  argmax,
  cos,
  divide,
  max,
  mean,
  min,
  multiply,
  remainder,
  slidingWindowView,
  subtract,
  tidy,
} from "shared-ndarray";

const [count, width] = [1_000_000, 16];

using signal = tidy(() => {
  const noise = divide(remainder(multiply(arange(1, count + 1), 2654435761), 2 ** 32), 2 ** 32);
  return add(multiply(10, cos(multiply(arange(count), 1e-5))), noise);
});

const windows = slidingWindowView(signal, width); // (count - width + 1, width)
using smooth = mean(windows, { axis: -1 });
using highest = max(windows, { axis: -1 });
using spread = tidy(() => subtract(highest, min(windows, { axis: -1 })));

console.log("windows", windows.shape.join(" × "));
for (let start = 0; start < count; start += 250_000) {
  const [average, top] = [smooth.get(start), highest.get(start)];
  console.log(`from ${start}: mean ${average.toFixed(4)}, maximum ${top.toFixed(4)}`);
}
console.log(`widest window: from ${argmax(spread)}, ${max(spread).toFixed(6)}`);
