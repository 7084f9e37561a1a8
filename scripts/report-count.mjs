// Prints `N passed, N failed` from vitest's JSON report, as the last line of CI. Fails if nothing ran.
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(process.argv[2], "utf8"));
console.log(
  `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests ? `, ${numPendingTests} skipped` : ""}`,
);
if (numPassedTests === 0 || numFailedTests > 0) process.exitCode = 1;
