/**
 * The first back end: an expression as a WebAssembly module, a loop over rows of elements with 128 bits at a time. All
 * values are vectors; a lane type narrower than the kernel's widest uses only the low lanes. The last elements of a row
 * are computed one at a time by the same instructions, in the lowest lane, so the result for an element does not depend
 * on its position.
 */
import { maskOfBools } from "./elements.js";
import { Code, encodeModule, F32, F64, I32, I64, V128 } from "./encode.js";
import { type Fold, type RowLoop, writeCount, writeFind, writeFold } from "./fold-loop.js";
import { writeInOrder } from "./in-order-loop.js";
import type { Kernel, Slot, StepKind } from "./kernel.js";
import { constant, inOrder, inWhole, isMask, isWidened, type LaneType, laneBytes, type Node } from "./node.js";
import { ANY_TRUE, LOAD_LANE, LOAD_LOW, LOAD_SPLAT, laneRow, STORE_LANE, simdOpcode, V128_STORE } from "./opcodes.js";
import { Operations } from "./operations.js";
import { inBlock, type Place } from "./place.js";
import { type Scan, writeScan } from "./scan-loop.js";

export type { Fold, Kernel, Scan, Slot, StepKind };

/** Vectors per iteration of the loop: enough to hide the latency of one. */
const UNROLL = 4;

/**
 * Of expressions with more nodes than this, one vector per iteration is enough: processors overlap iterations. The code
 * is a fourth as long, and the first call of `exp` takes 14 ms instead of 23, because it waits less for the optimiser.
 */
const LONG = 40;

/**
 * Compiles a loop. The module exports `run(rows, count, pointer₀, rowStep₀, step₀, pointer₁, …, param₀, …)`, where
 * pointers and steps are in bytes and, like rows and count, of type i32. A fold returns the combination of all elements
 * of all rows; the order in which it combines them depends on rows and count alone. A scan returns what it has
 * accumulated.
 */
export function compile(kernel: Kernel): Uint8Array<ArrayBuffer> {
  const memories = Math.max(...kernel.slots.map(({ memory }) => memory)) + 1;
  const nodes = inOrder([kernel.result]);
  const { fold, scan, slots } = kernel;
  const returned = typeof fold === "string" ? "i32" : (fold?.identity.type ?? (scan && slots[0]!.type));
  const helpers = [...new Set(nodes.filter(({ op }) => op === "call").map(({ imm }) => String(imm)))];
  const arity = (name: string) => nodes.find(({ op, imm }) => op === "call" && imm === name)!.args.length - 2;
  const params = [I32, I32, ...kernel.slots.flatMap(() => [I32, I32, I32]), ...kernel.params.map(scalarType)];
  return encodeModule({
    memories: Array.from({ length: memories }, (_, i) => String(i)),
    imports: helpers.map((name) => ({ name, params: new Array<number>(arity(name)).fill(F64), results: [F64] })),
    functions: [
      {
        name: "run",
        params,
        results: returned ? [scalarType(returned)] : [],
        code: new LoopWriter(kernel, nodes, helpers, params.length).write(),
      },
    ],
  });
}

/** The scalar type that passes a lane to or from a function. A mask is passed as 1 or 0. */
const scalarType = (type: LaneType): number =>
  type === "f64" ? F64 : type === "f32" ? F32 : laneBytes(type) === 8 && !isMask(type) ? I64 : I32;

/** Writes the loop of one kernel. */
class LoopWriter {
  readonly #kernel: Kernel;
  readonly #code: Code;
  readonly #operations: Operations;
  /** Operations of expressions in halves. */
  readonly #inHalf: Operations;
  readonly #lanes: number;
  readonly #unroll: number;
  /** How often each node is used. */
  readonly #uses = new Map<Node, number>();
  /** The locals of values that stay the same in all iterations, except for constants. */
  readonly #fixed = new Map<Node, number>();
  /** What `#isFixed` has found. Expressions share nodes: without this, it would visit some of them 2^31 times. */
  readonly #areFixed = new Map<Node, boolean>();
  readonly #cursor: number[];
  readonly #left: number;
  readonly #scratch: number[] = [];

