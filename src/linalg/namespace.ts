/** The names of `linalg`, the namespace: `linalg.svd(a)`. Those of the root that the array API lists here, too. */
export { matmul } from "../functions/matmul.js";
export { vecdot } from "../functions/reductions.js";
export { matrixTranspose } from "../manipulation/views.js";
export { diagonal } from "./views.js";
