/**
 * A·B and Aᵀ·B: one encoding against conversion and against a kept copy.
 *
 * @module
 */
export { transpose } from "./experiment.ts";
