/** `showConfig`: what the package found on this machine and in this runtime. */
import { expectNoOptions } from "../base/expect.js";
import { version } from "../base/version.js";
import { hasMultiMemory, hasSimd } from "../ir/support.js";
import { availableParallelism, nameOfRuntime } from "../platform/runtime.js";

/** What `showConfig` returns. */
export interface ShownConfig {
  /** The version of the package. */
  readonly version: string;
  /** The runtime and its version, the operating system and the processor's architecture. */
  readonly runtime: string;
  /** The processors that this process may use: the size of a team by default. */
  readonly cores: number;
  /** Whether kernels use 128-bit vectors. */
  readonly simd: boolean;
  /** Whether a kernel reaches operands in several blocks at once (Node 22 and later), which makes calls faster. */
  readonly multiMemory: boolean;
}

/**
 * The version of the package, and what it found on this machine. `npx shared-ndarray doctor` checks more, and says what
 * to do about it. After `np.show_config`.
 *
 * @example console.log(showConfig())
 */
export function showConfig(): ShownConfig;
export function showConfig(...extra: unknown[]): ShownConfig {
  expectNoOptions(extra, "showConfig");
  const cores = availableParallelism();
  return { version, runtime: nameOfRuntime(), cores, simd: hasSimd, multiMemory: hasMultiMemory };
}
