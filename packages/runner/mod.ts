/**
 * From a question to checked numbers: measurement, statistics, tables, and the shape of an experiment.
 *
 * @module
 */
export { type Axis, choiceAxis, countAxis, type Scale, textAxis } from "./axis.ts";
export { CheckedResult, type Expectation, expectation } from "./check.ts";
export {
  compareKernels,
  type ComparisonCase,
  type ComparisonRecord,
  type Competition,
} from "./comparison.ts";
export { comparisonGroup, comparisonTables, type GroupFacts } from "./comparison_tables.ts";
export { csvOf } from "./csv.ts";
export {
  type DeviceChoice,
  type OpenDevices,
  openDevices,
  type Processor,
  processorOf,
} from "./devices.ts";
export { describeEnvironment, type Environment } from "./environment.ts";
export { AxisError } from "./errors.ts";
export {
  type AxisSet,
  type AxisValues,
  type Experiment,
  experiment,
  type ExperimentContext,
  type ExperimentDefinition,
  type ExperimentResult,
  type RunRequest,
  type Series,
} from "./experiment.ts";
export { chained, type Contender, contenderOf, type Recording } from "./contender.ts";
export { measure, type MeasureRequest } from "./measure.ts";
export { Measurement, type OtherCosts, type Outcome } from "./measurement.ts";
export { fetchMatrix, place, type Placed, placeUnwritten } from "./operands.ts";
export { type Projection } from "./projection.ts";
export {
  FULL_SAMPLING,
  QUICK_SAMPLING,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
} from "./sampling.ts";
export { geometricMean, median, quantile, summarize, type Summary } from "./statistics.ts";
export { type Cell, type Column, renderTable, type Table } from "./table.ts";
