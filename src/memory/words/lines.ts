/**
 * The size of a cache line, for layouts of shared memory: words that different threads write are kept a line apart.
 * Used by the layouts of `sync/`, `values/`, `calls/` and `parallel/team/`.
 */

/**
 * Bytes of a line. Most processors have lines of 64 bytes, but x86-64 ones fetch them in pairs, and some ARM ones have
 * lines of 128 bytes. If two threads write to one line, or to one pair, each write takes it from the other core.
 *
 * Source: https://github.com/crossbeam-rs/crossbeam/blob/crossbeam-utils-0.8.20/crossbeam-utils/src/cache_padded.rs
 */
export const LINE_BYTES = 128;
/** The same in 32-bit words. */
export const LINE_WORDS = LINE_BYTES / 4;

/** The first word, at `word` or after it, that begins a line. */
export const nextLine = (word: number): number => Math.ceil(word / LINE_WORDS) * LINE_WORDS;
