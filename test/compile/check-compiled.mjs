/**
 * Compares what `map` stores with what a plain JavaScript loop stores. Used by the tests of `compile/` and, for longer,
 * by `test/stress`.
 */
import { explain, NDArray, Pool, SharedMemory } from "shared-ndarray";
import { fillRandom, randomFunction, randomNumbers, randomParams } from "./random-functions.mjs";

const DTYPES = /** @type {const} */ ([
  "bool",
  "int8",
  "uint8",
  "uint8_clamped",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
]);
const ROOM = 1 << 16;

/**
 * Runs so many random functions over so many elements each, operands in one block so that every engine reaches them.
 *
 * @returns how many functions ran compiled, how many elements those stored, and what differs
 */
export function checkCompiled(
  /** @type {number} */ seed,
  /** @type {number} */ functions,
  /** @type {number} */ elements,
) {
  const random = randomNumbers(seed);
  const memory = new SharedMemory(4 * ROOM);
  const pool = new Pool({ workers: 0 });
  const made = { functions: 0, compiled: 0, pairs: 0, differences: /** @type {string[]} */ ([]) };
  for (let f = 0; f < functions; f++) {
    const count = random() < 0.5 ? 1 : 2;
    const inputs = Array.from({ length: count }, () => DTYPES[Math.floor(random() * DTYPES.length)]);
    const target = random() < 0.6 ? inputs[0] : DTYPES[Math.floor(random() * DTYPES.length)];
    const source = randomFunction(random, inputs, target);
    const fn = new Function(`return ${source}`)();
    const arrays = inputs.map((dtype, i) => NDArray.view(memory, [elements], { dtype, byteOffset: (i + 1) * ROOM }));
    for (const array of arrays) fillRandom(array, random);
    const out = NDArray.view(memory, [elements], { dtype: target });
    const expected = NDArray.view(memory, [elements], { dtype: target, byteOffset: 3 * ROOM });
    if (!computed(fn, arrays, expected)) continue; // it mixes bigints and numbers, and throws
    made.functions++;
    const { engine } = explain(fn, inputs, { dtype: target, params: randomParams });
    if (engine === "simd") made.compiled++;
    pool.mapSync(arrays, fn, { out, params: randomParams });
    if (engine === "simd") made.pairs += elements;
    for (let i = 0; i < elements; i++) {
      if (Object.is(out.get(i), expected.get(i))) continue;
      const given = arrays.map((array) => `${array.dtype} ${show(array.get(i))}`).join(", ");
      made.differences.push(
        `${source} of ${given} as ${target}: ${show(out.get(i))}, JavaScript ${show(expected.get(i))} (${engine})`,
      );
      break;
    }
  }
  return made;
}

const show = (/** @type {unknown} */ value) => (Object.is(value, -0) ? "-0" : String(value));

/** What JavaScript stores; false if the function throws. */
function computed(/** @type {Function} */ fn, /** @type {any[]} */ arrays, /** @type {any} */ expected) {
  try {
    for (let i = 0; i < expected.size; i++) expected.set(i, fn(...arrays.map((array) => array.get(i)), randomParams));
    return true;
  } catch {
    return false;
  }
}
