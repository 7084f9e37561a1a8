/** `same<A, B>(true)` compiles only if the two types are identical, not merely assignable to each other. */
type Identical<A, B> = (<T>() => T extends A ? "yes" : "no") extends <T>() => T extends B ? "yes" : "no" ? true : false;

export function same<A, B>(_: Identical<A, B>): void {}
