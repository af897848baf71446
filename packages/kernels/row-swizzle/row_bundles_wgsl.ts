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
  const vectors = range(vectorsPerLane);
  const steps = range(VECTORS_IN_FLIGHT / vectorsPerLane);
  return /* wgsl */ `
const LANES = ${lanes}u;
const ROWS = ${rows}u;
const TILE = ${lanes * vectorsPerLane}u;

fn multiply_row(row: u32, first: u32) {
  let end = row_offsets[row + 1u];
  // Beyond the last column the last is loaded in its stead, and not stored.
  ${
    vectors.map((v) => `let vector${v} = min(first + ${v}u * LANES, shape.vectors - 1u);`).join(
      LINE,
    )
  }
  ${vectors.map((v) => `var sum${v} = Columns(0);`).join(LINE)}
  var i = row_offsets[row];
  for (; i + ${steps.length}u <= end; i += ${steps.length}u) {
    ${steps.map((s) => `let column${s} = col_indices[i + ${s}u];`).join(INNER)}
    ${
    steps.flatMap((s) => vectors.map((v) => `let b${s}_${v} = load_b(column${s}, vector${v});`))
      .join(INNER)
  }
    ${
    steps.flatMap((s) => [
      `let value${s} = Columns(f32(values[i + ${s}u]));`,
      ...vectors.map((v) => `sum${v} = fma(value${s}, b${s}_${v}, sum${v});`),
    ]).join(INNER)
  }
  }
  for (; i < end; i++) {
    let column = col_indices[i];
    let value = Columns(f32(values[i]));
    ${vectors.map((v) => `sum${v} = fma(value, load_b(column, vector${v}), sum${v});`).join(INNER)}
  }
  ${
    vectors.map((v) =>
      `if (first + ${v}u * LANES < shape.vectors) { store_c(row, vector${v}, sum${v}); }`
    ).join(LINE)
  }
}

@compute @workgroup_size(${lanes * rows})
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let group = workgroup_index(id, count);
  let bundles = (shape.m + ROWS - 1u) / ROWS;
  let slot = (group % bundles) * ROWS + thread / LANES;
  let first = (group / bundles) * TILE + thread % LANES;
  if (slot < shape.m && first < shape.vectors) {
    multiply_row(row_at(slot), first);
  }
}
`;
}

const LINE = "\n  ";
const INNER = "\n    ";

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