  constructor(kernel: Kernel, nodes: readonly Node[], helpers: readonly string[], params: number) {
    this.#kernel = kernel;
    this.#code = new Code(params);
    const merging = kernel.fold ?? kernel.scan;
    const combine = typeof merging === "string" ? undefined : merging?.combine;
    const { quick } = typeof kernel.fold === "object" ? kernel.fold : {};
    const ofElement = quick ? [quick.result, quick.watched] : [];
    const all = inOrder([
      kernel.result,
      ...ofElement,
      ...(combine ? [combine] : []),
      ...(quick ? [quick.combine, quick.spoils, quick.back] : []),
    ]);
    // Slots that are not read, such as integers that are asked whether they are NaN, do not narrow the vectors.
    const isUsed = (slot: number) => slot === 0 || nodes.some(({ op, imm }) => op === "load" && imm === slot);
    const used = kernel.slots.filter((_, slot) => isUsed(slot));
    const types = [...inWhole([kernel.result, ...(combine ? [combine] : [])]), ...used].map(({ type }) => type);
    this.#lanes = 16 / Math.max(...types.map(laneBytes));
    this.#unroll = nodes.length > LONG ? 1 : UNROLL;
    this.#operations = new Operations(this.#code, this.#lanes, helpers);
    this.#inHalf = new Operations(this.#code, 2, helpers);
    for (const arg of [...all.flatMap(({ args }) => args), ...ofElement])
      this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
    this.#cursor = kernel.slots.map(() => this.#code.local(I32));
    this.#left = this.#code.local(I32);
    for (const node of all) {
      const isSame = node.op === "load" && nodes.includes(node) && kernel.slots[Number(node.imm)]!.kind === "same";
      if (node.op === "param" || isSame) this.#fixed.set(node, this.#code.local(V128));
    }
  }

  // The parameters of `run`: rows, count, then three for each slot, then the numbers.
  static readonly ROWS = 0;
  static readonly COUNT = 1;
  readonly #pointer = (slot: number) => 2 + 3 * slot;
  readonly #rowStep = (slot: number) => 3 + 3 * slot;
  readonly #step = (slot: number) => 4 + 3 * slot;
  readonly #param = (index: number) => 2 + 3 * this.#kernel.slots.length + index;

