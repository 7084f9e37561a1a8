/**
 * The kernels of a radix sort, one module each. Records are sorted by one digit after the other, from the lowest to the
 * highest: a record is a key, or a key of 4 bytes above the position of its element. Each pass keeps the order of
 * records with the same digit.
 *
 * All arguments are i32. Addresses are in bytes, and `end` is the address behind the last record or element.
 */
import { Code, encodeModule, I32 } from "./encode.js";
import { EXTEND, SCALARS, type Width, WRAP } from "./scalar.js";
import { type KeyForm, pushKey, storeOfKey } from "./sort-keys.js";

type Module = Uint8Array<ArrayBuffer>;
const ADD = SCALARS[4].add;

/** A module of one memory that exports `run`, whose arguments `body` receives as locals. */
export function kernel(args: number, body: (code: Code, ...args: number[]) => void): Module {
  return kernelOver(["0"], args, [], body);
}

/** As `kernel`, over memories of those names. With `results`, `body` leaves an i32 on the stack. */
export function kernelOver(
  memories: readonly string[],
  args: number,
  results: readonly number[],
  body: (code: Code, ...args: number[]) => void,
): Module {
  const params = Array.from({ length: args }, () => I32);
  const code = new Code(args);
  body(code, ...params.keys());
  return encodeModule({ memories, imports: [], functions: [{ name: "run", params, results, code }] });
}

/** Writes a loop over the addresses from `at` to `end`, in steps of some bytes. */
export function forEach(code: Code, at: number, end: number, bytes: number, body: () => void): void {
  code.while(
    () => code.get(at).get(end).emit(SCALARS[4].ltU),
    () => {
      body();
      code.advance(at, bytes);
    },
  );
}

/** What the records of a sort are: keys, or keys of 4 bytes with positions, or keys and positions apart. */
export type Records = "keys" | "with positions" | "apart";

/** The bytes of a record. */
export const recordWidth = (form: KeyForm, records: Records): Width => (records === "keys" ? form.width : 8);

/**
 * `run(from, end, to, differing, records)`: writes the records of elements to `to`, and to `differing` those bits, as
 * 8 bytes, in which any key differs from the first. If keys and positions are apart, keys go to `to`, and to `records`
 * records without keys.
 */
export const recordsModule = (form: KeyForm, records: Records): Module =>
  kernel(5, (code, from, end, to, differing, apart) => {
    const { width } = form;
    const { type, store, or, xor } = SCALARS[width];
    const { shl, store: store64, or: or64 } = SCALARS[8];
    const [key, first, bits] = [code.local(type), code.local(type), code.local(type)];
    const position = code.local(I32);

    pushKey(code, form, from!);
    code.set(first!);
    forEach(code, from!, end!, form.bytes, () => {
      pushKey(code, form, from!);
      code.tee(key!).get(first!).emit(xor).get(bits!).emit(or).set(bits!);
      code.get(to!);
      if (records === "with positions") {
        code.get(key!).emit(EXTEND).constant(8, 32n).emit(shl).get(position).emit(EXTEND, or64);
        code.emit(store64[8]!, ...code.address(0, 0)).advance(to!, 8);
      } else {
        code
          .get(key!)
          .emit(store[width]!, ...code.address(0, 0))
          .advance(to!, width);
      }
      if (records === "apart") {
        code
          .get(apart!)
          .get(position)
          .emit(EXTEND, store64[8]!, ...code.address(0, 0))
          .advance(apart!, 8);
      }
      if (records !== "keys") code.advance(position, 1);
    });
    code.get(differing!).get(bits!);
    if (width === 4) code.emit(EXTEND);
    code.emit(store64[8]!, ...code.address(0, 0));
  });

/** `run(records, end, keys, shift)`: gives each record 32 bits of the key at its position, from bit `shift` on. */
export const partsModule = (): Module =>
  kernel(4, (code, at, end, keys, shift) => {
    const { load, store, shl, shrU, or } = SCALARS[8];
    const position = code.local(SCALARS[8].type);
    forEach(code, at!, end!, 8, () => {
      code
        .get(at!)
        .get(at!)
        .emit(load[4]!, ...code.address(0, 0))
        .tee(position);
      code
        .constant(8, 3n)
        .emit(shl, WRAP)
        .get(keys!)
        .emit(ADD, load[8]!, ...code.address(0, 0));
      code.get(shift!).emit(EXTEND, shrU).constant(8, 32n).emit(shl).get(position).emit(or);
      code.emit(store[8]!, ...code.address(0, 0));
    });
  });

/** Pushes the address of the counter of a record's digit: `counters + 4 * ((record >> shift) & mask)`. */
function pushCounter(code: Code, width: Width, record: number, digit: DigitLocals): void {
  code.get(record).get(digit.shift).emit(SCALARS[width].shrU);
  if (width === 8) code.emit(WRAP);
  code.get(digit.mask).emit(SCALARS[4].and).i32(2).emit(SCALARS[4].shl).get(digit.counters).emit(ADD);
}
interface DigitLocals {
  /** As wide as the record. */
  readonly shift: number;
  readonly mask: number;
  readonly counters: number;
}

