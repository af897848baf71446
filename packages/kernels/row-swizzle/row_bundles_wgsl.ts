import { entryPoint, unrolled } from "@spmm/webgpu";
import type { BundleShape } from "./bundle_shape.ts";

/** Vectors of B on their way per thread, over all non-zeros in flight: enough to hide its latency. */
const VECTORS_IN_FLIGHT = 8;

/**
 * A bundle of rows to a workgroup, a row to a subwarp, `vectorsPerLane` vectors to a thread.
 *
 * Bundles of the first column tile come first, so that the rows in flight share columns of B in
 * cache, and within a tile the longest: what is left for the end is short.
 */
export function bundleCode({ lanes, vectorsPerLane }: BundleShape, rows: number): string {
  const steps = VECTORS_IN_FLIGHT / vectorsPerLane;
  const eachVector = (statement: (vector: number) => string): string =>
    unrolled(vectorsPerLane, statement);
  const multiplyAdd = (v: number, value: string, b: string): string =>
    `sum${v} = fma(${value}, ${b}, sum${v});`;
  return /* wgsl */ `
const LANES = ${lanes}u;
const ROWS = ${rows}u;
const TILE = ${lanes * vectorsPerLane}u;

fn multiply_row(row: u32, first: u32) {
  let end = row_offsets[row + 1u];
  // Beyond the last column the last is loaded in its stead, and not stored.
  ${eachVector((v) => `let vector${v} = min(first + ${v}u * LANES, shape.vectors - 1u);`)}
  ${eachVector((v) => `var sum${v} = Columns(0);`)}
  var i = row_offsets[row];
  for (; i + ${steps}u <= end; i += ${steps}u) {
    ${unrolled(steps, (s) => `let column${s} = col_indices[i + ${s}u];`)}
    ${
    unrolled(
      steps,
      (s) => eachVector((v) => `let b${s}_${v} = load_b(column${s}, vector${v});`),
    )
  }
    ${
    unrolled(steps, (s) =>
      `let value${s} = Columns(f32(values[i + ${s}u]));` +
      eachVector((v) => multiplyAdd(v, `value${s}`, `b${s}_${v}`)))
  }
  }
  for (; i < end; i++) {
    let column = col_indices[i];
    let value = Columns(f32(values[i]));
    ${eachVector((v) => multiplyAdd(v, "value", `load_b(column, vector${v})`))}
  }
  ${
    eachVector((v) =>
      `if (first + ${v}u * LANES < shape.vectors) { store_c(row, vector${v}, sum${v}); }`
    )
  }
}

fn multiply_bundle(group: u32, thread: u32) {
  let bundles = (shape.m + ROWS - 1u) / ROWS;
  let slot = (group % bundles) * ROWS + thread / LANES;
  let first = (group / bundles) * TILE + thread % LANES;
  if (slot < shape.m && first < shape.vectors) {
    multiply_row(row_at(slot), first);
  }
}
${entryPoint(lanes * rows, "multiply_bundle")}`;
}
