/**
 * The first back end: an expression as a WebAssembly module, a loop over rows of elements with 128 bits at a time. All
 * values are vectors; a lane type narrower than the kernel's widest uses only the low lanes. The last elements of a row
 * are computed one at a time by the same instructions, in the lowest lane, so the result for an element does not depend
 * on its position.
 */
import { COUNT, Cursors, ROWS } from "./cursors.js";
import { maskOfBools } from "./elements.js";
import { Code, encodeModule, F32, F64, I32, I64, V128 } from "./encode.js";
import { type Fold, type RowLoop, writeCount, writeFind, writeFold } from "./fold-loop.js";
import { writeInOrder } from "./in-order-loop.js";
import type { Kernel, Slot, StepKind } from "./kernel.js";
import {
  alwaysComputed,
  constant,
  inOrder,
  inWhole,
  isMask,
  isWidened,
  type LaneType,
  laneBytes,
  type Node,
  usual,
} from "./node.js";
import { ANY_TRUE, laneRow, simdOpcode } from "./opcodes.js";
import { Operations } from "./operations.js";
import { inBlock, type Place } from "./place.js";
import { type Scan, writeScan } from "./scan-loop.js";

export type { Fold, Kernel, Scan, Slot, StepKind };

/** Vectors per iteration of the loop: enough to hide the latency of one. */
const UNROLL = 4;

/**
 * Vectors per iteration of a fold whose expression has more nodes than this: one is enough, because processors overlap
 * iterations, and the code is a fourth as long.
 */
const LONG = 40;

/** The most operations of an expression of which several vectors are computed together: more take long to compile. */
const MOST_TOGETHER = 300;
/** If fewer than one in so many operations are computed for every vector, the others are not repeated for each. */
const MOSTLY_RARE = 4;

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

/**
 * Whether the expression reads what is in the result's places, which are apart: their cursor moves on only after each
 * store, so that vectors cannot be computed together.
 */
const readsSteppedResult = ({ fold, slots, result }: Kernel): boolean =>
  !fold && slots[0]?.kind === "step" && inOrder([result]).some(({ op, imm }) => op === "load" && Number(imm) === 0);

