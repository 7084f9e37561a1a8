/** The codes of system errors. */

/** The code of a system error, such as `ENOENT`. */
export const errorCode = (e: unknown): string | undefined => (e as { code?: string } | undefined)?.code;
