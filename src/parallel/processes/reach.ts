/**
 * Checks that worker processes can compute a call: its arrays and the shared things in its parameters need system
 * scope.
 */
import type { Call } from "../../calls/call.js";
import { settle } from "../../wire/departures.js";
import { pack } from "../../wire/pack.js";

/** @throws {NotSendableError} If another process could not receive an array or a parameter, which the error names. */
export function assertReachable({ arrays, labels, params }: Call): void {
  const given = arrays.map((array, i): [path: string, value: unknown] => [labels[i]!, array]);
  for (const [path, value] of [...given, ["params", params] as const]) {
    settle(pack(value, path, { toProcesses: true }), "cancelled");
  }
}
