/** Expressions of the syntax tree as `Expr`: names, literals, operators, parts of `params`, and calls of `Math`. */
import { withArticle } from "../base/expect.js";
import { type Expr, NotCompiled } from "./expression.js";
import { asNumber, asTruth, binary, choose, literal, logical, make, mathCall, numberCall, unary } from "./operators.js";
import { isScalar, type ParamReader } from "./params.js";
import { type AstNode, refuse, refuseSyntax } from "./syntax.js";

/** What a local name stands for: a value, or a part of `params` by its path. */
type Binding = Expr | ParamPath;
interface ParamPath {
  readonly path: readonly string[];
}
export type Scope = Map<string, Binding>;
export const isPath = (binding: Binding): binding is ParamPath => "path" in binding;

/** Longer functions are left to JavaScript: compiling them would take longer than it saves. */
const MAX_NODES = 2000;
const MATH_CONSTANTS = new Set(["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"]);
const GLOBAL_NUMBERS = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["NaN", Number.NaN],
]);

export class ExpressionParser {
  readonly #params: ParamReader;
  /** All names that the function declares anywhere. None of them is a global. */
  readonly #declared: ReadonlySet<string>;
  #nodes = 0;

  constructor(params: ParamReader, declared: ReadonlySet<string>) {
    this.#params = params;
    this.#declared = declared;
  }

  /** What a name that is given this expression stands for. */
  binding(node: AstNode, scope: Scope): Binding {
    const path = pathOf(node, scope);
    return path && !this.#params.isScalar(path) ? { path } : this.value(node, scope);
  }

  /** @throws {NotCompiled} If the expression is outside the subset, or the function is too long. */
  value(node: AstNode, scope: Scope): Expr {
    if (++this.#nodes > MAX_NODES) throw new NotCompiled("it is too long");
    const path = pathOf(node, scope);
    if (path) return this.#params.use(path);
    const inner = (key: string) => this.value(node[key] as AstNode, scope);
    switch (node.type) {
      case "Literal":
        return literalOf(node);
      case "Identifier":
        return this.#name(node, scope);
      case "ParenthesizedExpression":
        return inner("expression");
      case "UnaryExpression":
        if (node.operator === "!") return make("not", "boolean", [this.truth(node.argument as AstNode, scope)]);
        return unary(String(node.operator), inner("argument"));
      case "BinaryExpression":
        return binary(String(node.operator), inner("left"), inner("right"));
      case "LogicalExpression":
        return logical(String(node.operator), inner("left"), inner("right"));
      case "ConditionalExpression":
        return choose(this.truth(node.test as AstNode, scope), inner("consequent"), inner("alternate"));
      case "MemberExpression":
        return this.#constant(node);
      case "CallExpression":
        return this.#call(node, scope);
      default:
        throw refuseSyntax(node);
    }
  }

  /** The value as a condition. In a condition, `a && b` may mix kinds. */
  truth(node: AstNode, scope: Scope): Expr {
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const [a, b] = [this.truth(node.left as AstNode, scope), this.truth(node.right as AstNode, scope)];
      return make(node.operator === "&&" ? "and" : "or", "boolean", [a, b]);
    }
    return asTruth(this.value(node, scope));
  }

  #name(node: AstNode, scope: Scope): Expr {
    const name = String(node.name);
    const bound = scope.get(name);
    if (bound && !isPath(bound)) return bound;
    const number = GLOBAL_NUMBERS.get(name);
    if (number !== undefined && !this.#declared.has(name)) return literal(number);
    throw new NotCompiled(`it uses \`${name}\``);
  }

  /** `Math.abs` as ["Math", "abs"], if the object is a global; otherwise two empty strings. */
  #globalMember(node: AstNode): [object: string, name: string] {
    const object = node.object as AstNode | undefined;
    const property = node.property as AstNode | undefined;
    const isPlain = node.type === "MemberExpression" && !node.computed && object?.type === "Identifier";
    if (!isPlain || this.#declared.has(String(object.name))) return ["", ""];
    return [String(object.name), String(property?.name)];
  }

  /** A constant of `Math` or `Number`, such as `Math.PI`. */
  #constant(node: AstNode): Expr {
    const [object, name] = this.#globalMember(node);
    if (object === "Math" && MATH_CONSTANTS.has(name)) return literal(Math[name as "PI"]);
    const value = object === "Number" ? (Number as unknown as Record<string, unknown>)[name] : undefined;
    if (typeof value === "number") return literal(value);
    throw refuse("a property");
  }

  #call(node: AstNode, scope: Scope): Expr {
    const callee = node.callee as AstNode;
    const args = (node.arguments as AstNode[]).map((arg) => this.value(arg, scope));
    const isGlobal = callee.type === "Identifier" && !this.#declared.has(String(callee.name));
    const [object, name] = isGlobal ? ["Number", String(callee.name)] : this.#globalMember(callee);
    if (args.some(({ kind }) => kind === "bigint")) throw refuse("a function of a bigint");
    if (object === "Math") return mathCall(name, args.map(asNumber));
    const result = object === "Number" && args.length === 1 ? numberCall(name, isGlobal, args[0]!) : undefined;
    if (!result) throw refuse("a call of a function other than those of Math");
    return result;
  }
}

/** `params.a.b[0]` as a path, or undefined if the expression is not a part of `params`. */
function pathOf(node: AstNode, scope: Scope): readonly string[] | undefined {
  if (node.type === "Identifier") {
    const bound = scope.get(String(node.name));
    return bound && isPath(bound) ? bound.path : undefined;
  }
  if (node.type !== "MemberExpression" || node.optional) return undefined;
  const path = pathOf(node.object as AstNode, scope);
  if (!path) return undefined;
  const property = node.property as AstNode;
  if (!node.computed) return [...path, String(property.name)];
  if (property.type !== "Literal") throw refuse("an index of `params` that is not a literal");
  return [...path, String(property.value)];
}

function literalOf(node: AstNode): Expr {
  if (typeof node.bigint === "string") return literal(BigInt(node.bigint));
  if (isScalar(node.value)) return literal(node.value);
  throw refuse(node.value === null ? "null" : withArticle(typeof node.value));
}
