/** What the parser asks about acorn's syntax trees, and how it refuses what it cannot compile. */
import type { Node } from "acorn";
import { NotCompiled } from "./expression.js";

/** A node of acorn's tree. Its fields depend on its type, so each reader says what it expects. */
export interface AstNode extends Node {
  readonly [key: string]: unknown;
}

/** Returns all names that a function declares, at any depth: its own, its parameters, variables and inner functions. */
export function declaredIn(node: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) declaredIn(one, names);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return names;
  const { type, id } = node as AstNode;
  const params = Object.hasOwn(node, "params") ? (node as AstNode).params : undefined;
  const patterns = [id, ...(Array.isArray(params) ? params : [])].filter((one) => one !== undefined && one !== null);
  if (/Function|VariableDeclarator|Class/.test(String(type))) for (const one of patterns) identifiersIn(one, names);
  for (const child of Object.values(node)) declaredIn(child, names);
  return names;
}

/** Adds all identifiers of a pattern. That may include names it does not declare, but never misses one that it does. */
function identifiersIn(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) for (const one of node) identifiersIn(one, names);
  if (typeof node !== "object" || node === null) return;
  const { type, name } = node as AstNode;
  if (type === "Identifier") names.add(String(name));
  for (const child of Object.values(node)) identifiersIn(child, names);
}

/** Whether the statement contains a `return`. */
export function returns(node: AstNode): boolean {
  if (node.type === "ReturnStatement") return true;
  if (node.type === "BlockStatement") return (node.body as AstNode[]).some(returns);
  if (node.type !== "IfStatement") return false;
  return returns(node.consequent as AstNode) || (node.alternate ? returns(node.alternate as AstNode) : false);
}

/** Whether the block declares variables of its own. */
export const declares = ({ body }: AstNode): boolean =>
  (body as AstNode[]).some(({ type }) => type === "VariableDeclaration");

const NAMES: Record<string, string> = {
  ForStatement: "a loop",
  ForOfStatement: "a loop",
  ForInStatement: "a loop",
  WhileStatement: "a loop",
  DoWhileStatement: "a loop",
  SwitchStatement: "a switch",
  ThrowStatement: "a throw",
  TryStatement: "a try",
  TemplateLiteral: "a template string",
  ObjectExpression: "an object",
  ArrayExpression: "an array",
  ArrowFunctionExpression: "an inner function",
  FunctionExpression: "an inner function",
  FunctionDeclaration: "an inner function",
  AssignmentExpression: "an assignment to something other than a local name",
  UpdateExpression: "an assignment inside an expression",
  SequenceExpression: "a comma",
  ThisExpression: "`this`",
  NewExpression: "`new`",
  ChainExpression: "`?.`",
};

/** The error for a function that contains `what`. */
export const refuse = (what: string): NotCompiled => new NotCompiled(`it has ${what}`);
/** The error for a function that contains syntax outside the subset. */
export const refuseSyntax = ({ type }: AstNode): NotCompiled => refuse(NAMES[type] ?? type);
