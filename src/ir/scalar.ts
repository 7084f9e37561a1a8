/** The numbers of the scalar instructions that hand-written kernels use, by the bytes of their operands. */
import { I32, I64 } from "./encode.js";

/** The width in which a scalar is computed: i32 or i64. */
export type Width = 4 | 8;

interface Instructions {
  readonly type: number;
  /** Loads of that many bytes, which clear the higher ones. */
  readonly load: Readonly<Record<number, number>>;
  readonly store: Readonly<Record<number, number>>;
  readonly eq: number;
  readonly ltU: number;
  readonly geU: number;
  readonly add: number;
  readonly sub: number;
  readonly and: number;
  readonly or: number;
  readonly xor: number;
  readonly shl: number;
  readonly shrS: number;
  readonly shrU: number;
}

export const SCALARS: Readonly<Record<Width, Instructions>> = {
  4: {
    ...{ type: I32, load: { 1: 0x2d, 2: 0x2f, 4: 0x28 }, store: { 1: 0x3a, 2: 0x3b, 4: 0x36 } },
    ...{ eq: 0x46, ltU: 0x49, geU: 0x4f, add: 0x6a, sub: 0x6b },
    ...{ and: 0x71, or: 0x72, xor: 0x73, shl: 0x74, shrS: 0x75, shrU: 0x76 },
  },
  8: {
    ...{ type: I64, load: { 4: 0x35, 8: 0x29 }, store: { 4: 0x3e, 8: 0x37 } },
    ...{ eq: 0x51, ltU: 0x54, geU: 0x5a, add: 0x7c, sub: 0x7d },
    ...{ and: 0x83, or: 0x84, xor: 0x85, shl: 0x86, shrS: 0x87, shrU: 0x88 },
  },
};
/** The low half of an i64. */
export const WRAP = 0xa7;
/** An i32 as an i64 without sign. */
export const EXTEND = 0xad;
/** The first of two values if the i32 on the stack is not 0, otherwise the second. */
export const SELECT = 0x1b;
