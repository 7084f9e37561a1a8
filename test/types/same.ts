/** `same<A, B>(true)` compiles only if the two types are identical, not merely assignable to each other. */
export type Identical<A, B> =
  (<T>() => T extends A ? "yes" : "no") extends <T>() => T extends B ? "yes" : "no" ? true : false;

export function same<A, B>(_: Identical<A, B>): void {}
/** `of(x).is<A>(true)` compiles only if the type of `x` is identical to `A`. */
export const of = <A>(_: A) => ({ is: <B>(_same: Identical<A, B>): void => {} });
