/**
 * The runtime that the package runs on: the one file that chooses it. All others import from here what a runtime gives.
 */
import type { Runtime } from "./interface.js";
import * as runtime from "./node.js";

export type { Isolation, ResourceLimits } from "./interface.js";
export * from "./node.js";

// It must give all of `Runtime`, and nothing else: a name that only one runtime has would tie the package to it.
runtime satisfies Runtime & Record<Exclude<keyof typeof runtime, keyof Runtime>, never>;
