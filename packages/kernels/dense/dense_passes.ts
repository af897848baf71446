import { extents, type SpmmProblem } from "@spmm/spmm";
import { type Binding, type GpuDesign, type GpuPass, uniform, type WideIo } from "@spmm/webgpu";
import { ADD_THREADS, addPartials } from "./add_partials.ts";
import { type GemmShape, partialBytesOf, partStepsOf, type SplitTile } from "./gemm_knobs.ts";
import { type TileOrder, writeOut } from "./write_out.ts";

/** The product as the knobs see it, its rows of C in the vectors of `io`. */
export function shapeOf(
  problem: SpmmProblem,
  { vectors, columns }: Pick<WideIo, "vectors" | "columns">,
): GemmShape {
  const { m, k } = extents(problem);
  return { m, k, vectors, columns };
}

/** A multiplication of tiles. */
export interface TileProduct {
  /** The half that is shared, of `problem` as {@linkcode withoutRowOrder} has it. */
  readonly io: Pick<WideIo, "bindings" | "code" | "vectors" | "columns">;
  /** The tile that a workgroup has, and how many share one. */
  readonly knobs: SplitTile;
  /** Tiles of C. */
  readonly tiles: number;
  /** WGSL of the multiplication, to follow that of `io`. */
  readonly code: string;
  /** The WGSL type of packed elements of A, */
  readonly element: string;
  /** and their order in a tile. */
  readonly order: TileOrder;
}

/**
 * The passes of a product of packed tiles: op(A) is written out once, workgroups multiply tiles, and
 * where they share them a second pass adds their sums.
 *
 * @param problem The problem.
 * @param product What multiplies.
 */
export function densePasses(
  problem: SpmmProblem,
  { io, knobs, tiles, code, element, order }: TileProduct,
): Pick<GpuDesign, "preparation" | "passes"> {
  const shape = shapeOf(problem, io);
  const partials: Binding[] = knobs.split === 1 ? [] : [{
    role: "scratch",
    name: "partials",
    type: "array<Columns>",
    bytes: partialBytesOf(knobs, shape),
  }];
  const bindings = [...io.bindings, ...partials];
  const { packed, pass } = writeOut(problem, knobs, order);
  const multiply: GpuPass = {
    label: "dense",
    bindings: [
      ...bindings,
      uniform("parts", "Parts", [knobs.split, partStepsOf(knobs, shape)]),
      { role: "prepared", name: "a_packed", type: `array<${element}>`, array: packed },
    ],
    code: io.code + code,
    workgroups: tiles * knobs.split,
  };
  const add: GpuPass = {
    label: "dense add partial sums",
    bindings,
    code: io.code + addPartials(knobs.split),
    workgroups: Math.ceil(shape.m * shape.vectors / ADD_THREADS),
  };
  return { preparation: [pass], passes: knobs.split === 1 ? [multiply] : [multiply, add] };
}

/** Tiles take rows together, so their order has no say; its array would only be uploaded. */
export function withoutRowOrder({ rowOrder: _, ...problem }: SpmmProblem): SpmmProblem {
  return problem;
}
