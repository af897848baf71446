/**
 * The one interface at which formats, kernels and devices meet.
 *
 * @module
 */
export { type Activation, applyEpilogue, type Epilogue } from "./epilogue.ts";
export {
  DisposedError,
  MismatchError,
  RegistryError,
  ShapeError,
  UnsupportedError,
} from "./errors.ts";
export { type Device, type DeviceKind, type DevicePeaks } from "./device.ts";
export {
  checkProblem,
  type Extents,
  extents,
  flops,
  type SpmmProblem,
  type Storage,
} from "./problem.ts";
export {
  type DenseMatrix,
  type DeviceMatrix,
  type PlanDescription,
  type SpmmKernel,
  type SpmmPlan,
  type Support,
} from "./kernel.ts";
export { Registry } from "./registry.ts";
