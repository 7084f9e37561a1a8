/**
 * Requests of system scope, as the keeper serves them: `machine-blocks.ts`, started by the first one and stopped by the
 * process's end.
 */
import { parentPort } from "../../platform/runtime.js";
import { libc } from "../../system/libc.js";
import { load, store } from "../words/atomics.js";
import type { Client } from "./clients.js";
import type { DroppedBytes } from "./dropped-bytes.js";
import {
  EXITING,
  type FromKeeper,
  INCARNATION,
  type MachineRequest,
  NONE,
  PUBLISHING,
  type Reply,
  type Tree,
  USED,
} from "./layout.js";
import { MachineBlocks } from "./machine-blocks.js";
import { loading } from "./native-loading.js";

/**
 * The least that a mapping counts for when it is dropped: each one takes some GiB of address space, and a process can
 * run out of that long before it runs out of memory.
 */
const LEAST_MAPPING_BYTES = 1 << 20;

export class MachineRequests {
  readonly #tree: Tree;
  readonly #dropped: DroppedBytes;
  /** `undefined` until the first request. */
  #blocks: MachineBlocks | undefined;

  constructor(tree: Tree, dropped: DroppedBytes) {
    this.#tree = tree;
    this.#dropped = dropped;
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
    this.#blocks ??= this.#start();
    const blocks = this.#blocks;
    switch (request.op) {
      case "draft":
        return { id: 0, block: blocks.draft(request.size, client) };
      case "publish": {
        const { id, name, array } = request;
        return { id: this.#unlessExiting(() => blocks.publish(id, name, array, client)) ? id : NONE };
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
      case "wake":
        blocks.wake(request.id, request.byteOffset, request.count);
        return undefined;
    }
  }

  /** Gives back all that a dead thread had open. */
  leaveAll(client: Client): void {
    this.#unlessExiting(() => this.#blocks?.leaveAll(client));
  }

  /** Forgets the names that other processes have unlinked. */
  tend(): void {
    try {
      this.#unlessExiting(() => this.#blocks?.tend());
    } catch {
      // The disk may be full, for example. The next look tries again.
    }
  }

  #start(): MachineBlocks {
    const { words } = this.#tree;
    store(words, USED, 1);
    loading(words, libc);
    return new MachineBlocks(load(words, INCARNATION), {
      owning: (owns) => parentPort!.postMessage({ owns } satisfies FromKeeper),
      dropped: (bytes) => this.#dropped.add(Math.max(bytes, LEAST_MAPPING_BYTES)),
    });
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