  write(): Code {
    const { fold, scan, slots, inOrder } = this.#kernel;
    for (const [node, local] of this.#fixed) if (node.op !== "load") this.#fixedValue(node).set(local);
    if (fold === "count") writeCount(this.#rowLoop(), this.#kernel.result.type);
    else if (fold === "find") writeFind(this.#rowLoop());
    else if (fold) writeFold(this.#rowLoop(), fold);
    else if (inOrder) writeInOrder(this.#rowLoop(), slots, inOrder);
    else if (scan)
      writeScan(
        this.#rowLoop(),
        scan,
        slots[0]!.type,
        slots.every(({ kind }) => kind === "run"),
      );
    else this.#rows(() => this.#mapRow());
    return this.#code;
  }

  /** What a fold or a scan is written with. */
  #rowLoop(): RowLoop {
    return {
      code: this.#code,
      operations: this.#operations,
      lanes: this.#lanes,
      left: this.#left,
      rows: (row) => this.#rows(row),
      turns: (lanes, vectors, turn) => this.#turns(lanes, vectors, turn),
      result: (lanes, v, nodes = [this.#kernel.result]) => {
        const place = { kept: new Map() };
        for (const node of nodes) this.#value(node, lanes, v, place);
      },
      store: (lanes, v, value) => this.#store(0, lanes, v, value),
      param: (index) => this.#param(index),
      cursor: (slot) => this.#cursor[slot]!,
      stepOn: (lanes, vectors, v) => this.#stepOn(lanes, vectors, v),
      mark: () => this.#mark(),
      combined: (node, operands) => this.#value(node, this.#lanes, 0, { kept: new Map() }, operands),
    };
  }

  #mark(): () => void {
    const params = [LoopWriter.ROWS, ...this.#kernel.slots.map((_, slot) => this.#pointer(slot))];
    const kept = params.map((param) => {
      const local = this.#code.local(I32);
      this.#code.get(param).set(local);
      return local;
    });
    return () => {
      for (const [i, param] of params.entries()) this.#code.get(kept[i]!).set(param);
    };
  }

  #rows(row: () => void): void {
    const code = this.#code;
    const { slots } = this.#kernel;
    code.while(
      () => code.get(LoopWriter.ROWS),
      () => {
        for (const slot of slots.keys()) code.get(this.#pointer(slot)).set(this.#cursor[slot]!);
        for (const [node, local] of this.#fixed) if (node.op === "load") this.#loadSame(Number(node.imm)).set(local);
        code.get(LoopWriter.COUNT).set(this.#left);
        row();
        for (const slot of slots.keys()) code.advance(this.#pointer(slot), { local: this.#rowStep(slot) });
        code.advance(LoopWriter.ROWS, -1);
      },
    );
  }

  #mapRow(): void {
    const turn = (lanes: number, vectors: number) => {
      for (let v = 0; v < vectors; v++) {
        this.#store(0, lanes, v, () => this.#value(this.#kernel.result, lanes, v, { kept: new Map() }));
        this.#stepOn(lanes, vectors, v);
      }
    };
    this.#packedTurns();
    this.#turns(this.#lanes, this.#unroll, turn);
    if (this.#lanes > 2 && this.#unroll > 1) this.#turns(this.#lanes, 1, turn);
    this.#turns(1, 1, turn);
  }

  /**
   * If the results are bools that were compared in wider lanes, computes sixteen at a time, and joins their masks to
   * one vector. That takes half as long as to store two or four bytes for each vector.
   */
  #packedTurns(): void {
    const { slots, result } = this.#kernel;
    const mask = maskOfBools(result);
    const width = mask ? laneBytes(mask.type) : 1;
    if (!mask || width === 1 || 16 / width !== this.#lanes || slots[0]!.kind === "step") return;
    this.#turns(16 / width, width, (lanes, vectors) => {
      const pack = (first: number, count: number) => {
        if (count === 1) {
          this.#value(mask, lanes, first, { kept: new Map() });
          this.#stepOn(lanes, vectors, first, 1);
          return;
        }
        pack(first, count / 2);
        pack(first + count / 2, count / 2);
        this.#operations.joinMasks((2 * width) / count);
      };
      this.#store(0, 16, 0, () => {
        pack(0, vectors);
        this.#operations.constant(constant(1, "u8")).simd(simdOpcode("and", "u8"));
      });
      this.#stepOn(lanes, vectors, vectors - 1, 0, 1);
    });
  }

  /** Repeats `turn` while enough elements of the row are left for it. */
  #turns(lanes: number, vectors: number, turn: (lanes: number, vectors: number) => void): void {
    const code = this.#code;
    code.while(
      () =>
        code
          .get(this.#left)
          .i32(lanes * vectors)
          .emit(0x4f), // i32.ge_u
      () => {
        turn(lanes, vectors);
        code.advance(this.#left, -lanes * vectors);
      },
    );
  }

  /** Advances the cursors of slots [from, to) to the next vector or the next iteration. */
  #stepOn(lanes: number, vectors: number, v: number, from = 0, to = this.#kernel.slots.length): void {
    for (let slot = from; slot < to; slot++) {
      const { type, kind } = this.#kernel.slots[slot]!;
      if (kind === "run" && v === vectors - 1)
        this.#code.advance(this.#cursor[slot]!, lanes * vectors * laneBytes(type));
      // Slots of kind "step" advance after every vector, because each of their lanes has an address of its own.
      if (kind === "step") this.#advanceSteps(slot, lanes);
    }
  }

  #advanceSteps(slot: number, lanes: number): void {
    const step = this.#step(slot);
    this.#code.get(this.#cursor[slot]!).get(step);
    if (lanes > 1) this.#code.i32(lanes).emit(0x6c); // i32.mul
    this.#code.emit(0x6a).set(this.#cursor[slot]!);
  }

  /** Pushes the address of one lane of a slot of kind "step". */
  #laneAddress(slot: number, lane: number): Code {
    const code = this.#code.get(this.#cursor[slot]!);
    if (lane === 0) return code;
    code.get(this.#step(slot));
    if (lane > 1) code.i32(lane).emit(0x6c);
    return code.emit(0x6a);
  }

  #load(slot: number, lanes: number, v: number): Code {
    const { type, kind, memory } = this.#kernel.slots[slot]!;
    const bytes = laneBytes(type);
    const code = this.#code;
    if (kind === "run") {
      return code.get(this.#cursor[slot]!).simd(LOAD_LOW[bytes * lanes]!, ...code.address(memory, v * lanes * bytes));
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

  #store(slot: number, lanes: number, v: number, value: () => void): void {
    const { type, kind, memory } = this.#kernel.slots[slot]!;
    const bytes = laneBytes(type);
    const code = this.#code;
    if (kind !== "step") {
      code.get(this.#cursor[slot]!);
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

  #loadSame(slot: number): Code {
    const { type, memory } = this.#kernel.slots[slot]!;
    return this.#code.get(this.#pointer(slot)).simd(LOAD_SPLAT[laneBytes(type)]!, ...this.#code.address(memory, 0));
  }

  #fixedValue(node: Node): Code {
    return this.#code.get(this.#param(Number(node.imm))).simd(laneRow(node.type).splat);
  }

  /**
   * Pushes the value of a node. Values that are used again are kept in locals, for one vector.
   *
   * @param slots Pushes the operands of a combination, in place of loads.
   */
  #value(node: Node, lanes: number, v: number, place: Place, slots?: readonly (() => void)[]): Code {
    const code = this.#code;
    if (slots && node.op === "load") {
      slots[Number(node.imm)]!();
      return code;
    }
    const known = place.kept.get(node) ?? this.#fixed.get(node);
    if (known !== undefined) return code.get(known);
    const value = (arg: Node, within: Place) => this.#value(arg, lanes, v, within, slots);
    if (node.op === "load") this.#load(Number(node.imm), lanes, v);
    else if (node.op === "const") this.#operations.constant(node);
    else if (node.op === "rarely") this.#rarely(node, place, value);
    else if (node.op === "halves") this.#halves(node, lanes, place, value);
    else if (place.half && isWidened(node)) {
      value(node.args[0]!, place.half.whole);
      this.#operations.widen(place.half.isHigh);
    } else {
      const operations = place.half ? this.#inHalf : this.#operations;
      operations.write(
        node,
        (arg) => value(arg, place),
        (arg) => this.#isFixed(arg),
      );
    }
    if ((this.#uses.get(node) ?? 0) > 1) {
      const local = code.local(V128);
      place.kept.set(node, local);
      code.tee(local);
    }
    return code;
  }

  /** Whether a value is the same for all elements of a row. */
  #isFixed(node: Node): boolean {
    let isFixed = this.#areFixed.get(node);
    if (isFixed === undefined) {
      isFixed = node.op === "load" ? this.#fixed.has(node) : node.args.every((arg) => this.#isFixed(arg));
      this.#areFixed.set(node, isFixed);
    }
    return isFixed;
  }

  /** Pushes the value of a `rarely` node. What is computed in its block alone must not be used behind it. */
  #rarely({ args }: Node, place: Place, value: (arg: Node, place: Place) => void): void {
    const [mask, selected, usual] = args as [Node, Node, Node];
    const code = this.#code;
    const result = code.local(V128);
    value(usual, place);
    code.set(result);
    value(mask, place);
    code.simd(ANY_TRUE).if(() => {
      value(selected, inBlock(place));
      code.set(result);
    });
    code.get(result);
  }

  /** Pushes the value of a `halves` node: if there are no more than two lanes, as if it were a conversion. */
  #halves({ args }: Node, lanes: number, place: Place, value: (arg: Node, place: Place) => void): void {
    const isWide = lanes === 1 || this.#lanes === 2;
    for (const isHigh of isWide ? [false] : [false, true]) {
      value(args[0]!, { kept: new Map(), half: { isHigh, whole: place } });
      this.#operations.narrow();
    }
    if (!isWide) this.#operations.join();
  }
}
