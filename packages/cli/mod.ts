/**
 * The command lines: `spmm` looks at matrices, converts, multiplies and times them; `experiments`
 * runs the experiments, `report` and `figures` show what they found; `data` says which published data
 * is at hand and fetches it; `infer` runs inputs through a sparse network.
 *
 * @module
 */
export { runData } from "./data_program.ts";
export { runExperiments } from "./experiments_program.ts";
export { runFigures } from "./figures_program.ts";
export { runInfer } from "./infer_program.ts";
export { runSpmm } from "./program.ts";
export { runReport } from "./report_program.ts";
export { type BufferTerminal, bufferTerminal, type Terminal } from "./terminal.ts";
