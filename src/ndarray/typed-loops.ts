/**
 * Loops over typed arrays of which each combination of classes gets a version of its own. V8 compiles a function for
 * all classes that it has met, and a loop that meets several is 4.5 times slower. Pure.
 */
import { typedArrayName } from "../base/builtins.js";
import type { RawArray } from "../base/dtype.js";
import { mayEvaluate } from "../base/evaluating.js";

type Loop = (...args: never[]) => unknown;

/**
 * A loop, in a version for each combination of classes of the typed arrays that are its first arguments. If code must
 * not be generated, all classes share the loop itself.
 *
 * @param loop It must use nothing but its parameters and built-ins, because its versions are made of its text.
 * @param arrays The number of its first parameters that are typed arrays.
 */
export function perClass<F extends Loop>(loop: F, arrays: number): F {
  const versions = new Map<string, F>();
  const versionFor = (given: readonly unknown[]): F => {
    let key = "";
    for (let i = 0; i < arrays; i++) key += `_${typedArrayName(given[i])}`;
    let version = versions.get(key);
    if (!version) {
      version = mayEvaluate() ? generate(loop, key) : loop;
      versions.set(key, version);
    }
    return version;
  };
  return ((...given: never[]) => versionFor(given)(...given)) as F;
}

// Each text differs, because functions with equal texts would share what V8 learns of their types.
const generate = <F extends Loop>(loop: F, key: string): F =>
  new Function(`"use strict"; return ${loop};\n//# sourceURL=shared-ndarray:${loop.name}${key}`)() as F;

/**
 * The elements as typed arrays whose elements JavaScript copies bit by bit, and how many of them make one element:
 * 64-bit integers would be a bigint each, and two 32-bit integers are not.
 */
export function bitsOf(raw: RawArray): { readonly bits: RawArray; readonly width: 1 | 2 } {
  if (!typedArrayName(raw)!.startsWith("Big")) return { bits: raw, width: 1 };
  return { bits: new Int32Array(raw.buffer, raw.byteOffset, 2 * raw.length) as unknown as RawArray, width: 2 };
}
