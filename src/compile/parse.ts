/**
 * The source of a user's function as an expression. Functions outside the supported subset are refused with a reason,
 * and run as JavaScript.
 */
import { parse } from "acorn";
import { type Expr, type Kind, NotCompiled, type ParamUse } from "./expression.js";
import { make } from "./operators.js";
import { ParamReader } from "./params.js";
import { ExpressionParser, type Scope } from "./parse-expressions.js";
import { StatementParser } from "./parse-statements.js";
import { type AstNode, declaredIn, refuse } from "./syntax.js";

export interface Parsed {
  readonly result: Expr;
  /** The numbers of `params` that the function uses, in the order of the "param" expressions. */
  readonly params: readonly ParamUse[];
}

/**
 * Parses a function of elements.
 *
 * @param source An expression that evaluates to the function.
 * @param kinds What the elements of each operand are.
 * @param params The `params` of the call.
 * @throws {NotCompiled} If the function is outside the subset.
 */
export function parseFunction(source: string, kinds: readonly Kind[], params: unknown): Parsed {
  const program = parse(`(${source})`, { ecmaVersion: "latest", sourceType: "script" }) as unknown as {
    body: [{ expression: AstNode }];
  };
  const fn = program.body[0].expression;
  if (fn.type !== "ArrowFunctionExpression" && fn.type !== "FunctionExpression") throw refuse("a method");
  if (fn.async || fn.generator) throw refuse("an async or generator function");
  const reader = new ParamReader(params);
  const expressions = new ExpressionParser(reader, declaredIn(fn));
  const scope = scopeOf(fn, kinds, reader.isGiven);
  const body = fn.body as AstNode;
  const result =
    body.type === "BlockStatement"
      ? new StatementParser(expressions).run(body.body as AstNode[], scope)
      : expressions.value(body, scope);
  if (!result) throw new NotCompiled("it can end without returning a value");
  return { result, params: reader.uses };
}

/** The function's parameters: one element of each operand, then `params` if the call passes them. */
function scopeOf(fn: AstNode, kinds: readonly Kind[], hasParams: boolean): Scope {
  const scope: Scope = new Map();
  for (const [i, param] of (fn.params as AstNode[]).entries()) {
    if (i < kinds.length) {
      if (param.type !== "Identifier") throw refuse("a parameter that is not a plain name");
      scope.set(String(param.name), make("element", kinds[i]!, [], i));
    } else if (i === kinds.length && hasParams) bindParams(param, [], scope);
    else throw refuse("a parameter that `map` does not pass");
  }
  return scope;
}

/** Binds `params` to a name, or its fields to the names of a pattern. */
function bindParams(pattern: AstNode, path: readonly string[], scope: Scope): void {
  if (pattern.type === "Identifier") {
    scope.set(String(pattern.name), { path });
    return;
  }
  if (pattern.type !== "ObjectPattern") throw refuse("a parameter that is not a plain name");
  for (const property of pattern.properties as AstNode[]) {
    const key = property.key as AstNode | undefined;
    if (property.type !== "Property" || property.computed || key?.type !== "Identifier") throw refuse("a pattern");
    bindParams(property.value as AstNode, [...path, String(key.name)], scope);
  }
}
