/**
 * Whether two arrays share a byte. The answer is exact: interleaved slices (even and odd columns) do not overlap.
 * Every call that writes to one array while it reads from another asks first.
 */
import { distanceOf } from "../memory/blocks/driver.js";
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "./elements.js";
import { extent, type View } from "./view.js";

/** After so many steps the search gives up and assumes an overlap. No layout made by slicing needs as many. */
const MAX_STEPS = 100_000;

/** Whether writing to one array may change what is read from the other. */
export function overlaps(a: Strided, b: Strided): boolean {
  const distance = distanceBetween(a, b);
  if (distance === undefined || a.view.size === 0 || b.view.size === 0) return false;
  const [aLow, aHigh] = byteExtent(a);
  const [bLow, bHigh] = byteExtent(b, distance);
  if (aHigh < bLow || bHigh < aLow) return false;
  // Byte p of element x of `a` and byte q of element y of `b` are the same byte if
  //   aLow + Σ sᵢ·xᵢ + p = bLow + Σ tⱼ·yⱼ + q,
  // where all strides s, t are made positive by counting from the lowest byte. If y and q are counted from the other
  // end, as y′ = max − y and q′ = max − q, the right side is bHigh − Σ tⱼ·y′ⱼ − q′. All terms, positive, on the left:
  //   Σ sᵢ·xᵢ + p + Σ tⱼ·y′ⱼ + q′ = bHigh − aLow.
  const terms = [...byteTerms(a), ...byteTerms(b)].sort((s, t) => t.step - s.step);
  return solvable(terms, bHigh - aLow);
}

/** Whether both arrays have the same elements in the same order: one can be read while the other is written. */
export function sameElements(a: Strided, b: Strided): boolean {
  const here = ({ elements, view }: Strided) => elements.byteOffset + view.offset * elements.itemsize;
  return (
    a.elements.itemsize === b.elements.itemsize &&
    here(a) - here(b) === distanceBetween(a, b) &&
    a.view.shape.length === b.view.shape.length &&
    a.view.shape.every(
      (n, axis) => n === b.view.shape[axis] && (n === 1 || a.view.strides[axis] === b.view.strides[axis]),
    )
  );
}

/** How many bytes after the block of `a` that of `b` begins; `undefined` if they share none. */
const distanceBetween = (a: Strided, b: Strided) => distanceOf(blockOf(a.elements.memory), blockOf(b.elements.memory));

/**
 * Whether two indices of a view may be the same element, as in broadcast axes and sliding windows. For unusual strides
 * that somebody chose by hand, the answer may be true although they are not.
 */
export function selfOverlaps({ shape, strides, size }: View): boolean {
  if (size === 0) return false;
  const axes = shape.map((n, axis) => ({ n, step: Math.abs(strides[axis]!) })).filter(({ n }) => n > 1);
  let reach = 0; // from the lowest to the highest element of all faster axes
  for (const { n, step } of axes.sort((s, t) => s.step - t.step)) {
    if (step <= reach) return true;
    reach += (n - 1) * step;
  }
  return false;
}

/** One unknown of the equation: `step * x`, with x in [0, max]. */
interface Term {
  readonly step: number;
  readonly max: number;
}

/** @param start the position of the array's block */
function byteExtent({ elements, view }: Strided, start = 0): [low: number, high: number] {
  const [low, high] = extent(view);
  const { itemsize } = elements;
  const first = start + elements.byteOffset;
  return [first + low * itemsize, first + (high + 1) * itemsize - 1];
}

function byteTerms({ elements, view }: Strided): Term[] {
  const { itemsize } = elements;
  const axes = view.shape.map((n, axis) => ({ step: Math.abs(view.strides[axis]!) * itemsize, max: n - 1 }));
  return [...axes, { step: 1, max: itemsize - 1 }].filter(({ step, max }) => step > 0 && max > 0);
}

/**
 * Whether Σ stepᵢ·xᵢ = target has a solution with 0 ≤ xᵢ ≤ maxᵢ. The search is depth first from the largest step. It
 * leaves a branch if the remaining terms cannot reach the rest, or if their common divisor does not divide it.
 */
function solvable(terms: readonly Term[], target: number): boolean {
  const reach = new Array<number>(terms.length + 1).fill(0);
  const divisor = new Array<number>(terms.length + 1).fill(0);
  for (let i = terms.length - 1; i >= 0; i--) {
    reach[i] = reach[i + 1]! + terms[i]!.step * terms[i]!.max;
    divisor[i] = gcd(terms[i]!.step, divisor[i + 1]!);
  }
  let steps = 0;
  const search = (i: number, rest: number): boolean => {
    if (rest === 0 || ++steps > MAX_STEPS) return true;
    if (rest < 0 || rest > reach[i]! || rest % divisor[i]! !== 0) return false;
    const { step, max } = terms[i]!;
    const most = Math.min(max, Math.floor(rest / step));
    const least = Math.max(0, Math.ceil((rest - reach[i + 1]!) / step));
    for (let x = most; x >= least; x--) if (search(i + 1, rest - x * step)) return true;
    return false;
  };
  return search(0, target);
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
