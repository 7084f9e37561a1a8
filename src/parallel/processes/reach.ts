/** Which calls workers that are processes can compute: their arrays and parameters must be of system scope. */
import type { Call } from "../../calls/call.js";
import { settle } from "../../wire/departures.js";
import { pack } from "../../wire/pack.js";

/** @throws {NotSendableError} Naming what another process could not receive. */
export function assertReachable({ arrays, labels, params }: Call): void {
  const given = arrays.map((array, i): [path: string, value: unknown] => [labels[i]!, array]);
  for (const [path, value] of [...given, ["params", params] as const]) {
    settle(pack(value, path, { toProcesses: true }), "cancelled");
  }
}
