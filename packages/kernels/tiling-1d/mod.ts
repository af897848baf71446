/**
 * 1-D tiling: strips of rows to subwarps, non-zeros through workgroup memory.
 *
 * @module
 */
export { tiling1d, tiling1dWith } from "./tiling_1d.ts";
export {
  Tiling1dConfig,
  Tiling1dConfigError,
  type Tiling1dKnobs,
  type WorkgroupLimits,
} from "./tiling_1d_config.ts";
