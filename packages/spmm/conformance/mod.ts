/**
 * The conformance suite: what every kernel must get right, and how to test that it does.
 *
 * @module
 */
export { type CaseOptions, type ConformanceCase, conformanceCases } from "./cases.ts";
export { ConformanceError } from "./conformance_error.ts";
export { conformanceMatrices, type NamedMatrix, type Numbers } from "./matrices.ts";
export { type CaseOutcome, type DeviceBridge, runCase } from "./run_case.ts";
export {
  type ConformanceOptions,
  type ConformanceReport,
  runConformance,
} from "./run_conformance.ts";
export { type ConformanceFailure, type Refusal } from "./tally.ts";
export { conformanceLine, testConformance } from "./test_conformance.ts";