/** How many vectors are computed in one iteration. */
function vectorsTogether(result: Node): number {
  const all = operationsOf(inOrder([result]));
  return all > MOST_TOGETHER || all > MOSTLY_RARE * operationsOf(usual(result)) ? 1 : UNROLL;
}
const operationsOf = (nodes: readonly Node[]): number =>
  nodes.filter(({ op }) => op !== "const" && op !== "reinterpret").length;

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
  readonly #cursors: Cursors;
  readonly #left: number;

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
    this.#unroll = (merging && nodes.length > LONG) || readsSteppedResult(kernel) ? 1 : vectorsTogether(kernel.result);
    this.#operations = new Operations(this.#code, this.#lanes, helpers);
    this.#inHalf = new Operations(this.#code, 2, helpers);
    for (const arg of [...all.flatMap(({ args }) => args), ...ofElement])
      this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
    this.#cursors = new Cursors(this.#code, kernel.slots);
    this.#left = this.#code.local(I32);
    for (const node of all) {
      const isSame = node.op === "load" && nodes.includes(node) && kernel.slots[Number(node.imm)]!.kind === "same";
      if (node.op === "param" || isSame) this.#fixed.set(node, this.#code.local(V128));
    }
  }

  write(): Code {
    const { fold, scan, slots, inOrder } = this.#kernel;
    for (const [node, local] of this.#fixed)
      if (node.op !== "load") this.#cursors.loadParam(Number(node.imm), laneRow(node.type).splat).set(local);
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
      store: (lanes, v, value) => this.#cursors.store(0, lanes, v, value),
      param: (index) => this.#cursors.param(index),
      cursor: (slot) => this.#cursors.cursor(slot),
      stepOn: (lanes, vectors, v) => this.#cursors.stepOn(lanes, vectors, v),
      mark: () => this.#cursors.mark(),
      combined: (node, operands) => this.#value(node, this.#lanes, 0, { kept: new Map() }, operands),
    };
  }

  #rows(row: () => void): void {
    const code = this.#code;
    code.while(
      () => code.get(ROWS),
      () => {
        this.#cursors.begin();
        for (const [node, local] of this.#fixed)
          if (node.op === "load") this.#cursors.loadSame(Number(node.imm)).set(local);
        code.get(COUNT).set(this.#left);
        row();
        this.#cursors.nextRow();
        code.advance(ROWS, -1);
      },
    );
  }

  #mapRow(): void {
    const turn = (lanes: number, vectors: number) => this.#mapVectors(lanes, vectors);
    this.#packedTurns();
    this.#turns(this.#lanes, this.#unroll, turn);
    if (this.#lanes > 2 && this.#unroll > 1) this.#turns(this.#lanes, 1, turn);
    this.#turns(1, 1, turn);
  }

  /**
   * Computes and stores some vectors. They are computed together, node by node, so that the operations of one fill the
   * time in which those of another wait for their operands: processors do not look ahead far enough for that. `tan` of
   * float64 takes two thirds of the time.
   */
  #mapVectors(lanes: number, vectors: number): void {
    const { result, slots } = this.#kernel;
    const places = Array.from({ length: vectors }, (_, v) => ({ v, place: { kept: new Map<Node, number>() } }));
    const hasSteps = slots.some(({ kind }, slot) => slot > 0 && kind === "step");
    if (vectors > 1) {
      const nodes = alwaysComputed(result).filter((node) => !this.#fixed.has(node));
      // Cursors of kind "step" advance after every vector, so all that they point at is loaded first.
      const loads = hasSteps ? nodes.filter(({ op }) => op === "load") : [];
      for (const { v, place } of hasSteps ? places : []) {
        for (const load of loads) this.#keep(load, lanes, v, place);
        this.#cursors.stepOn(lanes, vectors, v, 1);
      }
      this.#together(nodes, lanes, places);
    }
    for (const { v, place } of places) {
      this.#cursors.store(0, lanes, v, () => this.#value(result, lanes, v, place));
      this.#cursors.stepOn(lanes, vectors, v, 0, hasSteps && vectors > 1 ? 1 : slots.length);
    }
  }

  /** Computes nodes for each of some vectors, or of their halves, and keeps their values. */
  #together(nodes: readonly Node[], lanes: number, places: readonly { v: number; place: Place }[]): void {
    for (const node of nodes) {
      if (node.op === "const" || node.op === "reinterpret") continue;
      if (node.op === "halves") this.#halvesTogether(node, lanes, places);
      else for (const { v, place } of places) if (!place.kept.has(node)) this.#keep(node, lanes, v, place);
    }
  }

  #halvesTogether(node: Node, lanes: number, places: readonly { v: number; place: Place }[]): void {
    const [inner] = node.args as [Node];
    const halves = places.map(({ v, place }) =>
      this.#sides(lanes).map((isHigh) => ({ v, place: { kept: new Map(), half: { isHigh, whole: place } } as Place })),
    );
    this.#together(alwaysComputed(inner, true), lanes, halves.flat());
    for (const [i, { v, place }] of places.entries()) {
      this.#halves(lanes, (isHigh) => this.#value(inner, lanes, v, halves[i]![isHigh ? 1 : 0]!.place));
      const local = this.#code.local(V128);
      this.#code.set(local);
      place.kept.set(node, local);
    }
  }

  /** Computes a node and keeps its value in a local. */
  #keep(node: Node, lanes: number, v: number, place: Place): void {
    const code = this.#value(node, lanes, v, place);
    const local = place.kept.get(node) ?? code.local(V128);
    code.set(local);
    place.kept.set(node, local);
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
          this.#cursors.stepOn(lanes, vectors, first, 1);
          return;
        }
        pack(first, count / 2);
        pack(first + count / 2, count / 2);
        this.#operations.joinMasks((2 * width) / count);
      };
      this.#cursors.store(0, 16, 0, () => {
        pack(0, vectors);
        this.#operations.constant(constant(1, "u8")).simd(simdOpcode("and", "u8"));
      });
      this.#cursors.stepOn(lanes, vectors, vectors - 1, 0, 1);
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
    if (node.op === "load") this.#cursors.load(Number(node.imm), lanes, v);
    else if (node.op === "const") this.#operations.constant(node);
    else if (node.op === "rarely") this.#rarely(node, place, value);
    else if (node.op === "halves")
      this.#halves(lanes, (isHigh) => value(node.args[0]!, { kept: new Map(), half: { isHigh, whole: place } }));
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

  /** The halves that an expression in halves is computed for: if there are no more than two lanes, only the low one. */
  #sides(lanes: number): boolean[] {
    return lanes === 1 || this.#lanes === 2 ? [false] : [false, true];
  }

  /** Pushes a vector of float32 from the values of its halves in float64. */
  #halves(lanes: number, value: (isHigh: boolean) => void): void {
    const sides = this.#sides(lanes);
    for (const isHigh of sides) {
      value(isHigh);
      this.#operations.narrow();
    }
    if (sides.length > 1) this.#operations.join();
  }
}
