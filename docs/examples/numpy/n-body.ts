// Gravity of 500 bodies on each other, by steps of leapfrog.
import {
  add,
  arange,
  divide,
  mean,
  multiply,
  pow,
  remainder,
  setPrintOptions,
  sqrt,
  square,
  subtract,
  sum,
  tidy,
  zeros,
} from "shared-ndarray";

const [bodies, steps, dt, softening] = [500, 20, 1e-3, 1e-3];

/** Numbers from 0 to 1 that look random, and are the same in Python. */
const scattered = (count: number) =>
  tidy(() => divide(remainder(multiply(arange(1, count + 1), 2654435761), 2 ** 32), 2 ** 32));

using place = scattered(bodies * 3).reshape([bodies, 3]);
using speed = zeros([bodies, 3]);
using mass = tidy(() => divide(scattered(bodies), bodies));

/** What all others do to each body: (bodies, 3). */
const acceleration = () =>
  tidy(() => {
    const apart = subtract(place.expandDims(0), place.expandDims(1)); // (bodies, bodies, 3)
    const pull = multiply(mass, pow(add(sum(square(apart), { axis: -1 }), softening), -1.5));
    return sum(multiply(apart, pull.expandDims(2)), { axis: 1 });
  });
const kinetic = () => tidy(() => 0.5 * sum(multiply(mass, sum(square(speed), { axis: 1 }))));

for (let step = 0; step < steps; step++) {
  tidy(() => {
    add(speed, multiply(dt / 2, acceleration()), { out: speed });
    add(place, multiply(dt, speed), { out: place });
    add(speed, multiply(dt / 2, acceleration()), { out: speed });
  });
}
console.log(`kinetic energy ${kinetic().toFixed(10)}`);
using centre = mean(place, { axis: 0 });
setPrintOptions({ precision: 6, floatmode: "fixed" });
console.log("centre", centre);
console.log(`fastest ${tidy(() => sqrt(sum(square(speed), { axis: 1 })).max()).toFixed(8)}`);
