/**
 * Statements executed symbolically: a scope maps each local name to its value so far, and an `if` is executed both
 * ways, so that only the returned value remains.
 */
import { type Expr, NotCompiled } from "./expression.js";
import { arithmetic, binary, choose, literal } from "./operators.js";
import { type ExpressionParser, isPath, type Scope } from "./parse-expressions.js";
import { type AstNode, declares, refuse, refuseSyntax, returns } from "./syntax.js";

export class StatementParser {
  readonly #expressions: ExpressionParser;
  readonly #constants = new Set<string>();

  constructor(expressions: ExpressionParser) {
    this.#expressions = expressions;
  }

  /** Returns what the statements return, or undefined if they end without returning a value. */
  run(statements: readonly AstNode[], scope: Scope): Expr | undefined {
    const [first, ...others] = statements;
    if (!first) return undefined;
    switch (first.type) {
      case "EmptyStatement":
        break;
      case "ReturnStatement":
        if (!first.argument) return undefined;
        return this.#expressions.value(first.argument as AstNode, scope);
      case "VariableDeclaration":
        this.#declare(first, scope);
        break;
      case "ExpressionStatement":
        this.#assign(first.expression as AstNode, scope);
        break;
      case "BlockStatement":
        if (declares(first)) throw refuse("a declaration in an inner block");
        return this.run([...(first.body as AstNode[]), ...others], scope);
      case "IfStatement":
        return this.#branch(first, others, scope);
      default:
        throw refuseSyntax(first);
    }
    return this.run(others, scope);
  }

  #branch({ test, consequent, alternate }: AstNode, others: readonly AstNode[], scope: Scope): Expr | undefined {
    const condition = this.#expressions.truth(test as AstNode, scope);
    const ways = [consequent, alternate].map((way) => (way ? [way as AstNode] : []));
    if (ways.flat().some(returns)) {
      const [yes, no] = ways.map((way) => this.run([...way, ...others], new Map(scope)));
      if (!yes || !no) throw new NotCompiled("it can end without returning a value");
      return choose(condition, yes, no);
    }
    const [yes, no] = ways.map((way) => {
      const inner = new Map(scope);
      this.run(way, inner);
      return inner;
    });
    for (const [name, before] of scope) {
      const [a, b] = [yes!.get(name)!, no!.get(name)!];
      if (a === before && b === before) continue;
      if (isPath(a) || isPath(b)) throw refuse("a choice between parts of `params`");
      scope.set(name, choose(condition, a, b));
    }
    return this.run(others, scope);
  }

  #declare({ kind, declarations }: AstNode, scope: Scope): void {
    if (kind === "var") throw new NotCompiled("it declares with `var`");
    for (const { id, init } of declarations as AstNode[]) {
      const target = id as AstNode;
      if (target.type !== "Identifier" || !init) throw refuse("a declaration that is not a plain name with a value");
      const name = String(target.name);
      if (kind === "const") this.#constants.add(name);
      scope.set(name, this.#expressions.binding(init as AstNode, scope));
    }
  }

  #assign(expression: AstNode, scope: Scope): void {
    const { type, operator, left, right, argument } = expression as AstNode & {
      left: AstNode;
      right: AstNode;
      argument: AstNode;
    };
    const target = type === "AssignmentExpression" ? left : type === "UpdateExpression" ? argument : undefined;
    if (target?.type !== "Identifier" || !scope.has(String(target.name))) throw refuseSyntax(expression);
    const name = String(target.name);
    if (this.#constants.has(name)) throw refuse("an assignment to a constant, which throws");
    const before = () => this.#expressions.value(target, scope);
    if (type === "UpdateExpression") {
      const old = before();
      const one = old.kind === "bigint" ? literal(1n) : literal(1);
      scope.set(name, arithmetic(operator === "++" ? "add" : "sub", old, one));
    } else if (operator === "=") scope.set(name, this.#expressions.binding(right, scope));
    else {
      const sign = String(operator).slice(0, -1);
      scope.set(name, binary(sign, before(), this.#expressions.value(right, scope)));
    }
  }
}
