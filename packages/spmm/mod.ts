/**
 * The one interface at which formats, kernels and devices meet.
 *
 * @module
 */
export { checkOperands } from "./check_operands.ts";
export { type Agreement, checkResult } from "./check_result.ts";
export { type Device, type DeviceKind, type DevicePeaks } from "./device.ts";
export { type Activation, applyEpilogue, type Epilogue } from "./epilogue.ts";
export {
  DisposedError,
  MismatchError,
  RegistryError,
  ShapeError,
  UnsupportedError,
} from "./errors.ts";
export { hostDevice } from "./host_device.ts";
export {
  type DenseMatrix,
  type DeviceMatrix,
  type PlanDescription,
  type SpmmKernel,
  type SpmmPlan,
  type Support,
} from "./kernel.ts";
export {
  checkProblem,
  type Extents,
  extents,
  flops,
  operand,
  type SpmmProblem,
  type Storage,
} from "./problem.ts";
export { type Expected, reference } from "./reference.ts";
export { referenceKernel } from "./reference_kernel.ts";
export { presentPlan } from "./present_plan.ts";
export { Registry } from "./registry.ts";
export { requireSupport } from "./require_support.ts";
export { type Roofline, roofline } from "./roofline.ts";
export { bytesPerElement, hostZeros, roundToStorage, storageOf } from "./storage.ts";
