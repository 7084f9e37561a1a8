/**
 * The kernels that sort records by comparing them, one module each: insertion, which is fast for records that are
 * almost sorted or few, and merging. Records, arguments and addresses are those of `sort-kernels.ts`. All keep the
 * order of equal records.
 */
import { type Code, I32 } from "./encode.js";
import { SCALARS, SELECT, type Width, WRAP } from "./scalar.js";
import { forEach, kernel } from "./sort-kernels.js";

type Module = Uint8Array<ArrayBuffer>;
const ADD = SCALARS[4].add;

/** How records are compared. */
interface Order {
  readonly width: Width;
  /** Whether records hold only a part of their keys, so that the keys of records with equal parts decide. */
  readonly isPart: boolean;
  /** The address of the keys, by the positions that records hold. */
  readonly keys: number;
}

/** Pushes whether one record comes before another. */
function pushIsBefore(code: Code, { width, isPart, keys }: Order, one: number, other: number): void {
  const { load, eq, ltU, shl, shrU } = SCALARS[width];
  if (!isPart) {
    code.get(one).get(other).emit(ltU);
    return;
  }
  const pushPart = (record: number) => code.get(record).constant(8, 32n).emit(shrU);
  const pushKeyOf = (record: number) => {
    code.get(record).constant(8, 32n).emit(shl).constant(8, 29n).emit(shrU, WRAP); // its position times 8
    code.get(keys).emit(ADD, load[8]!, ...code.address(0, 0));
  };
  pushPart(one);
  pushPart(other).emit(eq).emit(0x04, I32); // if, with an i32 as its value
  pushKeyOf(one);
  pushKeyOf(other);
  code.emit(ltU, 0x05);
  code.get(one).get(other).emit(ltU, 0x0b);
}

/**
 * Writes an insertion sort of the records from `from` to `end`.
 *
 * @param moved Called behind each record that was inserted, with the local of its address. It may change `end`.
 * @param step Called in the loop that moves records, once for each.
 */
function insertion(code: Code, order: Order, from: number, end: number, step: () => void, moved: Inserted): void {
  const { width } = order;
  const { type, load, store } = SCALARS[width];
  const [at, place] = [code.local(I32), code.local(I32)];
  const [record, last, other] = [code.local(type), code.local(type), code.local(type)];
  const pushRecord = (address: number) => code.get(address).emit(load[width]!, ...code.address(0, 0));
  const put = (one: number) =>
    code
      .get(place)
      .get(one)
      .emit(store[width]!, ...code.address(0, 0));
  code
    .get(from)
    .get(end)
    .emit(SCALARS[4].ltU)
    .if(() => pushRecord(from).set(last));
  code.get(from).i32(width).emit(ADD).set(at);
  forEach(code, at, end, width, () => {
    pushRecord(at).set(record);
    pushIsBefore(code, order, record, last);
    code.ifElse(
      () => {
        code.get(at).set(place).get(last).set(other);
        // The record before the place is `other`, and it goes behind the one that is inserted.
        code.emit(0x02, 0x40, 0x03, 0x40); // block, loop
        put(other);
        code.advance(place, -width);
        step();
        code.get(place).get(from).emit(SCALARS[4].eq, 0x0d, 1); // br_if out
        code
          .get(place)
          .i32(width)
          .emit(SCALARS[4].sub, load[width]!, ...code.address(0, 0))
          .set(other);
        pushIsBefore(code, order, record, other);
        code.emit(0x0d, 0, 0x0b, 0x0b); // br_if again
        put(record);
        moved(at);
      },
      () => code.get(record).set(last),
    );
  });
}
type Inserted = (at: number) => void;

/**
 * `run(records, end, limit, left, keys)`: sorts records that are almost sorted by insertion. It gives up when it has
 * moved more than `limit` records. It writes to `left` how many it could still have moved, which is below 0 then.
 */
export const settleModule = (width: Width, isPart: boolean): Module =>
  kernel(5, (code, from, end, limit, left, keys) => {
    const giveUp = (at: number) =>
      code
        .get(limit!)
        .i32(0)
        .emit(0x48) // i32.lt_s
        .if(() => code.get(end!).set(at));
    insertion(code, { width, isPart, keys: keys! }, from!, end!, () => code.advance(limit!, -1), giveUp);
    code
      .get(left!)
      .get(limit!)
      .emit(SCALARS[4].store[4]!, ...code.address(0, 0));
  });

