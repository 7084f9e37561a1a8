/**
 * Names that later steps of the design add, declared against this package's own types, so that the design's type tests and
 * programs can be compiled today. Each step takes its names out of here.
 */
import type { DType, ScalarOf, Shared, TypedArrayOf } from "../../dist/index.js";

declare class SharedThing implements Shared {
  readonly name: string | undefined;
  readonly scope: "process" | "system";
  readonly owner: boolean;
  readonly closed: boolean;
  close(): void;
  unlink(): void;
  [Symbol.dispose](): void;
}
export class Lock extends SharedThing {}
interface Codes {
  q: "int64";
  d: "float64";
  f: "float32";
}
type DTypeNamed<T> = T extends keyof Codes ? Codes[T] : T extends DType ? T : never;
interface Struct<F extends { readonly [field: string]: DType } = { readonly [field: string]: DType }> {
  readonly fields: F;
  readonly size: number;
}
export function struct<const F extends { readonly [field: string]: DType }>(fields: F): Struct<F>;
type ValueType = DType | keyof Codes | Struct;
type ValueOf<T> = T extends Struct<infer F> ? { -readonly [K in keyof F]: ScalarOf<F[K]> } : ScalarOf<DTypeNamed<T>>;
type Numeric<T> = T extends Struct ? never : ValueOf<T>;
export class RawValue<T extends ValueType> extends SharedThing {
  constructor(type: T, init?: ValueOf<T>);
  value: ValueOf<T>;
  add(n: Numeric<T>): Numeric<T>;
}
export interface Value<T extends ValueType> extends RawValue<T> {
  readonly lock: Lock;
}
export const Value: {
  new <T extends ValueType>(type: T, init: ValueOf<T> | undefined, options: { lock: false }): RawValue<T>;
  new <T extends ValueType>(type: T, init?: ValueOf<T>, options?: { lock?: true | Lock }): Value<T>;
};
export class SharedArray<T extends DType | keyof Codes> extends SharedThing {
  constructor(type: T, items: number | Iterable<ScalarOf<DTypeNamed<T>>>);
  slice(start?: number, stop?: number): ScalarOf<DTypeNamed<T>>[];
}
export function rawArray<T extends DType | keyof Codes>(type: T, items: number): TypedArrayOf<DTypeNamed<T>>;
interface Sender<in T> {
  put(message: T): Promise<void>;
  putSync(message: T): void;
}
interface Receiver<out T> {
  get(): Promise<T>;
}
export class Queue<in out T = unknown> extends SharedThing implements Sender<T>, Receiver<T> {
  put(message: T): Promise<void>;
  putSync(message: T): void;
  get(): Promise<T>;
}
interface Connection<In, Out> extends Sender<Out>, Receiver<In>, Disposable {}
export function pipe<AtoB = unknown, BtoA = AtoB>(options?: {
  duplex?: true;
}): [a: Connection<BtoA, AtoB>, b: Connection<AtoB, BtoA>];
export function pipe<T = unknown>(options: {
  duplex: false;
}): [reader: Receiver<T> & Disposable, writer: Sender<T> & Disposable];
export class Process<A extends unknown[] = []> {
  constructor(target: (...args: A) => unknown, args: [...A]);
  start(): this;
}
type Proxied<T> = T & {
  [K in keyof T as K extends string ? `${K}Sync` : never]: T[K] extends (...a: infer A) => Promise<infer V>
    ? (...a: A) => V
    : never;
};
export class Manager {
  dict<V = unknown>(): Proxied<{ get(k: string): Promise<V | undefined> }>;
}