const shiftOf = (code: Code, width: Width, shift: number): void => {
  code.get(shift);
  if (width === 8) code.emit(EXTEND);
};

/**
 * `run(records, end, counters, shift, bits)`: counts the values of several adjacent digits of `bits` bits, the first
 * of which begins at bit `shift`. Each digit has `1 << bits` counters, which are 0 before.
 */
export const countModule = (width: Width, digits: number): Module =>
  kernel(5, (code, at, end, counters, shift, bits) => {
    const { type, load, add } = SCALARS[width];
    const record = code.local(type);
    const mask = code.local(I32);
    code.i32(1).get(bits!).emit(SCALARS[4].shl).i32(1).emit(SCALARS[4].sub).set(mask);
    const places: DigitLocals[] = Array.from({ length: digits }, (_, i) => {
      const place = { shift: code.local(type), mask, counters: i === 0 ? counters! : code.local(I32) };
      if (i === 0) {
        shiftOf(code, width, shift!);
        code.set(place.shift);
      }
      return place;
    });
    for (const [i, { shift: next, counters: to }] of places.entries()) {
      if (i === 0) continue;
      code.get(places[i - 1]!.shift);
      shiftOf(code, width, bits!);
      code.emit(add).set(next);
      code
        .i32(4)
        .get(bits!)
        .emit(SCALARS[4].shl)
        .get(places[i - 1]!.counters)
        .emit(ADD)
        .set(to);
    }
    const counter = code.local(I32);
    forEach(code, at!, end!, width, () => {
      code
        .get(at!)
        .emit(load[width]!, ...code.address(0, 0))
        .set(record);
      for (const place of places) {
        pushCounter(code, width, record, place);
        code.tee(counter).get(counter);
        code
          .emit(SCALARS[4].load[4]!, ...code.address(0, 0))
          .i32(1)
          .emit(ADD);
        code.emit(SCALARS[4].store[4]!, ...code.address(0, 0));
      }
    });
  });

/**
 * `run(records, end, to, counters, shift, bits)`: one pass. Turns the counters of a digit into addresses, and moves all
 * records to `to`, ordered by the digit.
 */
export const passModule = (width: Width): Module =>
  kernel(6, (code, at, end, to, counters, shift, bits) => {
    const { type, load, store } = SCALARS[width];
    const load32 = SCALARS[4].load[4]!;
    const store32 = SCALARS[4].store[4]!;
    const [place, limit, count, mask] = [I32, I32, I32, I32].map((one) => code.local(one));
    const [record, wide] = [code.local(type), code.local(type)];
    code.i32(1).get(bits!).emit(SCALARS[4].shl).i32(1).emit(SCALARS[4].sub).set(mask!);
    code.get(counters!).tee(place!).get(mask!).i32(2).emit(SCALARS[4].shl, ADD).i32(4).emit(ADD).set(limit!);
    forEach(code, place!, limit!, 4, () => {
      code
        .get(place!)
        .emit(load32, ...code.address(0, 0))
        .set(count!);
      code
        .get(place!)
        .get(to!)
        .emit(store32, ...code.address(0, 0));
      code.get(count!).i32(Math.log2(width)).emit(SCALARS[4].shl).get(to!).emit(ADD).set(to!);
    });
    shiftOf(code, width, shift!);
    code.set(wide);
    forEach(code, at!, end!, width, () => {
      code
        .get(at!)
        .emit(load[width]!, ...code.address(0, 0))
        .tee(record)
        .set(record);
      pushCounter(code, width, record, { shift: wide, mask: mask!, counters: counters! });
      code
        .tee(place!)
        .emit(load32, ...code.address(0, 0))
        .tee(count!);
      code.get(record).emit(store[width]!, ...code.address(0, 0));
      code.get(place!).get(count!).i32(width).emit(ADD);
      code.emit(store32, ...code.address(0, 0));
    });
  });

/** `run(keys, end, to)`: writes the elements of keys that are not merged. */
export const elementsModule = (form: KeyForm): Module =>
  kernel(3, (code, at, end, to) => {
    const { load } = SCALARS[form.width];
    forEach(code, at!, end!, form.width, () => {
      code.get(at!).emit(load[form.width]!, ...code.address(0, 0));
      storeOfKey(code, form, to!);
      code.advance(to!, form.bytes);
    });
  });

/**
 * `run(records, end, to, table)`: writes the positions of records as 4 bytes each, or, with `isMapped`, the entries of
 * a table of such positions.
 */
export const positionsModule = (isMapped: boolean): Module =>
  kernel(4, (code, at, end, to, table) => {
    const load = SCALARS[4].load[4]!;
    forEach(code, at!, end!, 8, () => {
      code
        .get(to!)
        .get(at!)
        .emit(load, ...code.address(0, 0));
      if (isMapped) {
        code
          .i32(2)
          .emit(SCALARS[4].shl)
          .get(table!)
          .emit(ADD, load, ...code.address(0, 0));
      }
      code.emit(SCALARS[4].store[4]!, ...code.address(0, 0)).advance(to!, 4);
    });
  });
