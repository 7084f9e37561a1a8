/** The first words of a block that holds a thing. Byte map: `thing-block.ts`. */

/** Where a lock's, value's or channel's own words begin in its block, after what says what it is (`thing-block.ts`). */
export const HEADER_WORDS = 20;
export const HEADER_BYTES = 4 * HEADER_WORDS;
