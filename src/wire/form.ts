/** What the source of a function shows of its parameters and its result, without calling it. */
import { type AstNode, childrenOf, isFunction } from "./syntax-tree.js";

export interface Form {
  /** Whether the function ends without a value, always: it has neither a `return` with a value nor a `throw`. */
  readonly isVoid: boolean;
  /** The places of the parameters that cannot be `undefined`: patterns such as `{ k }` without a default value. */
  readonly patterns: readonly number[];
}

/** @param fn the node of a function */
export function formOf(fn: AstNode): Form {
  const body = fn.body as AstNode;
  const patterns = (fn.params as AstNode[]).flatMap(({ type }, i) =>
    type === "ObjectPattern" || type === "ArrayPattern" ? [i] : [],
  );
  return { isVoid: body.type === "BlockStatement" && !fn.generator && !canGiveValue(body), patterns };
}

/** Whether the statements contain a `return` with a value, or a `throw`, outside inner functions. */
function canGiveValue(node: AstNode): boolean {
  if (isFunction(node)) return false;
  if (node.type === "ThrowStatement" || (node.type === "ReturnStatement" && node.argument)) return true;
  return [...childrenOf(node)].some(canGiveValue);
}
