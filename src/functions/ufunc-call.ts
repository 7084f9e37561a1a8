/** How an element-wise function becomes a call: with a complex operand it is another one, of the same name. */
import type { Call, Conditions } from "../calls/call.js";
import { prepareElementwise } from "../calls/kinds/elementwise.js";
import { preparePair } from "../calls/kinds/pair.js";
import { checkComplex, isComplexCall } from "./complex.js";
import type { ElementwiseSpec } from "./elementwise.js";
import { checkUfunc, type GivenOptions } from "./prepare.js";

/** Checks the operands and options of an element-wise function, and makes the call. */
export function ufuncCall(
  spec: ElementwiseSpec,
  operands: readonly unknown[],
  options: GivenOptions | undefined,
  conditions: Conditions,
): Call {
  if (!isComplexCall(operands, options)) return prepareElementwise(checkUfunc(spec, operands, options), conditions);
  const given = checkComplex(spec, operands, options);
  return given.kind === "pair" ? preparePair(given.checked, conditions) : prepareElementwise(given.checked, conditions);
}
