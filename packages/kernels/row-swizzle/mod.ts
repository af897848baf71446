/**
 * Row swizzle: load balance as an order of the rows, which any row-based kernel can take.
 *
 * @module
 */
export { rowBundles } from "./row_bundles.ts";
export { rowSwizzle } from "./row_swizzle.ts";
export { swizzled } from "./swizzled.ts";
