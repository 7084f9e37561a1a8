/** docs/support.md as a text, for the package `nd`. */
export function documentOf(nd: object): string;
