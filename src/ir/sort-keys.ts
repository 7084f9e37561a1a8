/**
 * Elements as keys: unsigned integers whose order is that of the elements. Sorting by digits needs them. Keys of up to
 * 4 bytes are computed as i32, others as i64.
 *
 * The bits of a float without a sign grow with its value, and those of a negative one shrink. So a negative float has
 * all its bits inverted, and any other only its sign. NaNs with a sign would then be below -∞. Subtracting the key of
 * -∞, modulo the width, moves them above all others, and every key still stands for exactly one element.
 */
import { noComplex } from "../base/complex.js";
import { type DType, dtypes } from "../base/dtype.js";
import type { Code } from "./encode.js";
import { SCALARS, SELECT, type Width } from "./scalar.js";

/** What the keys of a dtype depend on. Dtypes of the same form share their kernels. */
export interface KeyForm {
  readonly kind: "u" | "i" | "f";
  /** The bytes of an element. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** The bytes in which a key is computed and stored. */
  readonly width: Width;
  /** Whether elements that compare as equal have equal keys: -0 and 0, and all NaNs. Else each has its own key. */
  readonly isMerged: boolean;
}

export function keyForm(dtype: DType, isMerged: boolean): KeyForm {
  const { kind, bytes } = dtypes[dtype];
  if (kind === "c") throw noComplex("sorting", dtype);
  const isFloat = kind === "f";
  return {
    kind: kind === "b" ? "u" : kind,
    bytes: bytes as 1,
    width: bytes === 8 ? 8 : 4,
    isMerged: isFloat && isMerged,
  };
}

/** Identifies a form among others. */
export const formName = ({ kind, bytes, isMerged }: KeyForm): string => `${kind}${bytes}${isMerged ? " merged" : ""}`;

const FRACTION_BITS: Readonly<Record<number, bigint>> = { 2: 10n, 4: 23n, 8: 52n };

/** Constants of a form, as unsigned integers. */
function constants({ bytes }: KeyForm) {
  const sign = 1n << BigInt(8 * bytes - 1);
  const all = 2n * sign - 1n;
  const fraction = (1n << (FRACTION_BITS[bytes] ?? 0n)) - 1n;
  const infinity = sign - 1n - fraction;
  // The bits of -∞ inverted are those of the fraction.
  return { sign, all, lowest: fraction, nan: (infinity ^ sign) - fraction + 1n };
}

/** Writes code that pushes the key of the element at an address. */
export function pushKey(code: Code, form: KeyForm, address: number): void {
  const { kind, bytes, width, isMerged } = form;
  const { type, load, eq, ltU, sub, and, or, xor } = SCALARS[width];
  const { sign, all, lowest, nan } = constants(form);
  code.get(address).emit(load[bytes]!, ...code.address(0, 0));
  if (kind === "u") return;
  if (kind === "i") {
    code.constant(width, sign).emit(xor);
    return;
  }
  const key = code.local(type);
  code.set(key);
  if (isMerged) {
    code.constant(width, 0n).get(key);
    code.get(key).constant(width, sign).emit(eq, SELECT).set(key);
  }
  code.get(key);
  pushSign(code, form, key);
  code.constant(width, sign).emit(or, xor).constant(width, lowest).emit(sub);
  if (bytes < width) code.constant(width, all).emit(and);
  if (isMerged) {
    code.tee(key).constant(width, nan).get(key).constant(width, nan).emit(ltU, SELECT);
  }
}

/** Writes code that stores at an address the element whose key is on the stack. The key must not be merged. */
export function storeOfKey(code: Code, form: KeyForm, address: number): void {
  const { kind, bytes, width } = form;
  const { type, store, add, or, xor } = SCALARS[width];
  const { sign, lowest } = constants(form);
  const key = code.local(type);
  code.set(key).get(address);
  if (kind === "f") {
    code.get(key).constant(width, lowest).emit(add).tee(key);
    pushSign(code, form, key);
    code.constant(width, -1n).emit(xor).constant(width, sign).emit(or, xor);
  } else if (kind === "i") code.get(key).constant(width, sign).emit(xor);
  else code.get(key);
  code.emit(store[bytes]!, ...code.address(0, 0));
}

/** Pushes all ones if the highest bit of an element is set, otherwise 0. */
function pushSign(code: Code, { bytes, width }: KeyForm, local: number): void {
  const { shl, shrS } = SCALARS[width];
  code.get(local);
  if (bytes < width) code.constant(width, BigInt(8 * (width - bytes))).emit(shl);
  code.constant(width, BigInt(8 * width - 1)).emit(shrS);
}
