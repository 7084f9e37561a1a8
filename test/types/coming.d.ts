/**
 * Names that later steps of the design add, declared against this package's own types, so that the design's type tests and
 * programs can be compiled today. Each step takes its names out of here.
 */
import type { Shared } from "../../dist/index.js";

declare class SharedThing implements Shared {
  readonly name: string | undefined;
  readonly scope: "process" | "system";
  readonly owner: boolean;
  readonly closed: boolean;
  close(): void;
  unlink(): void;
  [Symbol.dispose](): void;
}
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
type Proxied<T> = T & {
  [K in keyof T as K extends string ? `${K}Sync` : never]: T[K] extends (...a: infer A) => Promise<infer V>
    ? (...a: A) => V
    : never;
};
export class Manager {
  dict<V = unknown>(): Proxied<{ get(k: string): Promise<V | undefined> }>;
}
