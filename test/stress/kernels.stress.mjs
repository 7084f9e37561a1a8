/** Compiled functions against JavaScript over many random functions; elementary functions against 45 digits at many points. */
import { checkCompiled } from "../compile/check-compiled.mjs";
import { greatestErrors } from "../math/check-accuracy.mjs";

const isShort = process.env.STRESS === "short";

let pairs = 0;
for (let seed = 1; seed <= (isShort ? 1 : 40); seed++) {
  const made = checkCompiled(seed, 1500, 64);
  pairs += made.pairs;
  if (made.differences.length > 0) throw new Error(made.differences.slice(0, 5).join("\n"));
}
console.log(`${pairs} pairs of a random compiled function and an element: the bytes of JavaScript in each`);

const errors = greatestErrors(isShort ? 200 : 5000, 1);
console.log(
  Object.entries(errors)
    .map(([name, error]) => `${name} ${error.toFixed(2)}`)
    .join(", "),
);
for (const [name, error] of Object.entries(errors)) if (!(error <= 2)) throw new Error(`${name} is ${error} ulp off`);
