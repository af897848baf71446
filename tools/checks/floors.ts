/**
 * The floors of the house, the lowest first: a package imports packages of lower floors only, so
 * packages of one floor, the kernels above all, know nothing of each other.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ["packages/formats", "packages/x86-64"],
  ["packages/spmm", "packages/datasets", "packages/figures"],
  ["packages/webgpu", "packages/wasm"],
  ["packages/kernels/*"],
  ["packages/registry"],
  ["packages/network"],
  ["packages/scheduler"],
  ["packages/runner"],
  ["experiments/*", "packages/report"],
  ["packages/cli"],
];
