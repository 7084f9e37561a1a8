/**
 * Products of a matrix and a vector as WebAssembly modules. Each element of the matrix is read once, where it is, and
 * each sum follows the order of the inner axis. The vector and the sums are in the last memory: the second one, or the
 * only one if the engine has no more, and then the matrix is there as well.
 */
import { Code, encodeModule, I32, V128 } from "./encode.js";
import { type LaneType, laneBytes } from "./node.js";
import { LOAD_LANE, LOAD_LOW, LOAD_SPLAT, SHUFFLE, simdOpcode, V128_CONST, V128_STORE } from "./opcodes.js";

/** The rows that `rows` sums at a time. */
export const MATVEC_ROWS = 8;
/** The steps of the inner axis that `columns` takes at a time, which saves loads and stores of the sums. */
const STEPS = 4;
const MATRIX = 0;
/**
 * Count and depth; the address of the matrix and the bytes from one row or column to the next; the addresses of the
 * vector and of the sums.
 */
const PARAMS = 6;
const [ADD, SUBTRACT, MULTIPLY, LESS, GREATER_EQUAL, SELECT] = [0x6a, 0x6b, 0x6c, 0x49, 0x4f, 0x1b] as const;

/**
 * A module that exports `run`, whose parameters are `PARAMS`. It adds to sums. `rows`: `count` times eight rows of a
 * matrix whose rows are adjacent elements, each in parts of `part` elements. `columns`: `count` vectors of sums of a
 * matrix whose columns are adjacent elements.
 */
export const matvecModule = (
  type: LaneType,
  way: "rows" | "columns",
  part: number,
  memories: readonly string[],
): Uint8Array<ArrayBuffer> =>
  encodeModule({
    memories,
    imports: [],
    functions: [
      {
        name: "run",
        params: new Array<number>(PARAMS).fill(I32),
        results: [],
        code: way === "rows" ? rowsBody(type, part, memories.length - 1) : columnsBody(type, memories.length - 1),
      },
    ],
  });

const [COUNT, DEPTH, A, STEP, X, SUMS] = [0, 1, 2, 3, 4, 5] as const;
const locals = (code: Code, count: number, type: number) => Array.from({ length: count }, () => code.local(type));
const whileAtLeast = (code: Code, local: number, least: number, body: () => void) =>
  code.while(() => code.get(local).i32(least).emit(GREATER_EQUAL), body);

/** Eight rows at a time: squares of elements are turned in registers, so that a vector has one element of each row. */
function rowsBody(type: LaneType, part: number, scratch: number): Code {
  const code = new Code(PARAMS);
  const bytes = laneBytes(type);
  const lanes = 16 / bytes;
  const rows = locals(code, MATVEC_ROWS, I32);
  const sums = locals(code, MATVEC_ROWS / lanes, V128);
  const factors = locals(code, lanes, V128);
  const square = locals(code, 2 * lanes, V128);
  const totals = sums.map(() => code.local(V128));
  const [x, left, rest] = locals(code, 3, I32) as [number, number, number];
  const loadFactors = (count: number) => {
    for (let k = 0; k < count; k++)
      code
        .get(x)
        .simd(LOAD_SPLAT[bytes]!, ...code.address(scratch, k * bytes))
        .set(factors[k]!);
  };
  const addProduct = (sum: number, k: number, product: () => void) => {
    code.get(sum);
    product();
    code.get(factors[k]!).simd(simdOpcode("mul", type)).simd(simdOpcode("add", type)).set(sum);
  };
  const step = (elements: number) => {
    for (const row of rows) code.advance(row, elements * bytes);
    code.advance(x, elements * bytes).advance(left, -elements);
  };
  const addPart = () => {
    code.get(rest).i32(part).get(rest).i32(part).emit(LESS, SELECT).set(left); // the smaller one
    code.get(rest).get(left).emit(SUBTRACT).set(rest);
    for (const sum of sums) code.simd(V128_CONST, ...new Array<number>(16).fill(0)).set(sum);
    whileAtLeast(code, left, lanes, () => {
      loadFactors(lanes);
      for (const [g, sum] of sums.entries()) {
        for (let i = 0; i < lanes; i++)
          code
            .get(rows[g * lanes + i]!)
            .simd(LOAD_LOW[16]!, ...code.address(MATRIX, 0))
            .set(square[i]!);
        const turned = turn(code, square, lanes);
        for (let k = 0; k < lanes; k++) addProduct(sum, k, () => code.get(turned[k]!));
      }
      step(lanes);
    });
    whileAtLeast(code, left, 1, () => {
      loadFactors(1);
      for (const [g, sum] of sums.entries()) {
        loadColumn(code, rows.slice(g * lanes, (g + 1) * lanes), bytes, square[0]!);
        addProduct(sum, 0, () => code.get(square[0]!));
      }
      step(1);
    });
    for (const [g, sum] of sums.entries()) code.get(totals[g]!).get(sum).simd(simdOpcode("add", type)).set(totals[g]!);
  };
  code.while(
    () => code.get(COUNT),
    () => {
      for (const [g, total] of totals.entries())
        code
          .get(SUMS)
          .simd(LOAD_LOW[16]!, ...code.address(scratch, 16 * g))
          .set(total);
      for (const [i, row] of rows.entries()) {
        if (i === 0) code.get(A).set(row);
        else
          code
            .get(rows[i - 1]!)
            .get(STEP)
            .emit(ADD)
            .set(row);
      }
      code.get(X).set(x).get(DEPTH).set(rest);
      code.while(() => code.get(rest), addPart);
      for (const [g, total] of totals.entries())
        code
          .get(SUMS)
          .get(total)
          .simd(V128_STORE, ...code.address(scratch, 16 * g));
      code.get(A).get(STEP).i32(MATVEC_ROWS).emit(MULTIPLY, ADD).set(A);
      code.advance(SUMS, MATVEC_ROWS * bytes).advance(COUNT, -1);
    },
  );
  return code;
}

