/** Names of functions and classes that the bundler would change: `load` to `load3`, `NDArray` to `_NDArray`. */

/** Gives each function or class the name of its key. */
export function keepNames(named: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(named)) Object.defineProperty(value, "name", { value: name });
}
