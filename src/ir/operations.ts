/**
 * Writes the instructions of single operations. Operands and results are vectors on the stack, of which only the low
 * lanes count. Used by `wasm.ts`.
 */
import type { Code } from "./encode.js";
import { uleb, V128 } from "./encode.js";
import { constant, isBigLane, isFloatLane, isIntLane, isMask, type LaneType, laneBytes, type Node } from "./node.js";
import {
  ANDNOT,
  ANY_TRUE,
  BITSELECT,
  CONVERT,
  EXTEND_LOW,
  laneRow,
  NARROW,
  SCALAR,
  SCALAR_CONVERT,
  SHUFFLE,
  simdOpcode,
  V128_CONST,
} from "./opcodes.js";
import { type Shift, type ShiftWriter, shiftOpcode, writeShift } from "./shifts.js";

/** Writes operations of one kernel into its code. */
export class Operations {
  readonly #code: Code;
  readonly #lanes: number;
  readonly #helpers: readonly string[];
  /** The locals of constants, by their bytes. */
  readonly #constants = new Map<string, number>();
  readonly #shiftWriter: ShiftWriter;

  /**
   * @param lanes The number of lanes of a vector that count.
   * @param helpers The names of the imported functions, in the order of their numbers.
   */
  constructor(code: Code, lanes: number, helpers: readonly string[]) {
    this.#code = code;
    this.#lanes = lanes;
    this.#helpers = helpers;
    this.#shiftWriter = {
      code,
      constant: (node) => this.constant(node),
      bytes: (bytes) => this.#bytes(Uint8Array.from(bytes)),
      multiplyBytes: () => this.#multiplyBytes(),
    };
  }

  /** Pushes a constant in all lanes, which a local holds from the beginning. */
  constant({ type, imm }: Node): Code {
    return this.#bytes(bytesOf(type, imm));
  }
  #bytes(bytes: Uint8Array): Code {
    const key = bytes.join();
    let local = this.#constants.get(key);
    if (local === undefined) {
      local = this.#code.before(V128, 0xfd, ...uleb(V128_CONST), ...bytes);
      this.#constants.set(key, local);
    }
    return this.#code.get(local);
  }
  /**
   * Writes an operation. `value` is called to push each operand.
   *
   * @param isFixed says whether an operand is the same in all lanes
   */
  write(node: Node, value: (arg: Node) => void, isFixed: (arg: Node) => boolean): void {
    const { op, type, args, imm } = node;
    const code = this.#code;
    switch (op) {
      case "select": {
        const [mask, a, b] = args as [Node, Node, Node];
        // Engines write three instructions for a choice of bits, and one where one of both is 0.
        const [isAZero, isBZero] = [isZero(a), isZero(b)];
        if (!isAZero) value(a);
        if (!isBZero || isAZero) value(b);
        value(mask);
        code.simd(isAZero ? ANDNOT : isBZero ? simdOpcode("and", "m8") : BITSELECT);
        return;
      }
      case "convert":
        value(args[0]!);
        this.#convert(args[0]!.type, type);
        return;
      case "reinterpret":
        value(args[0]!);
        return;
      case "shl":
      case "shr":
        value(args[0]!);
        code.i32(Number(imm)).simd(simdOpcode(op, type));
        return;
      case "shlBy":
      case "shrBy":
        for (const arg of args) value(arg);
        if (isFixed(args[1]!)) this.#shiftAll(op, type);
        else writeShift(this.#shiftWriter, op, type);
        return;
      case "quotient":
      case "rest":
        for (const arg of args) value(arg);
        this.#lanewise([type, type], type, () => this.#scalarOp(op, type));
        return;
      case "call":
        this.#call(node, value);
        return;
      case "eq":
      case "ne":
      case "lt":
      case "le":
      case "gt":
      case "ge":
        for (const arg of args) value(arg);
        code.simd(simdOpcode(op, args[0]!.type));
        return;
      default:
        for (const arg of args) value(arg);
        if ((op === "min" || op === "max") && isFloatLane(type)) this.#extreme(op, type);
        else if (op === "mul" && laneBytes(type) === 1) this.#multiplyBytes();
        else code.simd(simdOpcode(op as "add", type));
    }
  }

  /**
   * The smaller or larger float of each lane. What differs by the order of the operands is a pair of zeros, or of NaN
   * and a number. For the instruction of that name, engines write eight of the machine.
   */
  #extreme(op: "min" | "max", type: LaneType): void {
    const code = this.#code;
    const [a, b, picked, other] = [code.local(V128), code.local(V128), code.local(V128), code.local(V128)];
    const pick = (x: number, y: number) =>
      code
        .get(x)
        .get(y)
        .simd(simdOpcode(op === "min" ? "pmin" : "pmax", type));
    code.set(b).set(a);
    pick(a, b).set(picked);
    pick(b, a).set(other);
    const bits = `m${8 * laneBytes(type)}` as LaneType;
    code
      .get(picked)
      .get(other)
      .simd(simdOpcode(op === "min" ? "or" : "and", bits));
    if (op === "max") code.get(picked).get(other).simd(simdOpcode("ne", type)).simd(simdOpcode("or", bits));
  }

  /** Multiplies bytes: those in the low and those in the high halves of 16 bits, for which there is an instruction. */
  #multiplyBytes(): void {
    const code = this.#code;
    const [a, b] = [code.local(V128), code.local(V128)];
    const low = constant(0xff, "u16");
    const multiply = () => code.simd(simdOpcode("mul", "i16"));
    code.set(b).set(a).get(a).get(b);
    multiply();
    this.constant(low).simd(simdOpcode("and", "u16"));
    for (const local of [a, b]) code.get(local).i32(8).simd(simdOpcode("shr", "u16"));
    multiply();
    code.i32(8).simd(simdOpcode("shl", "u16")).simd(simdOpcode("or", "u16"));
  }

  /** Shifts all lanes by the count in the lowest lane of the second vector. */
  #shiftAll(op: Shift, type: LaneType): void {
    this.#code.simd(laneRow(type).extractU, 0);
    if (isBigLane(type)) this.#code.emit(0xa7); // i32.wrap_i64
    this.#code.simd(shiftOpcode(op, type));
  }

  /** Turns the low or the high two of four float32 lanes to float64. */
  widen(isHigh: boolean): void {
    if (isHigh) {
      const local = this.#code.local(V128);
      this.#code
        .tee(local)
        .get(local)
        .simd(SHUFFLE, ...HIGH_HALF);
    }
    this.#convert("f32", "f64");
  }
  /** Rounds two float64 lanes to float32. */
  narrow(): void {
    this.#convert("f64", "f32");
  }
  /** Joins the low halves of two vectors. */
  join(): void {
    this.#code.simd(SHUFFLE, ...LOW_HALVES);
  }

  /** Joins two vectors of masks with lanes of so many bytes to one of lanes of half as many. */
  joinMasks(bytes: number): void {
    if (bytes === 8) this.#code.simd(SHUFFLE, ...LOW_WORDS);
    else this.#code.simd(NARROW[bytes]!);
  }

  #scalarOp(op: "quotient" | "rest", type: LaneType): void {
    this.#code.emit(SCALAR[op][type]!);
  }

  /** Applies a scalar operation to each lane of the vectors on the stack, which have the types `from`. */
  #lanewise(from: readonly LaneType[], to: LaneType, operate: () => void): void {
    const code = this.#code;
    const locals = from.map(() => code.local(V128));
    for (const local of locals.toReversed()) code.set(local);
    for (let lane = 0; lane < this.#lanes; lane++) {
      for (const [i, type] of from.entries()) {
        const row = laneRow(type);
        code.get(locals[i]!).simd(type[0] === "u" ? row.extractU : row.extractS, lane);
      }
      operate();
      if (lane === 0) code.simd(laneRow(to).splat);
      else code.simd(laneRow(to).replace, lane);
      // The vector under construction stays on the stack, below the next lane's operands.
    }
  }

  #convert(from: LaneType, to: LaneType): void {
    const code = this.#code;
    const direct = CONVERT[`${from}>${to}`];
    if (direct !== undefined) {
      code.simd(direct);
    } else if (isBigLane(from) && to === "f64") {
      this.#bigToDouble(from === "i64");
    } else if (SCALAR_CONVERT[`${from}>${to}`]) {
      this.#lanewise([from], to, () => code.emit(...SCALAR_CONVERT[`${from}>${to}`]!));
    } else if (isIntOrMask(from) && isIntOrMask(to)) {
      this.#resize(from, laneBytes(to));
    } else if (isFloatLane(to)) {
      const wide = from[0] === "u" ? "u32" : "i32";
      this.#resize(from, 4);
      this.#convert(wide, to);
    } else if (from === "f32" && isBigLane(to)) {
      this.#convert("f32", "f64");
      this.#convert("f64", to);
    } else {
      this.#convert(from, "i32");
      this.#resize("i32", laneBytes(to));
    }
  }

  /**
   * Turns integers of 64 bits to float64: each half becomes the low bits of a float64 whose last bit counts 1 or 2^32.
   * The subtraction is exact, so the sum is the only rounding. Converting lane by lane takes up to five times as long,
   * because such an instruction keeps a part of its register, and so waits for what was there before.
   */
  #bigToDouble(isSigned: boolean): void {
    const code = this.#code;
    const x = code.local(V128);
    const bits = (value: bigint) => this.constant(constant(value, "i64"));
    const low = () => {
      code.get(x);
      bits(0xffffffffn).simd(simdOpcode("and", "i64"));
      bits(DOUBLE_2_52).simd(simdOpcode("or", "i64"));
    };
    code.set(x).get(x).i32(32).simd(simdOpcode("shr", "u64"));
    bits(DOUBLE_2_84 + (isSigned ? 2n ** 31n : 0n)).simd(simdOpcode("xor", "i64")); // adds 2^31 to what has a sign
    this.constant(constant(2 ** 84 + (isSigned ? 2 ** 63 : 0) + 2 ** 52, "f64")).simd(simdOpcode("sub", "f64"));
    low();
    code.simd(simdOpcode("add", "f64"));
  }

  /** Changes the width of integers or masks: extends them step by step, or picks their low bytes. */
  #resize(from: LaneType, bytes: number): void {
    let width = laneBytes(from);
    for (; width < bytes; width *= 2) this.#code.simd(EXTEND_LOW[2 * width]![from[0] === "u" ? "u" : "s"]);
    if (width === bytes) return;
    const local = this.#code.local(V128);
    const pick = Array.from({ length: 16 }, (_, i) => Math.floor(i / bytes) * width + (i % bytes)).map((i) => i % 16);
    this.#code
      .tee(local)
      .get(local)
      .simd(SHUFFLE, ...pick);
  }

  /** Calls the function for each lane that the mask selects. If it selects none, the whole block is skipped. */
  #call({ args, imm }: Node, value: (arg: Node) => void): void {
    const code = this.#code;
    const [mask, result, ...operands] = args.map((arg) => {
      const local = code.local(V128);
      value(arg);
      code.set(local);
      return local;
    }) as [number, number, ...number[]];
    const { extractS, replace } = laneRow("f64");
    code
      .get(mask)
      .simd(ANY_TRUE)
      .if(() => {
        for (let lane = 0; lane < this.#lanes; lane++) {
          code.get(mask).simd(laneRow("i64").extractS, lane).emit(0x50, 0x45); // i64.eqz, i32.eqz
          code.if(() => {
            code.get(result);
            for (const operand of operands) code.get(operand).simd(extractS, lane);
            code
              .call(this.#helpers.indexOf(String(imm)))
              .simd(replace, lane)
              .set(result);
          });
        }
      });
    code.get(result);
  }
}

/** Whether a node is a constant without any bit set. */
const isZero = ({ op, imm }: Node): boolean => op === "const" && (imm === 0n || Object.is(imm, 0));

/** The bytes of a constant in all lanes. */
function bytesOf(type: LaneType, imm: Node["imm"]): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const width = laneBytes(type);
  for (let at = 0; at < 16; at += width) {
    if (type === "f64") view.setFloat64(at, Number(imm), true);
    else if (type === "f32") view.setFloat32(at, Number(imm), true);
    else if (isMask(type)) bytes.fill(imm ? 255 : 0, at, at + width);
    else if (width === 8) view.setBigInt64(at, BigInt(imm!), true);
    else if (width === 4) view.setInt32(at, Number(imm), true);
    else if (width === 2) view.setInt16(at, Number(imm), true);
    else view.setInt8(at, Number(imm));
  }
  return bytes;
}

/** The bits of 2^52 and 2^84 as float64. */
const [DOUBLE_2_52, DOUBLE_2_84] = [0x4330000000000000n, 0x4530000000000000n];
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const LOW_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const isIntOrMask = (type: LaneType): boolean => isIntLane(type) || isMask(type);
