/**
 * Signals while the main thread is blocked. Its listeners (`exit.ts`) hear nothing then, and yet their presence keeps
 * the signal from ending the process. So the keeper listens too, while the process owns blocks of system scope, and
 * ends the process if the main thread does not hear a signal. README.md, "Signals", says who decides.
 */
import { endBySignal, SIGNALS, SignalTap } from "../../system/libuv.js";
import { load, store, type Words } from "../words/atomics.js";
import { sweepIfPossible } from "./exit.js";
import { EXITING, HEARD, PROGRAM_HEARS, TAPPED, type Tree } from "./layout.js";

export class Signals {
  readonly #tree: Tree;
  #tap: SignalTap | undefined;
  /** For each signal, how often the main thread had heard it when it last was known not to come. */
  readonly #heard = new Map<number, number>();
  /** The signals that the main thread had not heard at the last look. */
  readonly #late = new Set<number>();

  constructor(tree: Tree) {
    this.#tree = tree;
    if (load(tree.words, TAPPED) === 1) this.#begin(SignalTap.reopen(tree.tap.buffer)); // an earlier keeper died
  }

  /** Starts or stops listening. */
  hear(hears: boolean): void {
    // If the root is a worker, nobody knows what the main thread listens to, and no listener of ours is there.
    if (hears === (this.#tap !== undefined) || this.#tree.root !== 0) return;
    if (hears) this.#begin(SignalTap.open(this.#tree.tap.buffer));
    else this.#end();
  }

  #begin(tap: SignalTap | undefined): void {
    this.#tap = tap;
    store(this.#tree.words, TAPPED, tap ? 1 : 0);
    SIGNALS.forEach((_, i) => {
      this.#heard.set(i, this.#timesHeard(i));
    });
  }

  #end(): void {
    this.#tap?.close();
    this.#tap = undefined;
    this.#late.clear();
    store(this.#tree.words, TAPPED, 0);
  }

  #timesHeard(i: number): number {
    return load(this.#tree.words, HEARD + i);
  }

  /** Looks for signals, and ends the process by one that the main thread did not hear in time. */
  look(): void {
    const tap = this.#tap;
    if (!tap) return;
    tap.look();
    SIGNALS.forEach((signal, i) => {
      if (!tap.hasHeard(i)) this.#heard.set(i, this.#timesHeard(i));
      // The main thread may be ending by it, and still be removing what the process owns: so the keeper does that too.
      else if (load(this.#tree.words, EXITING) === 1) end(this.#tree.words, signal);
      else if (this.#isDecided(i)) this.#forget(tap, i);
      else if (this.#late.has(i)) end(this.#tree.words, signal);
      else this.#late.add(i);
    });
  }

  /** Whether the program decides what happens on the signal, or the main thread has heard it. */
  #isDecided(i: number): boolean {
    // In this order: if a `once` listener of the program is gone, the main thread has counted the signal before.
    const programHears = (load(this.#tree.words, PROGRAM_HEARS) & (1 << i)) !== 0;
    return programHears || this.#timesHeard(i) !== this.#heard.get(i);
  }

  #forget(tap: SignalTap, i: number): void {
    this.#late.delete(i);
    this.#heard.set(i, this.#timesHeard(i));
    tap.listen(i);
  }
}

function end(words: Words, signal: NodeJS.Signals): void {
  store(words, EXITING, 1);
  sweepIfPossible();
  endBySignal(signal);
}
