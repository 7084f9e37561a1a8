/**
 * The import guard. A worker finds a function of a user's module by importing the module. If the module is the program
 * itself, the import would run the program again in every worker. So a module that starts something while it is
 * imported gets an error.
 *
 * The guard follows the asynchronous context of its import: a module is evaluated in the context of the `import()` that
 * began the evaluation, also after a top-level `await`, and so are the modules that it imports. Other tasks of the same
 * worker, and imports that end earlier or later, are not affected. If two imports share one evaluation, it runs in the
 * context of the first.
 */
import { ImportedProgramError } from "../base/errors.js";
import { newAsyncContext } from "./runtime.js";

interface Import {
  readonly url: string;
  /** False once the import has settled. A timer that the module has set may then start anything. */
  isPending: boolean;
}

const context = newAsyncContext<Import>();
let pendingCount = 0;

/**
 * Imports a user's module, which must start nothing until the import settles.
 *
 * @throws {ImportedProgramError} If the module starts something and does not catch the error.
 */
export async function importModule(url: string): Promise<void> {
  const mine: Import = { url, isPending: true };
  pendingCount++;
  try {
    await context.run(mine, () => import(url));
  } finally {
    mine.isPending = false;
    // On Node 20 and 22 a context that is in use makes every `await` of the thread four times slower (0.2 → 0.9 µs).
    if (--pendingCount === 0) context.disable();
  }
}

/**
 * @param act what the caller is about to start, for the message
 * @throws {ImportedProgramError} If the caller runs as part of a module that a worker is importing.
 */
export function assertNotImporting(act: string): void {
  const found = pendingCount > 0 ? context.getStore() : undefined;
  if (!found?.isPending) return;
  const { url } = found;
  throw new ImportedProgramError(
    `Expected the module of a kernel or task to start nothing while a worker imports it, got ${act} in ${url}. ` +
      "Put kernels and tasks in their own module, or the program in `if (!isWorker) { … }`",
    { url },
  );
}
