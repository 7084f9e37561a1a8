/** Blocks and names of system scope: files in `/dev/shm`, mapped once per process, whatever its threads. Used by `shared-memory.ts` alone. */
import { closeSync } from "../platform.js";
import { createDraft, type OpenFile, openBlock, publishDraft, remove, unlinkBlock } from "../system/files.js";
import { isProcessAlive } from "../system/identity.js";
import { libc } from "../system/libc.js";
import { ownedBlocks, type Swept, sweepDead } from "../system/owner-file.js";
import { load, store } from "./atomics.js";
import { type Block, type Driver, FILES, type Named } from "./driver.js";
import { hearSignals } from "./exit.js";
import { blockFromWire, blockToWire } from "./heap-driver.js";
import { ask } from "./keeper-line.js";
import { type ArrayInfo, type Listed, SWEPT } from "./layout.js";
import { mapFile, received, unmap } from "./mapping.js";
import { forgetUnopened, markFleeting, openedAs, remember } from "./opened.js";
import { tree } from "./tree.js";

// One file is one block, whoever opens it.
const idOf = ({ ino }: { readonly ino: number }): number => FILES + ino;
const inoOf = (id: number): number => id - FILES;

export const systemNames: Driver = {
  allocate(size) {
    sweepOnce();
    const file = createDraft(size);
    try {
      const block = mapFile(idOf(file), file);
      drafts.set(block, file);
      device = file.dev;
      return block;
    } catch (e) {
      remove(file.path);
      throw e;
    } finally {
      closeSync(file.fd);
    }
  },
  discard(block) {
    remove(drafts.get(block)!.path);
    drafts.delete(block);
    unmap(block);
  },
  publish(name, block, array) {
    const { path, dev } = drafts.get(block)!;
    const owned = { name, dev, ino: inoOf(block.id), size: block.size, createdAt: Date.now(), ...array };
    try {
      ask({ op: "own", block: blockToWire(block), owned }); // before it has its name: so no name is ever without an owner
      hearSignals(true);
      const isOurs = publishDraft(path, name) || (leftByTheDead(name) && publishDraft(path, name));
      if (!isOurs) {
        giveUp(block);
        return undefined;
      }
    } catch (e) {
      giveUp(block);
      throw e;
    }
    drafts.delete(block);
    return known(name, block, array);
  },
  attach(name, waits) {
    libc(); // throws if there is no system scope here
    sweepOnce();
    return attachFile(name, waits);
  },
  unlink(named) {
    const isFreed = unlinkBlock(named.name, fileOf(named));
    if (isFreed) ask({ op: "disown", ino: inoOf(named.id) });
    return isFreed;
  },
  list: () => ownedBlocks().map(listed),
};

/** Blocks that have no name yet. */
const drafts = new WeakMap<Block, OpenFile>();

function giveUp(block: Block): void {
  ask({ op: "disown", ino: inoOf(block.id) });
  ask({ op: "unmap", id: block.id });
  systemNames.discard(block);
}

/** All blocks lie in one directory, on one device. */
let device = 0;
const fileOf = ({ id }: Named) => ({ dev: device, ino: inoOf(id) });

function known(name: string, block: Block, array: ArrayInfo | undefined): Named {
  markFleeting(block, block.id);
  return remember({ scope: "system", name, block, array, id: block.id }, closed);
}

/** With the last handle in the last thread the bytes are given back. */
function closed({ id, block }: Named): void {
  if (ask({ op: "unmap", id }).id === id) unmap(block);
}

function attachFile(name: string, waits: boolean): Named | undefined {
  const file = openBlock(name, waits);
  if (!file) return undefined;
  try {
    device = file.dev;
    return (
      openedAs(idOf(file)) ??
      known(
        name,
        shared(idOf(file), () => mapFile(idOf(file), file)),
        undefined,
      )
    );
  } finally {
    closeSync(file.fd);
  }
}

/** This process's mapping of a block: the one that another thread has made, or a new one, which is then the others' too. */
function shared(id: number, map: () => Block): Block {
  const { block } = ask({ op: "map", id });
  if (block) return received(blockFromWire(block));
  const own = map();
  const earlier = ask({ op: "map", id, block: blockToWire(own) }).block;
  if (!earlier) return own;
  unmap(own); // another thread was quicker
  return received(blockFromWire(earlier));
}

/**
 * The block that a handle stands for: by its name, if it still is that block's, else from another thread that has it open.
 * `undefined` if neither knows it.
 */
export function attachSystemBlock(name: string, id: number): Named | undefined {
  const open = openedAs(id);
  if (open) return open;
  libc(); // throws if there is no system scope here
  const { block } = ask({ op: "map", id });
  if (block) return known(name, received(blockFromWire(block)), undefined);
  const named = attachFile(name, false);
  if (!named || named.id === id) return named;
  forgetUnopened(named);
  return undefined;
}

// ── What others left ───────────────────────────────────────────────────────────────────────────────────────────────

/** Once per process, before it makes or looks for its first block. */
function sweepOnce(): void {
  if (load(tree.words, SWEPT) === 1) return;
  store(tree.words, SWEPT, 1);
  sweepDead();
}

/** Whether a name was taken by a block that a dead process left, which is gone now. */
const leftByTheDead = (name: string): boolean => sweepDead().some(({ block }) => block.name === name);

/** Removes what dead owners left. */
export const pruneSystem = (): readonly Listed[] => sweepDead().map(listed);

function listed({ block, identity }: Swept): Listed {
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
