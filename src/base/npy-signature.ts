/** How `.npy` files and named arrays begin. */

export const NPY_SIGNATURE = "\x93NUMPY";

/** The first bytes of a file or block, as many as a signature has. */
export const signatureOf = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.subarray(0, NPY_SIGNATURE.length));
/** Whether a file or block begins as a `.npy` file does. */
export const isNpy = (bytes: Uint8Array): boolean => signatureOf(bytes) === NPY_SIGNATURE;
