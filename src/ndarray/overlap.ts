/**
 * Whether two views share a byte: exactly, so that interleaved slices (even and odd columns) count as apart.
 * Pure. Used before anything is written while something else is read.
 */
import { blockOf } from "../memory/shared-memory.js";
import type { Strided } from "./elements.js";
import { extent, type View } from "./view.js";

/** Steps after which the search gives up and assumes an overlap: more than any layout made by slicing needs. */
const MAX_STEPS = 100_000;

/** True if writing one may change what reading the other gives. */
export function overlaps(a: Strided, b: Strided): boolean {
  if (blockOf(a.elements.memory).id !== blockOf(b.elements.memory).id) return false;
  if (a.view.size === 0 || b.view.size === 0) return false;
  const [aLow, aHigh] = byteExtent(a);
  const [bLow, bHigh] = byteExtent(b);
  if (aHigh < bLow || bHigh < aLow) return false;
  // Σ sᵢ·xᵢ + p − (Σ tⱼ·yⱼ + q) = distance, with xᵢ, yⱼ in their axes and p, q inside an element. With strides made
  // positive (counting from the lowest byte) and y, q counted from the far end, all terms are positive:
  const terms = [...byteTerms(a), ...byteTerms(b)].sort((s, t) => t.step - s.step);
  return solvable(terms, bHigh - aLow);
}

/** Element by element the same: reading one and writing the other in one pass is safe. */
export function sameElements(a: Strided, b: Strided): boolean {
  const here = ({ elements, view }: Strided) => elements.byteOffset + view.offset * elements.itemsize;
  return (
    blockOf(a.elements.memory).id === blockOf(b.elements.memory).id &&
    a.elements.itemsize === b.elements.itemsize &&
    here(a) === here(b) &&
    a.view.shape.length === b.view.shape.length &&
    a.view.shape.every(
      (n, axis) => n === b.view.shape[axis] && (n === 1 || a.view.strides[axis] === b.view.strides[axis]),
    )
  );
}

/** True if two indices may lead to one element: broadcast axes, sliding windows. Cautious for odd hand-made strides. */
export function selfOverlaps({ shape, strides, size }: View): boolean {
  if (size === 0) return false;
  const axes = shape.map((n, axis) => ({ n, step: Math.abs(strides[axis]!) })).filter(({ n }) => n > 1);
  let reach = 0; // of all faster axes
  for (const { n, step } of axes.sort((s, t) => s.step - t.step)) {
    if (step <= reach) return true;
    reach += (n - 1) * step;
  }
  return false;
}

interface Term {
  readonly step: number;
  readonly max: number;
}

function byteExtent({ elements, view }: Strided): [low: number, high: number] {
  const [low, high] = extent(view);
  return [elements.byteOffset + low * elements.itemsize, elements.byteOffset + (high + 1) * elements.itemsize - 1];
}

function byteTerms({ elements, view }: Strided): Term[] {
  const { itemsize } = elements;
  const axes = view.shape.map((n, axis) => ({ step: Math.abs(view.strides[axis]!) * itemsize, max: n - 1 }));
  return [...axes, { step: 1, max: itemsize - 1 }].filter(({ step, max }) => step > 0 && max > 0);
}

/** Whether Σ stepᵢ·xᵢ = target has a solution with 0 ≤ xᵢ ≤ maxᵢ. Depth first from the largest step, pruned by reach and divisor. */
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
