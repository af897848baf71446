/**
 * Where the time of CSB goes.
 *
 * @module
 */
export { csbBottlenecks } from "./experiment.ts";
