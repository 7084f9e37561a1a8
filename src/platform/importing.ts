/** Importing a user's module for a function in it, which must not start the program once more. */
import { ImportedProgramError } from "../base/errors.js";

let importing: string | undefined;

/** Imports a module of the user's. Whatever it starts meanwhile is an error: it would run the program again in every worker. */
export async function importModule(url: string): Promise<void> {
  importing = url;
  try {
    await import(url);
  } finally {
    importing = undefined;
  }
}

/** @throws {ImportedProgramError} while a worker imports a module for a function in it */
export function assertNotImporting(act: string): void {
  if (importing === undefined) return;
  throw new ImportedProgramError(
    `Expected the module of a kernel or task to start nothing while a worker imports it, got ${act} in ${importing}. ` +
      "Put kernels and tasks in their own module, or the program in `if (!isWorker) { … }`",
    { url: importing },
  );
}
