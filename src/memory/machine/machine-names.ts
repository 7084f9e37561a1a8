/**
 * Blocks and names of system scope, as every thread sees them: files in `/dev/shm` that the keeper maps.
 * `names/place.ts` chooses between this driver and the one of process scope.
 */
import { type FilePart, fileAt } from "../../system/files.js";
import { type Found, ownedBlocks, sweepDead } from "../../system/sweep.js";
import {
  type ArrayInfo,
  type Block,
  type BlockWire,
  DRAFTS,
  type Driver,
  idOfFile,
  type Listed,
  type MapMode,
  type Named,
} from "../blocks/driver.js";
import { allocate, blockFromWire, newId, PAGE } from "../blocks/heap.js";
import { markFleeting, openedAs, remember } from "../blocks/opened.js";
import { hearSignals } from "../keeper/exit.js";
import { EXITING, type MachineRequest, type Reply } from "../keeper/layout.js";
import { ask, post } from "../keeper/line.js";
import { isDown, tree } from "../keeper/tree.js";
import { load } from "../words/atomics.js";
import { shareWaitsOf } from "./futex.js";

/** The driver of system scope. */
export const systemNames: Driver = {
  allocate: (size) => (size < PAGE ? heapDraft(size) : received(ask({ op: "draft", size }).block!)),
  discard({ id }) {
    if (id < DRAFTS) leave(id);
  },
  create: (name, size) => make(name, size, undefined, undefined),
  publish(name, block, array) {
    if (block.id >= DRAFTS) return make(name, block.size, block.buffer, array);
    const { id } = askHearing({ op: "publish", id: block.id, name, array });
    return id === block.id ? known(name, block, array) : undefined;
  },
  attach(name, waits) {
    const file = fileAt(name);
    if (!file && waits) return undefined; // a waiting caller must not ask the keeper again and again
    const open = file && openedAs(idOfFile(file));
    if (open) return open;
    const { block } = ask({ op: "open", name, waits });
    return block && known(name, received(block), undefined);
  },
  unlink,
  dispose(named, close) {
    isFollowed = true;
    try {
      close();
    } finally {
      isFollowed = false;
    }
    unlink(named);
  },
  list: () => ownedBlocks().map(listed),
};

function unlink({ name, id }: Named): boolean {
  // When the process is ending, its blocks have been unlinked already or are about to be.
  return load(tree.words, EXITING) === 1 || ask({ op: "free", name, id }).id === id;
}

/** A block that is written in this thread, and becomes a file when it gets its name: in one request instead of two. */
const heapDraft = (size: number): Block => ({ ...allocate(size), id: DRAFTS + newId() });

/** Makes a block with its name and bytes, all in one request. */
function make(name: string, size: number, bytes: SharedArrayBuffer | undefined, array: ArrayInfo | undefined) {
  const { block } = askHearing({ op: "make", key: crypto.randomUUID(), name, size, bytes, array });
  return block && known(name, received(block), array);
}

/** Asks for something that the process then owns. */
function askHearing(request: MachineRequest): Reply {
  hearSignals(true); // at once: a signal may arrive before the keeper reports that the process owns a block
  try {
    return ask(request);
  } catch (e) {
    if (isDown()) hearSignals(false); // nobody else reports that the process owns nothing
    throw e;
  }
}

/**
 * Finds the block that a handle stands for: among those that a thread has open, or by its name if the block still has
 * it. Returns `undefined` if neither finds it.
 */
export function attachSystemBlock(name: string, id: number): Named | undefined {
  const used = inUse(id, (block) => known(name, block, undefined));
  if (used) return used;
  const found = ask({ op: "open", name, waits: false }).block;
  if (!found || found.id === id) return found && known(name, received(found), undefined);
  if (!openedAs(found.id)) leave(found.id); // another block has the name now
  return undefined;
}

/** Maps a file of any path, or a part of it. The mapping has no name, and only this process has it. */
export function mapPath(path: string, mode: MapMode, part: FilePart | undefined): Named {
  return mapped(path, blockFromWire(ask({ op: "mapPath", path, mode, part }).block!));
}
/** Finds the same mapping from another thread; `undefined` if no thread has it open any more. */
export const attachMapping = (path: string, id: number): Named | undefined => inUse(id, (block) => mapped(path, block));

/** Makes memory without a name. Only this process has it, and each child that is started with its open file. */
export function sharedWithChildren(size: number): { readonly named: Named; readonly fd: number } {
  const { block, fd } = ask({ op: "share", size });
  return { named: mapped(NO_PATH, received(block!)), fd: fd! };
}
/** The memory whose open file this process was started with. */
export const inherited = (fd: number): Named => mapped(NO_PATH, received(ask({ op: "inherit", fd }).block!));
/** What errors call memory that has no path. */
const NO_PATH = "(no path)";

/** Finds a block that this thread or another one has open. */
function inUse(id: number, use: (block: Block) => Named): Named | undefined {
  const open = openedAs(id);
  if (open) return open;
  const { block } = ask({ op: "use", id });
  return block && use(received(block));
}

/** Prepares a block that the keeper has mapped for use in this thread. */
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

/** Whether another request follows: then its reply says that the keeper has carried out this one too. */
let isFollowed = false;
/** Reports that this thread no longer uses a block. When no thread does, the keeper gives the bytes back. */
function leave(id: number): void {
  if (isFollowed) post({ op: "leave", id });
  else ask({ op: "leave", id });
}

/**
 * Called when this thread has no handle any more. Handles that were collected may have left typed arrays behind, which
 * no table knows. The mapping must stay until their buffer is collected too.
 */
function closed({ id, block }: Named, isCollected: boolean): void {
  if (isCollected) unused.register(block.buffer, id);
  else leave(id);
}
const unused = new FinalizationRegistry<number>(leave);

/** Removes the blocks that dead processes left, and returns them. */
export const pruneSystem = (): readonly Listed[] => sweepDead().map(listed);

function listed({ block, identity, isAlive }: Found): Listed {
  const { name, dtype, shape, createdAt, size } = block;
  return {
    name,
    size,
    array: dtype === undefined ? undefined : { dtype, shape: shape! },
    createdAt,
    pid: identity.pid,
    ownerAlive: isAlive,
    threads: undefined,
  };
}
