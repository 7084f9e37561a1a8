/**
 * The kernels that cut a line by value, one module each: elements go to buckets, which splitters separate. All
 * arguments are i32, and addresses are in bytes.
 */
import { type Code, I32 } from "./encode.js";
import { SCALARS } from "./scalar.js";
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
    const { type, load: loadKey, geU } = SCALARS[form.width];
    const key = code.local(type);
    const node = code.local(I32);
    forEach(code, from!, end!, form.bytes, () => {
      pushKey(code, form, from!);
      code.set(key).i32(1).set(node);
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
        .emit(SCALARS[4].sub)
        .set(node);
      code
        .get(buckets!)
        .get(node)
        .emit(store[1]!, ...code.address(0, 0))
        .advance(buckets!, 1);
      code.get(node).i32(2).emit(shl).get(counters!).emit(add).tee(node).get(node);
      code
        .emit(load[4]!, ...code.address(0, 0))
        .i32(1)
        .emit(add);
      code.emit(store[4]!, ...code.address(0, 0));
    });
  });

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
