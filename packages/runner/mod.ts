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
  comparisonRecord,
  comparisonRows,
  type ComparisonValues,
  type Competition,
} from "./comparison.ts";
export { comparisonGroup, comparisonTables, type GroupFacts } from "./comparison_tables.ts";
export { compareRuns, type RowComparison, type Verdict } from "./compare_runs.ts";
export { csvOf } from "./csv.ts";
export {
  type DeviceChoice,
  type OpenDevices,
  openDevices,
  type Processor,
  processorOf,
} from "./devices.ts";
export { type DiscoveredExperiment, discoverExperiments } from "./discover.ts";
export { describeEnvironment, type Environment } from "./environment.ts";
export { AxisError, ExperimentError, RowError, StoreError, type StoreFault } from "./errors.ts";
export {
  type AxisSet,
  type AxisValues,
  type Experiment,
  experiment,
  type ExperimentDefinition,
  type MeasureContext,
  type NamedFigure,
  type PlanContext,
  type PlanRequest,
  type Point,
  skippedPoint,
} from "./experiment.ts";
export { chained, type Contender, contenderOf, type Recording } from "./contender.ts";
export { measure, type MeasureRequest } from "./measure.ts";
export { Measurement, type OtherCosts, type Outcome } from "./measurement.ts";
export { fetchMatrix, place, type Placed, placeUnwritten } from "./operands.ts";
export { rowOf } from "./measured_row.ts";
export { type Projection } from "./projection.ts";
export {
  type KeptRow,
  type MeasuredOutcome,
  type MeasuredRow,
  measuredRows,
  type PointParameters,
  type RowCheck,
  type RowOutcome,
  type RowValues,
  type Samples,
  type Scalar,
  type ScalarFields,
  type UnmeasuredOutcome,
} from "./row.ts";
export { rehearse } from "./rehearse.ts";
export {
  runExperiment,
  type RunProgress,
  type RunReport,
  type RunRequest,
} from "./run_experiment.ts";
export {
  FULL_SAMPLING,
  type PlanSampling,
  QUICK_SAMPLING,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
} from "./sampling.ts";
export { sourceHash } from "./source_hash.ts";
export { geometricMean, median, quantile, summarize, type Summary } from "./statistics.ts";
export { type RunStart, Store, type StoreOptions } from "./store.ts";
export {
  type RunFacts,
  type RunInfo,
  type RunKind,
  type StoredEnvironment,
  type StoredPoint,
  type StoredRun,
} from "./stored_run.ts";
export { type RunFiles, runFromFiles, runToFiles } from "./stored_run_csv.ts";
export { runsFromJson, runsToJson } from "./stored_run_json.ts";
export { allOf, anyOf, relativeSpread, type StoppingRule, timeLimit } from "./stopping_rule.ts";
export { type Cell, cellText, type Column, renderTable, type Table } from "./table.ts";
