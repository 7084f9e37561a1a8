/** `ls`, `rm`, `prune`: which blocks of system scope there are, and what to do with them. */
import { type BlockInfo, SharedMemory } from "../index.js";
import { expectAddress, nameNotFound } from "../memory/names/place.js";
import { parseNpyHeader } from "../ndarray/npy.js";
import { closeSync, openSync, readSync, statSync } from "../platform/runtime.js";
import { idAt, isOwn, listDirectory, pathOf, RESERVED, unlinkBlock } from "../system/files.js";
import { type JsonOption, SYSTEM } from "./options.js";
import { byteText, printJson, printTable, shapeText } from "./output.js";

/** A block as `ls` tells it: of those that other programs made nobody knows the owner. */
interface Row extends Pick<BlockInfo, "name" | "size" | "dtype" | "shape" | "createdAt"> {
  readonly pid: number | undefined;
  readonly ownerAlive: boolean | undefined;
}

/** Blocks by name. */
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
  if (dead > 0) console.log(`\n${dead} of a dead owner: \`shared-ndarray prune\` removes them`);
}

/** This user's other files there: NumPy's, Python's. */
function ofOthers(owned: readonly BlockInfo[]): Row[] {
  const known = new Set(owned.map(({ name }) => name));
  const names = listDirectory().filter((name) => !known.has(name) && !name.startsWith(RESERVED) && isOwn(name));
  return names.flatMap((name) => {
    const stat = statSync(pathOf(name), { throwIfNoEntry: false });
    if (!stat) return []; // just gone
    const { size, birthtime } = stat;
    return { name, size, ...headerOf(name, size), pid: undefined, ownerAlive: undefined, createdAt: birthtime };
  });
}

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
    return { dtype: undefined, shape: undefined }; // no array, or not to be read
  }
}

/** Frees names, whoever owns them. All of them are tried; exit code 1 if one is not there. */
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

/** (Not by attaching: what is empty, or too large, is to be removed too.) */
function removeOne(name: string): void {
  expectAddress(name, SYSTEM);
  const ino = idAt(name);
  if (ino === undefined) throw nameNotFound(name, "system");
  if (!isOwn(name)) throw new TypeError(`Expected ${name} to be a regular file of this user, with one name`);
  if (!unlinkBlock(name, { ino })) throw nameNotFound(name, "system");
}

/** What dead owners left. */
export const leftovers = (): BlockInfo[] => SharedMemory.list(SYSTEM).filter(({ ownerAlive }) => !ownerAlive);

/** Removes what dead owners left. */
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
