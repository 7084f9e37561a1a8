/** The words of a text: long lists of names are written so. */
export const words = (text) => text.trim().split(/\s+/);
