/** Work that `bench:functions` measures. */
export interface Row {
  readonly name: string;
}
export function rowsOf(nd: object): readonly Row[];
export const UNMEASURED: Readonly<Record<string, string>>;
