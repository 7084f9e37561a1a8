/**
 * Names that later steps of the design add, declared so that the design's type tests and programs can be compiled today.
 * Each step takes its names out of here.
 */
type Proxied<T> = T & {
  [K in keyof T as K extends string ? `${K}Sync` : never]: T[K] extends (...a: infer A) => Promise<infer V>
    ? (...a: A) => V
    : never;
};
export class Manager {
  dict<V = unknown>(): Proxied<{ get(k: string): Promise<V | undefined> }>;
}
