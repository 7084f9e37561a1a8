/** What a row's work gets: see operands.mjs. */
export type Operands = Record<string, unknown>;

/** Work that `bench:functions` measures. */
export interface Row {
  readonly name: string;
  readonly dtypes: readonly string[];
  readonly layouts: readonly string[];
  /** The most elements for which it is measured. */
  readonly largest?: number;
  readonly isView?: boolean;
  readonly fresh?: (operands: Operands) => unknown;
  readonly out?: (operands: Operands) => unknown;
}
export function rowsOf(nd: object): readonly Row[];
export const UNMEASURED: Readonly<Record<string, string>>;
