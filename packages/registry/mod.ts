/**
 * Every kernel there is, and `auto`, which picks one for a problem and says why.
 *
 * @module
 */
export { auto, autoCpu } from "./auto.ts";
export {
  type Choice,
  chooseKernel,
  type ChooseOptions,
  type Consideration,
} from "./choose_kernel.ts";
export { kernels } from "./kernels.ts";
export { selectKernels } from "./select_kernels.ts";
