/**
 * Blocks and names of system scope, as every thread sees them: files in `/dev/shm`, which the keeper maps. Chosen by
 * `place.ts`.
 */
import { idAt } from "../../system/files.js";
import { isProcessAlive } from "../../system/identity.js";
import { type Found, ownedBlocks, sweepDead } from "../../system/owner-file.js";
import {
  type ArrayInfo,
  type Block,
  type BlockWire,
  type Driver,
  idOfFile,
  type Listed,
  type MapMode,
  type Named,
} from "../blocks/driver.js";
import { blockFromWire } from "../blocks/heap.js";
import { markFleeting, openedAs, remember } from "../blocks/opened.js";
import { hearSignals } from "../keeper/exit.js";
import { EXITING } from "../keeper/layout.js";
import { ask } from "../keeper/line.js";
import { tree } from "../keeper/tree.js";
import { load } from "../words/atomics.js";
import { shareWaitsOf } from "./futex.js";

export const systemNames: Driver = {
  allocate: (size) => received(ask({ op: "draft", size }).block!),
  discard: ({ id }) => leave(id),
  publish(name, block, array) {
    hearSignals(true); // at once: a signal may come before the keeper tells of it
    const { id } = ask({ op: "publish", id: block.id, name, array });
    return id === block.id ? known(name, block, array) : undefined;
  },
  attach(name, waits) {
    const ino = idAt(name);
    if (ino === undefined && waits) return undefined; // not to be asked for again and again
    const open = ino === undefined ? undefined : openedAs(idOfFile(ino));
    if (open) return open;
    const { block } = ask({ op: "open", name, waits });
    return block && known(name, received(block), undefined);
  },
  // (At the end of the process it was done already, or is about to be.)
  unlink: ({ name, id }) => load(tree.words, EXITING) === 1 || ask({ op: "free", name, id }).id === id,
  list: () => ownedBlocks().map(listed),
};

/**
 * The block that a handle stands for: from a thread that has it open, or by its name, if that is still its. `undefined`
 * if neither knows it.
 */
export function attachSystemBlock(name: string, id: number): Named | undefined {
  const used = inUse(id, (block) => known(name, block, undefined));
  if (used) return used;
  const found = ask({ op: "open", name, waits: false }).block;
  if (!found || found.id === id) return found && known(name, received(found), undefined);
  if (!openedAs(found.id)) leave(found.id); // the name has gone to another block
  return undefined;
}

/** A file of any path, in memory; it has no name, and is this process's alone. */
export function mapPath(path: string, mode: MapMode): Named {
  return mapped(path, blockFromWire(ask({ op: "mapPath", path, mode }).block!));
}
/** The same mapping, in another thread; `undefined` if nobody has it open any more. */
export const attachMapping = (path: string, id: number): Named | undefined => inUse(id, (block) => mapped(path, block));

/** A block that this thread has open, or another one. */
function inUse(id: number, use: (block: Block) => Named): Named | undefined {
  const open = openedAs(id);
  if (open) return open;
  const { block } = ask({ op: "use", id });
  return block && use(received(block));
}

/** A mapping of this process's, in this thread. */
function received(wire: BlockWire): Block {
  const block = blockFromWire(wire);
  shareWaitsOf(block);
  return block;
}

const known = (name: string, block: Block, array: ArrayInfo | undefined): Named =>
  remembered({ scope: "system", name, block, array, id: block.id });
const mapped = (path: string, block: Block): Named =>
  remembered({ scope: "process", name: path, block, array: undefined, id: block.id });

function remembered(named: Named): Named {
  markFleeting(named.block, named.id);
  return remember(named, closed);
}

/** With the last handle in the last thread the bytes are given back. */
const leave = (id: number): void => void ask({ op: "leave", id });

/**
 * Handles that were collected may have left typed arrays, of which nobody knows: these are good for as long as they
 * live.
 */
function closed({ id, block }: Named, isCollected: boolean): void {
  if (isCollected) unused.register(block.buffer, id);
  else leave(id);
}
const unused = new FinalizationRegistry<number>(leave);

/** Removes what dead owners left. */
export const pruneSystem = (): readonly Listed[] => sweepDead().map(listed);

function listed({ block, identity }: Found): Listed {
  const { name, dtype, shape, createdAt, size } = block;
  return {
    name,
    size,
    array: dtype === undefined ? undefined : { dtype, shape: shape! },
    createdAt,
    pid: identity.pid,
    ownerAlive: isProcessAlive(identity) !== false,
    threads: undefined,
  };
}
