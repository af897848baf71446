/**
 * Prints the GPUs of this machine as JSON: a process with all rights, for one that has few.
 *
 * @module
 */
import { findGpus } from "@spmm/scheduler";

console.log(JSON.stringify(await findGpus()));
