/** `ls`, `rm`, `prune`: lists the blocks of system scope, and removes them. */
import { type BlockInfo, SharedMemory } from "../index.js";
import { expectAddress, nameNotFound } from "../memory/names/place.js";
import { parseNpyHeader } from "../ndarray/npy.js";
import { closeSync, openSync, readSync, statSync } from "../platform/runtime.js";
import { fileAt, unlinkBlock } from "../system/files.js";
import { listDirectory, ownAt, pathOf, RESERVED } from "../system/own-files.js";
import { type JsonOption, SYSTEM } from "./options.js";
import { byteText, printJson, printTable, shapeText } from "./output.js";

/** A row of `ls`. The owner of a block that another program made is not known. */
interface Row extends Pick<BlockInfo, "name" | "size" | "dtype" | "shape" | "createdAt"> {
  readonly pid: number | undefined;
  readonly ownerAlive: boolean | undefined;
}

/** Prints the blocks, sorted by name. */
export function list({ json, all }: JsonOption & { readonly all?: boolean }): void {
  const owned = SharedMemory.list(SYSTEM);
  const rows: Row[] = all ? [...owned, ...ofOthers(owned)] : [...owned];
  rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (json) printJson(rows.map((row) => ({ ...row, path: pathOf(row.name) })));
  else if (rows.length === 0) console.log("no blocks of system scope");
  else print(rows);
}

function print(rows: readonly Row[]): void {
  const cells = rows.map(({ name, size, dtype, shape, pid, ownerAlive, createdAt }) => [
    name,
    byteText(size),
    dtype ?? "-",
    shapeText(shape),
    pid === undefined ? "-" : String(pid),
    ownerAlive === undefined ? "-" : ownerAlive ? "yes" : "no",
    createdAt.toISOString().slice(0, 19).replace("T", " "),
  ]);
  printTable(["NAME", "SIZE", "DTYPE", "SHAPE", "OWNER", "ALIVE", "CREATED (UTC)"], cells, ["SIZE", "OWNER"]);
  const dead = rows.filter(({ ownerAlive }) => ownerAlive === false).length;
  if (dead > 0) console.log(`\n${dead} with a dead owner: \`shared-ndarray prune\` removes them`);
}

/** This user's other files in the same directory, which NumPy or Python made. */
function ofOthers(owned: readonly BlockInfo[]): Row[] {
  const known = new Set(owned.map(({ name }) => name));
  const names = listDirectory().filter(
    (name) => !known.has(name) && !name.startsWith(RESERVED) && ownAt(name) !== undefined,
  );
  return names.flatMap((name) => {
    const stat = statSync(pathOf(name), { throwIfNoEntry: false });
    if (!stat) return []; // it was removed a moment ago
    const { size, birthtime } = stat;
    return { name, size, ...headerOf(name, size), pid: undefined, ownerAlive: undefined, createdAt: birthtime };
  });
}

/** The dtype and the shape, if the block has a .npy header. */
function headerOf(name: string, size: number): Pick<Row, "dtype" | "shape"> {
  try {
    const head = new Uint8Array(Math.min(size, 4096));
    const fd = openSync(pathOf(name), "r");
    try {
      readSync(fd, head);
    } finally {
      closeSync(fd);
    }
    const { dtype, shape } = parseNpyHeader(head, size, name);
    return { dtype, shape: [...shape] };
  } catch {
    return { dtype: undefined, shape: undefined }; // it is no array, or cannot be read
  }
}

/** Frees names, even those that other processes own. Tries all of them; the exit code is 1 if one fails. */
export function remove(names: readonly string[], { json }: JsonOption): void {
  const outcomes = names.map((name) => {
    try {
      removeOne(name);
      return { name, removed: true };
    } catch (e) {
      return { name, removed: false, error: (e as Error).message };
    }
  });
  if (json) printJson(outcomes);
  for (const { name, removed, error } of outcomes) {
    if (!json && removed) console.log(`removed ${name}`);
    if (!json && !removed) process.stderr.write(`shared-ndarray: ${error}\n`);
    if (!removed) process.exitCode = 1;
  }
}

/**
 * Frees a name without attaching to the block, so that blocks which are empty or too large to map can be removed too.
 */
function removeOne(name: string): void {
  expectAddress(name, SYSTEM);
  const file = fileAt(name);
  if (!file) throw nameNotFound(name, "system");
  if (ownAt(name) === undefined)
    throw new TypeError(`Expected ${name} to be a regular file of this user, with one name`);
  if (!unlinkBlock(name, file)) throw nameNotFound(name, "system");
}

/** The blocks of owners that have died. */
export const leftovers = (): BlockInfo[] => SharedMemory.list(SYSTEM).filter(({ ownerAlive }) => !ownerAlive);

/** Removes the blocks of owners that have died. */
export function prune({ json, dryRun }: JsonOption & { readonly dryRun?: boolean }): void {
  const blocks = dryRun ? leftovers() : SharedMemory.prune();
  if (json) {
    printJson(blocks);
    return;
  }
  const act = dryRun ? "would remove" : "removed";
  for (const { name, size, pid } of blocks) console.log(`${act} ${name} (${byteText(size)}) of process ${pid}`);
  const bytes = blocks.reduce((sum, { size }) => sum + size, 0);
  console.log(blocks.length === 0 ? "nothing to prune" : `${blocks.length} blocks, ${byteText(bytes)}`);
}
