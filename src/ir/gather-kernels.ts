/**
 * The kernels that move chosen elements, one module each. Positions are i32 in a memory of their own, and so are the
 * elements that are read and those that are written. All arguments are i32. Addresses are in bytes, and `end` is the
 * address behind the last position.
 */
import { type Code, I32, V128 } from "./encode.js";
import { EXTEND, SCALARS, SELECT, WRAP } from "./scalar.js";
import { forEach, kernelOver } from "./sort-kernels.js";

type Module = Uint8Array<ArrayBuffer>;
const { add, and, ltU, sub, load, store } = SCALARS[4];
const [MUL, NE, GT_S] = [0x6c, 0x47, 0x4a];
const [TRAILING_ZEROS, ONES] = [0x68, 0x69];
const RETURN = 0x0f;

/** The numbers of the memories of a kernel: what is written, the positions, and what is read. */
const [TO, POSITIONS, FROM] = [0, 1, 2];
const MEMORIES = ["0", "1", "2"];
/** Elements that are moved by one pass of a loop. */
const UNROLLED = 4;

const scalarsOf = (bytes: number) => SCALARS[bytes === 8 ? 8 : 4];

/**
 * `run(from, count, length, to)`: writes the positions that indices of an axis of that length stand for: negative ones
 * count from its end. Returns the place of the first index that is outside of the axis, or -1.
 *
 * @param bytes of an index: 4 or 8, with a sign
 */
export const positionsModule = (bytes: 4 | 8): Module =>
  kernelOver(["0", "1"], 4, [I32], (code, from, count, length, to) => {
    const { type, load: loadIndex, add: addIndex, and: andIndex, shrS: shift, geU: isBeyond } = SCALARS[bytes];
    const [index, wide, done] = [code.local(type), code.local(type), code.local(I32)];
    code.get(length!);
    if (bytes === 8) code.emit(EXTEND);
    code.set(wide);
    code.while(
      () => code.get(done).get(count!).emit(ltU),
      () => {
        code.get(from!).emit(loadIndex[bytes]!, ...code.address(1, 0));
        code.tee(index).get(index);
        code
          .constant(bytes, BigInt(8 * bytes - 1))
          .emit(shift)
          .get(wide)
          .emit(andIndex, addIndex);
        code.tee(index).get(wide).emit(isBeyond);
        code.if(() => code.get(done).emit(RETURN));
        code.get(to!).get(index);
        if (bytes === 8) code.emit(WRAP);
        code.emit(store[4]!, ...code.address(0, 0));
        code.advance(from!, bytes).advance(to!, 4).advance(done, 1);
      },
    );
    code.i32(-1);
  });

/** Pushes `base + position * step` for the position `ahead` of the one at `at`. */
function pushPlace(code: Code, at: number, ahead: number, base: number, step: number): void {
  code.get(at).emit(load[4]!, ...code.address(POSITIONS, 4 * ahead));
  code.get(step).emit(MUL).get(base).emit(add);
}

/** Writes a loop over the positions from `at` to `end`, several at a time. `move` moves the one so far ahead. */
function forEachPosition(
  code: Code,
  at: number,
  end: number,
  move: (ahead: number) => void,
  next: (n: number) => void,
) {
  const last = code.local(I32);
  code
    .get(end)
    .i32(-4 * (UNROLLED - 1))
    .emit(add)
    .set(last);
  code.while(
    // As signed numbers of what is left: an address may be above 2^31.
    () => code.get(last).get(at).emit(sub).i32(0).emit(GT_S),
    () => {
      for (let i = 0; i < UNROLLED; i++) move(i);
      next(UNROLLED);
      code.advance(at, 4 * UNROLLED);
    },
  );
  forEach(code, at, end, 4, () => {
    move(0);
    next(1);
  });
}

/** Writes a loop over rows. Each begins with the first position again, and with a base that is `across` further on. */
function forEachRow(code: Code, rows: number, at: number, base: number, across: number, body: () => void): void {
  const [first, row] = [code.local(I32), code.local(I32)];
  code.get(at).set(first);
  code.while(
    () => code.get(row).get(rows).emit(NE),
    () => {
      code.get(first).set(at);
      body();
      code.advance(base, { local: across }).advance(row, 1);
    },
  );
}

/**
 * `run(to, at, end, base, step, rows, across)`: copies the element at `base + position * step` for each position to
 * `to` and on; and again for each further row, whose base is `across` behind that of the row before.
 *
 * @param bytes of an element
 */
export const gatherModule = (bytes: number): Module =>
  kernelOver(MEMORIES, 7, [], (code, to, at, end, base, step, rows, across) => {
    const { load: read, store: write } = scalarsOf(bytes);
    const move = (ahead: number) => {
      code.get(to!);
      pushPlace(code, at!, ahead, base!, step!);
      code.emit(read[bytes]!, ...code.address(FROM, 0));
      code.emit(write[bytes]!, ...code.address(TO, bytes * ahead));
    };
    forEachRow(code, rows!, at!, base!, across!, () =>
      forEachPosition(code, at!, end!, move, (n) => code.advance(to!, bytes * n)),
    );
  });

