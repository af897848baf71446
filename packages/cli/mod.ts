/**
 * The command lines: `spmm` looks at matrices, converts, multiplies and times them; `experiments`
 * runs the experiments.
 *
 * @module
 */
export { runExperiments } from "./experiments_program.ts";
export { runSpmm } from "./program.ts";
export { type BufferTerminal, bufferTerminal, type Terminal } from "./terminal.ts";
