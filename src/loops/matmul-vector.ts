/**
 * Products of a matrix and a vector. Each element of the matrix is used once, so copying it to the scratch memory would
 * take longer than to multiply it. A kernel reads it where it is, in engines with several memories and for most rows;
 * JavaScript does the rest, in the same order.
 */
import { caster, type DType, dtypes, type RawArray } from "../base/dtype.js";
import type { LaneType } from "../ir/node.js";
import type { Strided } from "../ndarray/elements.js";
import { castTile, moveTile, wholeRow } from "../ndarray/runs.js";
import { perClass } from "../ndarray/typed-loops.js";
import { locateFlat, pickAxes, swapAxes } from "../ndarray/view.js";
import { DEPTH, type Product, productLane, scratchDType } from "./matmul-block.js";
import { addByKernel, wayOf } from "./matmul-vector-kernel.js";

export type Add = (sum: number, a: number, b: number) => number;

/** sum + a · b, with the bits of the lanes. A loop for one class of sums meets only one of them, which is inlined. */
export const ADD: Partial<Record<string, Add>> = {
  f64: (sum, a, b) => sum + a * b,
  f32: (sum, a, b) => Math.fround(sum + Math.fround(Math.fround(a) * Math.fround(b))),
  i32: (sum, a, b) => (sum + Math.imul(a, b)) | 0,
};

/** sums[r] = Σ a[start + r·down + k·along] · x[first + r·next + k·step]. Four sums at a time are independent. */
const sumRows = perClass(function sumRows(
  sums: RawArray,
  a: RawArray,
  x: RawArray,
  add: Add,
  rows: number,
  depth: number,
  start: number,
  down: number,
  along: number,
  first: number,
  next: number,
  step: number,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    let p = start + r * down;
    let q = first + r * next;
    for (let k = 0; k < depth; k++, p += along, q += step) {
      s0 = add(s0, a[p]!, x[q]!);
      s1 = add(s1, a[p + down]!, x[q + next]!);
      s2 = add(s2, a[p + 2 * down]!, x[q + 2 * next]!);
      s3 = add(s3, a[p + 3 * down]!, x[q + 3 * next]!);
    }
    sums[r] = s0;
    sums[r + 1] = s1;
    sums[r + 2] = s2;
    sums[r + 3] = s3;
  }
  for (; r < rows; r++) {
    let sum = 0;
    let p = start + r * down;
    let q = first + r * next;
    for (let k = 0; k < depth; k++, p += along, q += step) sum = add(sum, a[p]!, x[q]!);
    sums[r] = sum;
  }
}, 3);

/** As `sumRows`, for rows that are adjacent in memory, and with one x for all. Four steps at a time save stores. */
const sumColumns = perClass(function sumColumns(
  sums: RawArray,
  a: RawArray,
  x: RawArray,
  add: Add,
  rows: number,
  depth: number,
  start: number,
  down: number,
  along: number,
  first: number,
  step: number,
): void {
  for (let r = 0; r < rows; r++) sums[r] = 0;
  let k = 0;
  let q = first;
  for (; k + 4 <= depth; k += 4, q += 4 * step) {
    const [x0, x1, x2, x3] = [x[q]!, x[q + step]!, x[q + 2 * step]!, x[q + 3 * step]!];
    let p = start + k * along;
    for (let r = 0; r < rows; r++, p += down) {
      const sum = add(add(sums[r]!, a[p]!, x0), a[p + along]!, x1);
      sums[r] = add(add(sum, a[p + 2 * along]!, x2), a[p + 3 * along]!, x3);
    }
  }
  for (; k < depth; k++, q += step) {
    let p = start + k * along;
    for (let r = 0; r < rows; r++, p += down) sums[r] = add(sums[r]!, a[p]!, x[q]!);
  }
}, 3);

const addTo = perClass(function addTo(totals: RawArray, sums: RawArray, count: number): void {
  for (let i = 0; i < count; i++) totals[i]! += sums[i]!;
}, 2);

/**
 * From so many results on, float32 goes through the scratch memory if there is no kernel for it. JavaScript adds as
 * float64 and then rounds, so each sum waits three times as long for the one before: a million elements take 3 to 5 ms
 * here and 1.5 ms there.
 */
const FEW = 4;

