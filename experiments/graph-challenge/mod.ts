/**
 * The Sparse DNN Graph Challenge: inference through its networks, strategy by strategy.
 *
 * @module
 */
export { graphChallenge } from "./experiment.ts";
