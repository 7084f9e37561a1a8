/**
 * A faster way to the smallest or largest element. The machine's minimum of floats is one instruction, which loses
 * NaN, and there is none of integers of 64 bits, but their bits can be compared as those of floats. So elements are
 * merged by that instruction alone. The largest word of all shows in the end whether one of them was not as supposed.
 */
import type { QuickFold } from "../ir/fold-loop.js";
import type { Node } from "../ir/node.js";
import * as ir from "../ir/node.js";

/** @param element A load of the element that is merged. Of other lanes than these three there is no faster way. */
export function quickExtreme(merge: "min" | "max", element: Node): QuickFold | undefined {
  const pick = merge === "min" ? ir.pmin : ir.pmax;
  const [a, b] =
    element.type === "f32" ? [ir.load(0, "f32"), ir.load(1, "f32")] : [ir.load(0, "f64"), ir.load(1, "f64")];
  const combine = pick(a, b);
  const infinity = merge === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const word = ir.load(0, "u32");
  switch (element.type) {
    case "f32": {
      const watched = ir.reinterpret(ir.and(ir.reinterpret(element, "i32"), 0x7fffffff), "u32");
      return {
        result: element,
        combine,
        identity: ir.constant(infinity, "f32"),
        watched,
        spoils: ir.gt(word, 0x7f800000),
        back: a,
      };
    }
    case "f64": {
      const watched = ir.reinterpret(ir.and(ir.reinterpret(element, "i64"), 0x7fffffff00000000n), "u32");
      return {
        result: element,
        combine,
        identity: ir.constant(infinity, "f64"),
        watched,
        spoils: ir.ge(word, 0x7ff00000),
        back: a,
      };
    }
    case "i64": {
      // In this range, the numbers are the bits of floats that are finite and not negative, in the same order.
      const moved = ir.add(element, 2n ** 62n);
      const highWord = ir.reinterpret(ir.and(ir.reinterpret(word, "i64"), -(2n ** 32n)), "u32");
      return {
        result: ir.reinterpret(moved, "f64"),
        combine,
        identity: ir.constant(merge === "min" ? Number.MAX_VALUE : 0, "f64"),
        watched: ir.reinterpret(moved, "u32"),
        spoils: ir.ge(highWord, 0x7ff00000),
        back: ir.sub(ir.reinterpret(a, "i64"), 2n ** 62n),
      };
    }
    default:
      return undefined;
  }
}
