/**
 * Dense GEMM: the baseline that sparsity must beat.
 *
 * @module
 */
export { denseGemm } from "./dense_gemm.ts";
