/**
 * The Sparse DNN Graph Challenge, layer by layer, through the one interface.
 *
 * @module
 */
export { graphChallenge } from "./experiment.ts";
