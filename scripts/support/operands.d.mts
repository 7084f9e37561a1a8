export function scopeOf(nd: object): Record<string, unknown>;
/** What an expression of the operands gives, as a text; an error is a text too. */
export function resultOf(nd: object, expression: string): string;
/** A Python program that prints what expressions give in NumPy. */
export function numpyProgram(expressions: readonly string[]): string;