/** Whether `multiplyVector` can compute the products: of matrices and vectors whose elements need no conversion. */
export function isVectorProduct({ a, b, out, common }: Product): boolean {
  const [m, n] = out.view.shape.slice(-2) as [number, number];
  const lane = productLane(common);
  if ((m !== 1 && n !== 1) || !ADD[lane]) return false;
  // A row on the left multiplies the columns of the right factor, which are the rows of what is summed.
  const matrix = n === 1 ? a : { elements: b.elements, view: swapAxes(b.view, -2, -1) };
  if (lane === "f32" && m * n >= FEW && !wayOf(matrix, lane)) return false;
  return [a, b].every(({ elements }) => !caster(elements.dtype, scratchDType(common)));
}

/** Computes one of such products, with the bits that `multiplyBlock` would compute. */
export function multiplyVector({ a, b, out, common }: Product, matrix: number): void {
  const isColumn = out.view.shape.at(-1) === 1;
  /** The matrix with this number, turned if the vector is a row on the left. */
  const pick = ({ elements, view }: Strided): Strided => {
    const lead = view.shape.slice(0, -2).map((_, axis) => axis);
    const last = isColumn ? [lead.length, lead.length + 1] : [lead.length + 1, lead.length];
    return { elements, view: pickAxes(view, last, locateFlat(pickAxes(view, lead), matrix)) };
  };
  const [left, right] = isColumn ? [a, b] : [b, a];
  multiply(pick(left), pick(right), pick(out), scratchDType(common), productLane(common));
}

function multiply(a: Strided, x: Strided, out: Strided, dtype: DType, lane: LaneType): void {
  const add = ADD[lane]!;
  const way = wayOf(a, lane);
  const [rows, inner] = a.view.shape as [number, number];
  const [down, along] = a.view.strides as [number, number];
  const [step] = x.view.strides as [number];
  const [matrix, vector] = [a.elements.raw, x.elements.raw];
  const results = newArray(dtype, rows);
  const all = { matrix: a, start: a.view.offset, first: x.view.offset, depth: inner, x: vector, step };
  const known = way === "rows" ? addByKernel(way, lane, results, all) : 0;
  if (rows - known < 4) {
    for (let r = known; r < rows; r++) results[r] = sumOfRow(r);
  } else {
    const sums = newArray(dtype, rows);
    for (let k = 0; k < inner; k += DEPTH) {
      const depth = Math.min(DEPTH, inner - k);
      const part = { ...all, start: a.view.offset + k * along, first: x.view.offset + k * step, depth };
      if (way === "columns") sums.fill(0);
      const done = way === "columns" ? addByKernel(way, lane, sums, part) : known;
      const [rest, start] = [sums.subarray(done), part.start + done * down];
      if (Math.abs(down) < Math.abs(along))
        sumColumns(rest, matrix, vector, add, rows - done, depth, start, down, along, part.first, step);
      else sumRows(rest, matrix, vector, add, rows - done, depth, start, down, along, part.first, 0, step);
      addTo(results.subarray(known), sums.subarray(known), rows - known);
    }
  }
  const target = { raw: out.elements.raw, start: out.view.offset, rowStep: 0, step: out.view.strides[0]! };
  const cast = caster(dtype, out.elements.dtype);
  if (cast) castTile(target, wholeRow(results), 1, rows, cast);
  else moveTile(target, wholeRow(results), 1, rows);

  /** A sum of parts of `DEPTH` elements. The parts are like rows: four at a time. */
  function sumOfRow(r: number): number {
    const whole = Math.floor(inner / DEPTH);
    const [start, first] = [a.view.offset + r * down, x.view.offset];
    const sums = newArray(dtype, whole + 1);
    sumRows(sums, matrix, vector, add, whole, DEPTH, start, DEPTH * along, along, first, DEPTH * step, step);
    const done = whole * DEPTH;
    const rest = newArray(dtype, 1);
    sumRows(rest, matrix, vector, add, 1, inner - done, start + done * along, 0, along, first + done * step, 0, step);
    const total = newArray(dtype, 1);
    sums[whole] = rest[0]!;
    for (let i = 0; i <= whole; i++) total[0]! += sums[i]!;
    return total[0]!;
  }
}

const newArray = (dtype: DType, length: number): RawArray =>
  new dtypes[dtype].array(new ArrayBuffer(length * dtypes[dtype].bytes));
