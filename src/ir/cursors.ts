/** Where the operands of a loop are: how their elements are loaded and stored, and how a loop steps on. */
import { type Code, I32, V128 } from "./encode.js";
import type { Slot } from "./kernel.js";
import { laneBytes } from "./node.js";
import { LOAD_LANE, LOAD_LOW, LOAD_SPLAT, STORE_LANE, V128_STORE } from "./opcodes.js";

/** The parameters of `run`: rows, count, then three for each slot, then the numbers. */
export const ROWS = 0;
export const COUNT = 1;
const FIRST = 2;

/** Writes the loads and stores of one kernel into its code. */
export class Cursors {
  readonly #code: Code;
  readonly #slots: readonly Slot[];
  readonly #cursors: readonly number[];
  readonly #scratch: number[] = [];

  constructor(code: Code, slots: readonly Slot[]) {
    this.#code = code;
    this.#slots = slots;
    this.#cursors = slots.map(() => code.local(I32));
  }

  /** The local that holds the address of a slot's element. */
  cursor(slot: number): number {
    return this.#cursors[slot]!;
  }
  /** The parameters of a slot: where its row begins, the distance of rows, and that of elements. */
  pointer(slot: number): number {
    return FIRST + 3 * slot;
  }
  #rowStep(slot: number): number {
    return FIRST + 3 * slot + 1;
  }
  #step(slot: number): number {
    return FIRST + 3 * slot + 2;
  }
  /** The parameter that holds a number that stays the same during a call. */
  param(index: number): number {
    return FIRST + 3 * this.#slots.length + index;
  }

  /** Goes to the beginning of a row. */
  begin(): void {
    for (const slot of this.#slots.keys()) this.#code.get(this.pointer(slot)).set(this.#cursors[slot]!);
  }
  /** Makes the next row the one that begins. */
  nextRow(): void {
    for (const slot of this.#slots.keys()) this.#code.advance(this.pointer(slot), { local: this.#rowStep(slot) });
  }

  /** Advances the cursors of slots [from, to) to the next vector or the next iteration. */
  stepOn(lanes: number, vectors: number, v: number, from = 0, to = this.#slots.length): void {
    for (let slot = from; slot < to; slot++) {
      const { type, kind } = this.#slots[slot]!;
      if (kind === "run" && v === vectors - 1)
        this.#code.advance(this.#cursors[slot]!, lanes * vectors * laneBytes(type));
      // Slots of kind "step" advance after every vector, because each of their lanes has an address of its own.
      if (kind === "step") this.#advanceSteps(slot, lanes);
    }
  }

  #advanceSteps(slot: number, lanes: number): void {
    this.#code.get(this.#cursors[slot]!).get(this.#step(slot));
    if (lanes > 1) this.#code.i32(lanes).emit(0x6c); // i32.mul
    this.#code.emit(0x6a).set(this.#cursors[slot]!);
  }

  /** Pushes the address of one lane of a slot of kind "step". */
  #laneAddress(slot: number, lane: number): Code {
    const code = this.#code.get(this.#cursors[slot]!);
    if (lane === 0) return code;
    code.get(this.#step(slot));
    if (lane > 1) code.i32(lane).emit(0x6c);
    return code.emit(0x6a);
  }

  /** Pushes the elements of a slot for vector `v` of an iteration. */
  load(slot: number, lanes: number, v: number): Code {
    const { type, kind, memory } = this.#slots[slot]!;
    const bytes = laneBytes(type);
    const code = this.#code;
    if (kind === "run") {
      return code.get(this.#cursors[slot]!).simd(LOAD_LOW[bytes * lanes]!, ...code.address(memory, v * lanes * bytes));
    }
    this.#laneAddress(slot, 0).simd(LOAD_LOW[bytes]!, ...code.address(memory, 0));
    if (lanes === 1) return code;
    const local = this.#scratchLocal(slot);
    code.set(local);
    for (let lane = 1; lane < lanes; lane++) {
      this.#laneAddress(slot, lane)
        .get(local)
        .simd(LOAD_LANE[bytes]!, ...code.address(memory, 0), lane)
        .set(local);
    }
    return code.get(local);
  }

  /** Stores the vector that `value` pushes. */
  store(slot: number, lanes: number, v: number, value: () => void): void {
    const { type, kind, memory } = this.#slots[slot]!;
    const bytes = laneBytes(type);
    const code = this.#code;
    if (kind !== "step") {
      code.get(this.#cursors[slot]!);
      value();
      const at = code.address(memory, v * lanes * bytes);
      if (bytes * lanes === 16) code.simd(V128_STORE, ...at);
      else code.simd(STORE_LANE[bytes * lanes]!, ...at, 0);
      return;
    }
    const local = this.#scratchLocal(slot);
    value();
    code.set(local);
    for (let lane = 0; lane < lanes; lane++) {
      this.#laneAddress(slot, lane)
        .get(local)
        .simd(STORE_LANE[bytes]!, ...code.address(memory, 0), lane);
    }
  }

  #scratchLocal(slot: number): number {
    this.#scratch[slot] ??= this.#code.local(V128);
    return this.#scratch[slot]!;
  }

  /** Pushes the one element of a slot of kind "same", in all lanes. */
  loadSame(slot: number): Code {
    const { type, memory } = this.#slots[slot]!;
    return this.#code.get(this.pointer(slot)).simd(LOAD_SPLAT[laneBytes(type)]!, ...this.#code.address(memory, 0));
  }

  /** Pushes a number that stays the same during a call, in all lanes. */
  loadParam(index: number, splat: number): Code {
    return this.#code.get(this.param(index)).simd(splat);
  }

  /** Remembers where the rows begin. The function that is returned goes back there. */
  mark(): () => void {
    const params = [ROWS, ...this.#slots.map((_, slot) => this.pointer(slot))];
    const kept = params.map((param) => {
      const local = this.#code.local(I32);
      this.#code.get(param).set(local);
      return local;
    });
    return () => {
      for (const [i, param] of params.entries()) this.#code.get(kept[i]!).set(param);
    };
  }
}
