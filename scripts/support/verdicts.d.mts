/** A call of the array API's and ours, and what both give. */
export interface Example {
  readonly name: string;
  readonly standard: string;
  readonly here: string;
  readonly gives: string;
  /** What is lacking, if ours does not give that yet. */
  readonly lacks?: string;
}
export interface Judged {
  readonly name: string;
  readonly verdict: "yes" | "partly" | "no";
  readonly note: string;
}
export const EXAMPLES: readonly Example[];
export const LACKING_EXAMPLES: readonly Example[];
export const NUMPY_EXAMPLES: readonly Example[];
export function arrayApi(nd: object): readonly { readonly group: string; readonly names: readonly Judged[] }[];
export function numpy(nd: object): readonly Judged[];
export function countsOf(judged: readonly Judged[]): Record<Judged["verdict"], number>;
