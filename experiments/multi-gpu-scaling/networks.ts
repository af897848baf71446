import type { Axis, Scale } from "@spmm/runner";

/** Networks of the Graph Challenge, by neurons and layers, generated. */
export const networkAxis: Axis<string> = {
  help: "networks, neurons x layers, generated",
  takes: "1024, 4096, 16384 or 65536, an x, and a number of layers",
  values: { quick: ["1024x30"], full: ["65536x120", "1024x1920"] },
  parse: (text) => /^(?:1024|4096|16384|65536)x[1-9]\d{0,4}$/.test(text) ? text : undefined,
};

/** Images of MNIST that inputs are rebuilt from: as many as the challenge has. */
const IMAGES = 60_000;

/** Inputs where their number is not set. */
export const INPUTS: Readonly<Record<Scale, number>> = { quick: 600, full: IMAGES };
