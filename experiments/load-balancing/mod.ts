/**
 * What uneven rows cost each family, and what balancing wins back.
 *
 * @module
 */
export { loadBalancing } from "./experiment.ts";