/** Sets `to` to the address `bytes` behind `at`, but at most to `end`. */
function stopAt(code: Code, to: number, at: number, bytes: number, end: number): void {
  code.get(at).get(bytes).emit(ADD).tee(to).get(end);
  code.get(to).get(end).emit(SCALARS[4].ltU, SELECT).set(to);
}

/** Writes a loop over the lines of `bytes` each from `from` to `end`. `body` gets the locals of a line's two ends. */
function forEachLine(code: Code, from: number, end: number, bytes: number, body: (at: number, stop: number) => void) {
  const [at, stop] = [code.local(I32), code.local(I32)];
  code.get(from).set(stop);
  code.while(
    () => code.get(stop).get(end).emit(SCALARS[4].ltU),
    () => {
      code.get(stop).tee(at).get(bytes).emit(ADD).set(stop);
      body(at, stop);
    },
  );
}

/**
 * `run(records, end, line, run, keys)`: sorts each run of `run` bytes by insertion. The last run of each line of `line`
 * bytes may be shorter.
 */
export const runsModule = (width: Width, isPart: boolean): Module =>
  kernel(5, (code, from, end, line, run, keys) => {
    const stop = code.local(I32);
    forEachLine(code, from!, end!, line!, (at, lineEnd) =>
      code.while(
        () => code.get(at).get(lineEnd).emit(SCALARS[4].ltU),
        () => {
          stopAt(code, stop, at, run!, lineEnd);
          insertion(
            code,
            { width, isPart, keys: keys! },
            at,
            stop,
            () => {},
            () => {},
          );
          code.get(stop).set(at);
        },
      ),
    );
  });

/** `run(records, end, to, line, run, keys)`: merges neighbouring runs in each line, and writes longer runs to `to`. */
export const mergeModule = (width: Width, isPart: boolean): Module =>
  kernel(6, (code, from, end, to, line, run, keys) => {
    const { type, load, store } = SCALARS[width];
    const [right, middle, stop, isRight] = [I32, I32, I32, I32].map((one) => code.local(one));
    const [a, b] = [code.local(type), code.local(type)];
    const pushRecord = (address: number) => code.get(address).emit(load[width]!, ...code.address(0, 0));
    const pushIsBelow = (one: number, other: number) => code.get(one).get(other).emit(SCALARS[4].ltU);
    const copyRest = (at: number, last: number) =>
      code.while(
        () => pushIsBelow(at, last),
        () => {
          code.get(to!);
          pushRecord(at).emit(store[width]!, ...code.address(0, 0));
          code.advance(at, width).advance(to!, width);
        },
      );
    const shift = Math.log2(width);
    forEachLine(code, from!, end!, line!, (left, lineEnd) =>
      code.while(
        () => pushIsBelow(left, lineEnd),
        () => {
          stopAt(code, middle!, left, run!, lineEnd);
          stopAt(code, stop!, middle!, run!, lineEnd);
          code.get(middle!).set(right!);
          code.while(
            () => {
              pushIsBelow(left, middle!);
              pushIsBelow(right!, stop!).emit(SCALARS[4].and);
            },
            () => {
              pushRecord(left).set(a);
              pushRecord(right!).set(b);
              pushIsBefore(code, { width, isPart, keys: keys! }, b, a);
              code.set(isRight!);
              code.get(to!).get(b).get(a).get(isRight!).emit(SELECT);
              code.emit(store[width]!, ...code.address(0, 0)).advance(to!, width);
              // Without branches, because nobody could predict them.
              code.get(right!).get(isRight!).i32(shift).emit(SCALARS[4].shl, ADD).set(right!);
              code.get(left).get(isRight!).emit(0x45).i32(shift).emit(SCALARS[4].shl, ADD).set(left); // i32.eqz
            },
          );
          copyRest(left, middle!);
          copyRest(right!, stop!);
          code.get(stop!).set(left);
        },
      ),
    );
  });
