/** What is asked about acorn's syntax trees, to find out what a function uses, takes and returns. */
import type { Node } from "acorn";

/** A node of acorn's tree. Its fields depend on its type. */
export interface AstNode extends Node {
  readonly [key: string]: unknown;
}

export const isNode = (value: unknown): value is AstNode =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

export const isFunction = (node: AstNode) =>
  node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression" || node.type === "FunctionDeclaration";

/** The nodes directly inside a node, without those that are mere names. */
export function* childrenOf(node: AstNode): Generator<AstNode> {
  for (const [key, value] of Object.entries(node)) {
    if (isNameOnly(node, key)) continue;
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) yield item;
  }
}

/** Whether a child is a mere name, and refers to nothing: `.name`, `name:`, a label. */
function isNameOnly({ type, computed }: AstNode, key: string): boolean {
  if (key === "label") return true;
  if (computed === true) return false;
  return (
    (type === "MemberExpression" && key === "property") ||
    ((type === "Property" || type === "MethodDefinition" || type === "PropertyDefinition") && key === "key") ||
    type === "MetaProperty"
  );
}
