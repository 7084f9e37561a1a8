/** The size of the header of a block that holds a shared thing. README.md has its byte map. */

/** The words of the header. A thing's own words begin behind them. */
export const HEADER_WORDS = 20;
/** The same in bytes. */
export const HEADER_BYTES = 4 * HEADER_WORDS;
