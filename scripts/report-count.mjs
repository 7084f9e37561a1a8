// Prints `N passed, N failed` from vitest's JSON report as the last line of CI. Exits with 1 if a test failed or
// none ran.
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (numPendingTests > 0) console.log(`${numPendingTests} skipped, each with its reason in its name`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
if (numPassedTests === 0 || numFailedTests > 0) process.exitCode = 1;
