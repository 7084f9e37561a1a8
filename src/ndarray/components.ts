/**
 * Complex elements as the floats that they are made of. An array (n, k) of complex128 is the same memory as an array
 * (n, k, 2) of float64; its real and its imaginary parts are each an array (n, k) with steps of two floats. What
 * moves elements without looking at them works on these. Knows no arrays.
 */
import { isComplex } from "../base/dtype.js";
import { Elements, type Strided } from "./elements.js";
import { makeView, type View } from "./view.js";
import { forEachRun, jointLoop } from "./walk.js";

/** Which part: 0 is the real one, 1 the imaginary one. */
export type Part = 0 | 1;
export const PARTS: readonly Part[] = [0, 1];

const doubled = ({ shape, strides, offset }: View, add: number): View =>
  makeView(
    shape,
    strides.map((stride) => 2 * stride),
    2 * offset + add,
  );
/** As `components`, of the view alone. */
export const withParts = ({ shape, strides, offset }: View): View =>
  makeView([...shape, 2], [...strides.map((stride) => 2 * stride), 1], 2 * offset);
/** The view of the real parts, or of the axes of an array without its last ones. */
export const apartView = (view: View): View => doubled(view, 0);

/** The parts along a last axis of length 2; an array of a real dtype as it is. */
export const components = ({ elements, view }: Strided): Strided =>
  isComplex(elements.dtype) ? { elements: elements.parts, view: withParts(view) } : { elements, view };

/** The real or the imaginary parts. An array of a real dtype is its own real part, and has no other. */
export function part({ elements, view }: Strided, which: Part): Strided {
  if (isComplex(elements.dtype)) return { elements: elements.parts, view: doubled(view, which) };
  if (which === 1) throw new Error(`internal: ${elements.dtype} has no imaginary part`);
  return { elements, view };
}

/** The real and the imaginary part; of a real dtype, the elements themselves. */
export const partsOf = (input: Strided): Strided[] =>
  isComplex(input.elements.dtype) ? PARTS.map((which) => part(input, which)) : [input];

/** What a last axis of two floats is made of, as complex elements: the reverse of `components`. */
export function asPairs({ elements, view }: Strided): Strided {
  const dtype = elements.itemsize === 8 ? "complex128" : "complex64";
  const { memory, byteOffset, length } = elements;
  const strides = view.strides.slice(0, -1).map((stride) => stride / 2);
  return {
    elements: new Elements(memory, dtype, byteOffset, length / 2),
    view: makeView(view.shape.slice(0, -1), strides, view.offset / 2),
  };
}

/** How elements of real dtypes are copied, and how they are all made 0. */
export interface Moves {
  readonly copy: (target: Strided, source: Strided) => void;
  readonly clear: (target: Strided) => void;
}

/**
 * Copies elements, of which the source's or the target's are complex. Real numbers get the imaginary part 0, and
 * complex ones lose theirs, as NumPy's `astype` casts them; as bool, everything but 0 is true.
 */
export function moveParts(target: Strided, source: Strided, { copy, clear }: Moves): void {
  const [to, from] = [target.elements.dtype, source.elements.dtype];
  if (isComplex(to) && isComplex(from)) copy(components(target), components(source));
  else if (isComplex(to)) {
    copy(part(target, 0), source);
    clear(part(target, 1));
  } else if (to === "bool") truths(target, source);
  else copy(target, part(source, 0));
}

/** Writes whether complex elements are not 0. */
function truths(target: Strided, source: Strided): void {
  const [re, im] = [part(source, 0), part(source, 1)];
  const loop = jointLoop([target.view, re.view, im.view], "K");
  const [to, a, b] = [target.elements.raw, re.elements.raw, im.elements.raw];
  const [step, fromStep] = [loop.strides[0]!.at(-1)!, loop.strides[1]!.at(-1)!];
  forEachRun(loop, 0, loop.size, ([at, reAt, imAt], count) => {
    for (let i = 0; i < count; i++) {
      to[at! + i * step] = a[reAt! + i * fromStep] !== 0 || b[imAt! + i * fromStep] !== 0 ? 1 : 0;
    }
  });
}
