/**
 * The kernels that cut a line by value, one module each: elements go to buckets, which splitters separate. All
 * arguments are i32, and addresses are in bytes.
 */
import { type Code, I32 } from "./encode.js";
import { SCALARS, SELECT, WRAP } from "./scalar.js";
import { forEach, kernel } from "./sort-kernels.js";
import { type KeyForm, pushKey } from "./sort-keys.js";

type Module = Uint8Array<ArrayBuffer>;
const { add, shl, load, store } = SCALARS[4];

/**
 * `run(from, end, splitters, buckets, counters)`: writes the bucket of each element as a byte, and counts them.
 *
 * The splitters are the keys at which buckets begin, as a binary tree: entry 1 is its root, and the entries below entry
 * i are 2i and 2i + 1. There are `levels` levels. A search goes down without a branch that the processor would have
 * to guess.
 */
export const classifyModule = (form: KeyForm, levels: number): Module =>
  kernel(5, (code, from, end, splitters, buckets, counters) => {
    const { load: loadKey, geU } = SCALARS[form.width];
    classify(code, form, [from!, end!, buckets!, counters!], (key, node) => {
      code.i32(1).set(node);
      for (let level = 0; level < levels; level++) {
        code.get(node).i32(1).emit(shl).get(key);
        code.get(node).i32(Math.log2(form.width)).emit(shl).get(splitters!).emit(add);
        code
          .emit(loadKey[form.width]!, ...code.address(0, 0))
          .emit(geU, add)
          .set(node);
      }
      code
        .get(node)
        .i32(1 << levels)
        .emit(SCALARS[4].sub);
    });
  });

/**
 * `run(from, end, range, buckets, counters, cells)`: as `classifyModule`, but looks buckets up in a table of bytes. A
 * range of keys is divided into cells of equal width. At `range` are its lowest key, its highest one, and the number of
 * bits by which a distance from the lowest is shifted to give its cell. Keys outside count as its ends. It takes 1.5 ns
 * for an element, and a search 1 ns for each level.
 */
export const lookUpModule = (form: KeyForm): Module =>
  kernel(6, (code, from, end, range, buckets, counters, cells) => {
    const { width } = form;
    const { type, load: loadKey, ltU, sub, shrU } = SCALARS[width];
    const [low, high, shift] = [0, 1, 2].map((i) => {
      const local = code.local(type);
      code
        .get(range!)
        .emit(loadKey[width]!, ...code.address(0, i * width))
        .set(local);
      return local;
    }) as [number, number, number];
    classify(code, form, [from!, end!, buckets!, counters!], (key) => {
      code.get(key).get(low).get(low).get(key).emit(ltU, SELECT).set(key);
      code.get(key).get(high).get(key).get(high).emit(ltU, SELECT);
      code.get(low).emit(sub).get(shift).emit(shrU);
      if (width === 8) code.emit(WRAP);
      code.get(cells!).emit(add, load[1]!, ...code.address(0, 0));
    });
  });

/** Writes a loop that stores and counts the bucket of each element. `pushBucket` may use the locals it gets. */
function classify(
  code: Code,
  form: KeyForm,
  [from, end, buckets, counters]: readonly [number, number, number, number],
  pushBucket: (key: number, other: number) => void,
): void {
  const key = code.local(SCALARS[form.width].type);
  const bucket = code.local(I32);
  forEach(code, from, end, form.bytes, () => {
    pushKey(code, form, from);
    code.set(key);
    pushBucket(key, bucket);
    code.set(bucket);
    code
      .get(buckets)
      .get(bucket)
      .emit(store[1]!, ...code.address(0, 0))
      .advance(buckets, 1);
    code.get(bucket).i32(2).emit(shl).get(counters).emit(add).tee(bucket).get(bucket);
    code
      .emit(load[4]!, ...code.address(0, 0))
      .i32(1)
      .emit(add);
    code.emit(store[4]!, ...code.address(0, 0));
  });
}

/** Writes code that pushes where the next element of a bucket goes, and moves that place on by `bytes`. */
function pushPlace(code: Code, buckets: number, places: number, bytes: number): void {
  const [place, at] = [code.local(I32), code.local(I32)];
  code
    .get(buckets)
    .emit(load[1]!, ...code.address(0, 0))
    .i32(2)
    .emit(shl)
    .get(places)
    .emit(add);
  code
    .tee(place)
    .get(place)
    .emit(load[4]!, ...code.address(0, 0))
    .tee(at);
  code
    .i32(bytes)
    .emit(add)
    .emit(store[4]!, ...code.address(0, 0))
    .get(at);
}

/** `run(from, end, buckets, places)`: moves elements to the places of their buckets, in order. */
export const moveModule = (bytes: number): Module =>
  kernel(4, (code, from, end, buckets, places) => {
    const { load: loadElement, store: storeElement } = SCALARS[bytes === 8 ? 8 : 4];
    forEach(code, from!, end!, bytes, () => {
      pushPlace(code, buckets!, places!, bytes);
      code.get(from!).emit(loadElement[bytes]!, ...code.address(0, 0));
      code.emit(storeElement[bytes]!, ...code.address(0, 0)).advance(buckets!, 1);
    });
  });

/** `run(first, end, buckets, places)`: as `moveModule`, but moves the numbers from `first` on, as 4 bytes each. */
export const moveNumbersModule = (): Module =>
  kernel(4, (code, first, end, buckets, places) => {
    forEach(code, first!, end!, 1, () => {
      pushPlace(code, buckets!, places!, 4);
      code
        .get(first!)
        .emit(store[4]!, ...code.address(0, 0))
        .advance(buckets!, 1);
    });
  });
