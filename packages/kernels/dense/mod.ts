/**
 * Dense GEMM: the baseline that sparsity must beat.
 *
 * @module
 */
export { denseGemm, denseGemmWith } from "./dense_gemm.ts";
export { denseMma, denseMmaWith } from "./dense_mma.ts";
export { type GemmKnobs } from "./gemm_knobs.ts";
export { type GemmTile } from "./gemm_tile.ts";
export { type MmaKnobs, type MmaTile } from "./mma_tile.ts";