/**
 * `run(to, at, end, base, step, rows, across, width)`: as `gatherModule`, but copies `width` adjacent units for each
 * position.
 *
 * @param bytes of a unit
 */
export const gatherRunsModule = (bytes: number): Module =>
  kernelOver(MEMORIES, 8, [], (code, to, at, end, base, step, rows, across, width) => {
    const { load: read, store: write } = scalarsOf(bytes);
    const [from, runEnd] = [code.local(I32), code.local(I32)];
    forEachRow(code, rows!, at!, base!, across!, () =>
      forEach(code, at!, end!, 4, () => {
        pushPlace(code, at!, 0, base!, step!);
        code.set(from);
        code.get(to!).get(width!).i32(bytes).emit(MUL, add).set(runEnd);
        code.while(
          () => code.get(to!).get(runEnd).emit(NE),
          () => {
            code.get(to!).get(from);
            code.emit(read[bytes]!, ...code.address(FROM, 0)).emit(write[bytes]!, ...code.address(TO, 0));
            code.advance(to!, bytes).advance(from, bytes);
          },
        );
      }),
    );
  });

/**
 * `run(from, at, end, base, step, next)`: copies elements, each `next` bytes behind the one before, to
 * `base + position * step` for each position.
 *
 * @param bytes of an element
 */
export const scatterModule = (bytes: number): Module =>
  kernelOver(MEMORIES, 6, [], (code, from, at, end, base, step, next) => {
    const { load: read, store: write } = scalarsOf(bytes);
    forEach(code, at!, end!, 4, () => {
      pushPlace(code, at!, 0, base!, step!);
      code.get(from!).emit(read[bytes]!, ...code.address(FROM, 0));
      code.emit(write[bytes]!, ...code.address(TO, 0));
      code.advance(from!, { local: next! });
    });
  });

/** Bytes of a mask that are looked at together. */
export const MASKED = 16;

/** Writes a loop over the bytes of a mask in memory 1. `use` gets a local whose bits say which of 16 are not 0. */
function forEachMasked(code: Code, mask: number, end: number, use: (bits: number) => void): void {
  const [LOAD, CONSTANT, NOT_EQUAL, BITMASK] = [0x00, 0x0c, 0x24, 0x64];
  const bits = code.local(I32);
  const zeros = code.before(V128, 0xfd, CONSTANT, ...new Array<number>(16).fill(0));
  code.while(
    () => code.get(mask).get(end).emit(NE),
    () => {
      code.get(mask).simd(LOAD, ...code.address(1, 0));
      code.get(zeros).simd(NOT_EQUAL).simd(BITMASK).set(bits);
      use(bits);
      code.advance(mask, MASKED);
    },
  );
}

/** `run(mask, end)`: how many bytes are not 0; there is a multiple of 16. */
export const countTrueModule = (): Module =>
  kernelOver(["0", "1"], 2, [I32], (code, mask, end) => {
    const count = code.local(I32);
    forEachMasked(code, mask!, end!, (bits) => {
      code.get(count).get(bits).emit(ONES, add).set(count);
    });
    code.get(count);
  });

/** Writes a loop over those bits of a local that are 1, from the lowest one on, until `to` is `limit`. */
function forEachBit(code: Code, bits: number, to: number, limit: number, body: () => void): void {
  code.while(
    () => code.get(bits).i32(0).get(to).get(limit).emit(NE, SELECT),
    () => {
      body();
      code.get(bits).get(bits).i32(-1).emit(add, and).set(bits);
    },
  );
}

/**
 * `run(mask, end, to, limit, first)`: writes the numbers of the bytes that are not 0, counted from `first` on, from
 * `to` to `limit`. There is a multiple of 16 bytes. Returns where the next number belongs.
 */
export const whereTrueModule = (): Module =>
  kernelOver(["0", "1"], 5, [I32], (code, mask, end, to, limit, first) => {
    forEachMasked(code, mask!, end!, (bits) => {
      forEachBit(code, bits, to!, limit!, () => {
        code.get(to!).get(bits).emit(TRAILING_ZEROS).get(first!).emit(add);
        code.emit(store[4]!, ...code.address(0, 0)).advance(to!, 4);
      });
      code.advance(first!, MASKED);
    });
    code.get(to!);
  });

/**
 * `run(mask, end, to, limit, from, step)`: copies the elements, `step` bytes apart, whose bytes in the mask are not 0.
 * There is a multiple of 16 bytes. Returns where the next element belongs.
 *
 * @param bytes of an element
 */
export const selectModule = (bytes: number): Module =>
  kernelOver(["0", "1", "2"], 6, [I32], (code, mask, end, to, limit, from, step) => {
    const { load: read, store: write } = scalarsOf(bytes);
    const stride = code.local(I32);
    code.get(step!).i32(MASKED).emit(MUL).set(stride);
    forEachMasked(code, mask!, end!, (bits) => {
      forEachBit(code, bits, to!, limit!, () => {
        code.get(to!).get(bits).emit(TRAILING_ZEROS).get(step!).emit(MUL).get(from!).emit(add);
        code.emit(read[bytes]!, ...code.address(2, 0)).emit(write[bytes]!, ...code.address(0, 0));
        code.advance(to!, bytes);
      });
      code.advance(from!, { local: stride });
    });
    code.get(to!);
  });
