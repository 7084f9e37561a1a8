/**
 * Requests of system scope, as the keeper serves them: `machine-blocks.ts`, started by the first one and stopped by the
 * process's end.
 */
import { UnsupportedError } from "../../base/errors.js";
import { parentPort } from "../../platform/runtime.js";
import { libc } from "../../system/libc.js";
import { load, store } from "../words/atomics.js";
import type { Client } from "./clients.js";
import type { DroppedBytes } from "./dropped-bytes.js";
import {
  EXITING,
  type FromKeeper,
  HOLDS,
  incarnationOf,
  type MachineRequest,
  NONE,
  PUBLISHING,
  type Reply,
  STATE,
  TAPPED,
  type Tree,
  USED,
} from "./layout.js";
import { MachineBlocks } from "./machine-blocks.js";
import { loading } from "./native-loading.js";
import { Signals } from "./signals.js";

/**
 * The least that a mapping counts for when it is dropped: each one takes some GiB of address space, and a process can
 * run out of that long before it runs out of memory.
 */
const LEAST_MAPPING_BYTES = 1 << 20;

export class MachineRequests {
  readonly #tree: Tree;
  readonly #dropped: DroppedBytes;
  readonly #signals: Signals;
  /** `undefined` until the first request. */
  #blocks: MachineBlocks | undefined;

  constructor(tree: Tree, dropped: DroppedBytes) {
    this.#tree = tree;
    this.#dropped = dropped;
    this.#signals = new Signals(tree);
  }

  /** Goes on for a keeper that died: its blocks of system scope stay this process's. */
  succeed(): void {
    if (load(this.#tree.words, USED) === 0) return;
    try {
      this.#blocks = this.#start();
      this.#blocks.adopt();
    } catch {
      // There is no system scope, so there were no blocks, or the disk is full. The end of the process removes them.
    }
  }

  /** Mappings and owned names; while there are any, the keeper must not end. */
  get size(): number {
    return this.#blocks?.size ?? 0;
  }

  /**
   * The reply; `undefined` if the client expects none.
   *
   * @throws {Error} What the operating system reports, a full disk for example.
   */
  serve(client: Client, request: MachineRequest): Reply | undefined {
    this.#blocks ??= this.#startOrSay();
    const blocks = this.#blocks;
    switch (request.op) {
      case "make": {
        const made = this.#unlessExiting(() => blocks.make(request, client) ?? NONE) ?? tooLate();
        return made === NONE ? { id: NONE } : { id: 0, block: made };
      }
      case "draft":
        return { id: 0, block: this.#unlessExiting(() => blocks.draft(request.size, client)) ?? tooLate() };
      case "publish": {
        const { id, name, array } = request;
        const isOurs = this.#unlessExiting(() => blocks.publish(id, name, array, client));
        if (isOurs !== undefined) return { id: isOurs ? id : NONE };
        blocks.leave(id, client); // a draft is in no note, so this changes nothing that the main thread removes
        return tooLate();
      }
      case "open":
        return { id: 0, block: blocks.open(request.name, request.waits, client) };
      case "use":
        return { id: 0, block: blocks.use(request.id, client) };
      case "leave":
        this.#unlessExiting(() => blocks.leave(request.id, client));
        return { id: NONE };
      case "free":
        return { id: this.#unlessExiting(() => blocks.unlink(request.name, request.id)) ? request.id : NONE };
      case "mapPath":
        return { id: 0, block: blocks.mapPath(request, client) };
      case "share": {
        const { block, fd } = blocks.share(request.size, client);
        return { id: 0, block, fd };
      }
      case "inherit":
        return { id: 0, block: blocks.inherit(request.fd, client) };
      case "wake":
        blocks.wake(request.id, request.byteOffset, request.count);
        return undefined;
    }
  }

  /** Whether the process has files in the directory. If the keeper dies then, its successor removes them. */
  get hasFiles(): boolean {
    return this.#blocks?.hasFiles ?? false;
  }

  /** Gives back all that a dead thread had open. */
  leaveAll(client: Client): void {
    this.#unlessExiting(() => this.#blocks?.leaveAll(client));
  }

  /** Forgets the names that other processes have unlinked, and looks for signals. */
  tend(): void {
    this.#signals.look();
    try {
      this.#unlessExiting(() => this.#blocks?.tend());
    } catch {
      // The disk may be full, for example. The next look tries again.
    }
  }

  /** If there is no system scope, the main thread, which may listen to signals, hears that the process owns nothing. */
  #startOrSay(): MachineBlocks {
    try {
      return this.#start();
    } catch (e) {
      // Unless an earlier keeper listened, because it made blocks.
      if (load(this.#tree.words, TAPPED) === 0) parentPort!.postMessage({ owns: false } satisfies FromKeeper);
      throw e;
    }
  }

  #start(): MachineBlocks {
    const { words } = this.#tree;
    store(words, USED, 1);
    loading(words, libc);
    const events = {
      owning: (owns: boolean) => {
        if (owns) store(words, HOLDS, 1); // at once: if this thread dies before it replies, its successor must know
        this.#signals.hear(owns);
        parentPort!.postMessage({ owns } satisfies FromKeeper);
      },
      expectToGoOn: () => {
        if (load(words, EXITING) === 1) tooLate();
      },
      dropped: (bytes: number) => this.#dropped.add(Math.max(bytes, LEAST_MAPPING_BYTES)),
    };
    // A worker that is the root may end before the next look, and its keeper with it. The process would not notice.
    return new MachineBlocks(incarnationOf(load(words, STATE)), events, { lingers: this.#tree.root === 0 });
  }

  /**
   * Runs `act`, which names, notes or removes blocks; returns `undefined` if the process is exiting, because then the
   * main thread is removing all blocks. The race is closed as README, "The end of the process", says.
   */
  #unlessExiting<T>(act: () => T): T | undefined {
    const { words } = this.#tree;
    store(words, PUBLISHING, 1); // before EXITING is read
    try {
      return load(words, EXITING) === 0 ? act() : undefined;
    } finally {
      store(words, PUBLISHING, 0);
    }
  }
}

function tooLate(): never {
  const feature = "a new block of system scope while the process ends";
  const instead = "make it before, for example in a listener to `beforeExit`, or use process scope";
  const expected = "Expected the process to go on, because its blocks of system scope are removed when it ends";
  throw new UnsupportedError(`${expected}; got ${feature} (${instead})`, { feature, instead });
}