/** Loads the first element of each of some rows. */
function loadColumn(code: Code, [first, ...others]: readonly number[], bytes: number, column: number): void {
  code
    .get(first!)
    .simd(LOAD_LOW[bytes]!, ...code.address(MATRIX, 0))
    .set(column);
  for (const [i, row] of others.entries())
    code
      .get(row)
      .get(column)
      .simd(LOAD_LANE[bytes]!, ...code.address(MATRIX, 0), i + 1)
      .set(column);
}

/** Interleaves the low or the high parts of two vectors, in parts of 4 or 8 bytes. */
const interleaved = (part: 4 | 8, isHigh: boolean): number[] =>
  Array.from({ length: 16 }, (_, i) => {
    const from = Math.floor(i / part);
    return (from % 2) * 16 + (isHigh ? 8 : 0) + Math.floor(from / 2) * part + (i % part);
  });

/** Turns a square of elements, whose rows are in the first locals. Returns the locals of its columns. */
function turn(code: Code, square: readonly number[], lanes: number): readonly number[] {
  const pair = (a: number, b: number, part: 4 | 8, isHigh: boolean, to: number) =>
    code
      .get(a)
      .get(b)
      .simd(SHUFFLE, ...interleaved(part, isHigh))
      .set(to);
  const [a, b, c, d, ...to] = square as [number, number, number, number, ...number[]];
  if (lanes === 2) {
    pair(a, b, 8, false, c);
    pair(a, b, 8, true, d);
    return [c, d];
  }
  const [lowAB, lowCD, highAB, highCD] = to as [number, number, number, number];
  pair(a, b, 4, false, lowAB);
  pair(c, d, 4, false, lowCD);
  pair(a, b, 4, true, highAB);
  pair(c, d, 4, true, highCD);
  pair(lowAB, lowCD, 8, false, a);
  pair(lowAB, lowCD, 8, true, b);
  pair(highAB, highCD, 8, false, c);
  pair(highAB, highCD, 8, true, d);
  return [a, b, c, d];
}

/** The sums of one vector after the other, each step of the inner axis for all of them. */
function columnsBody(type: LaneType, scratch: number): Code {
  const code = new Code(PARAMS);
  const bytes = laneBytes(type);
  const factors = locals(code, STEPS, V128);
  const columns = locals(code, STEPS, I32);
  const [sums, left] = locals(code, 2, I32) as [number, number];
  const pass = (steps: number) => {
    for (let k = 0; k < steps; k++) {
      code
        .get(X)
        .simd(LOAD_SPLAT[bytes]!, ...code.address(scratch, k * bytes))
        .set(factors[k]!);
      if (k === 0) code.get(A).set(columns[k]!);
      else
        code
          .get(columns[k - 1]!)
          .get(STEP)
          .emit(ADD)
          .set(columns[k]!);
    }
    code.get(SUMS).set(sums).get(COUNT).set(left);
    code.while(
      () => code.get(left),
      () => {
        code.get(sums).get(sums);
        code.simd(LOAD_LOW[16]!, ...code.address(scratch, 0));
        for (let k = 0; k < steps; k++) {
          code.get(columns[k]!).simd(LOAD_LOW[16]!, ...code.address(MATRIX, 0));
          code.get(factors[k]!).simd(simdOpcode("mul", type)).simd(simdOpcode("add", type));
        }
        code.simd(V128_STORE, ...code.address(scratch, 0));
        for (let k = 0; k < steps; k++) code.advance(columns[k]!, 16);
        code.advance(sums, 16).advance(left, -1);
      },
    );
    code.get(A).get(STEP).i32(steps).emit(MULTIPLY, ADD).set(A);
    code.advance(X, steps * bytes).advance(DEPTH, -steps);
  };
  whileAtLeast(code, DEPTH, STEPS, () => pass(STEPS));
  whileAtLeast(code, DEPTH, 1, () => pass(1));
  return code;
}
