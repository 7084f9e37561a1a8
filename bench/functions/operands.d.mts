import type { Operands, Row } from "./rows.mjs";

export function operandsOf(nd: object, row: Row, n: number, dtype: string, layout: string): Operands;
export function scattered(count: number, below: number): Int32Array;
