/** The names of `linalg`, the namespace: `linalg.svd(a)`. Those of the root that the array API lists here, too. */
export { matmul } from "../functions/matmul.js";
export { vecdot } from "../functions/reductions.js";
export { matrixTranspose } from "../manipulation/views.js";
export { matrixPower, multiDot, trace } from "./chains.js";
export { cholesky } from "./cholesky.js";
export { type Eig, eig, eigvals } from "./eig.js";
export { type Eigh, eigh, eigvalsh, type SymmetricOptions } from "./eigh.js";
export { expm } from "./expm.js";
export {
  type MatrixNormOptions,
  type MatrixOrd,
  matrixNorm,
  type NormOptions,
  norm,
  type VectorNormOptions,
  vectorNorm,
} from "./norms.js";
export { cross, outer, tensordot } from "./products.js";
export { type QR, type QRMode, type QROptions, qr } from "./qr.js";
export { cond, type Lstsq, lstsq, matrixRank, pinv, type ToleranceOptions } from "./ranks.js";
export { det, inv, type LU, lu, type Slogdet, slogdet, solve } from "./solve.js";
export { type SVD, type SVDOptions, svd, svdvals } from "./svd.js";
export { diagonal } from "./views.js";
