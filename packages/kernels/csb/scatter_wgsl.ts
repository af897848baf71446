import { entryPoint, QUAD } from "@spmm/webgpu";
import { eachEntry, entryCode } from "./entry_code.ts";
import type { RankedBlocks } from "./ranked_blocks.ts";

/** What scattering is specialised to. */
export interface Scattering {
  /** The encoding. */
  readonly blocks: Pick<RankedBlocks, "blockSize" | "entryWords">;
  /** Whether the rows of op(A) are the columns of A. */
  readonly transpose: boolean;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Threads that share a block. */
  readonly strands: number;
}

/** Entries of a thread that are on their way at once. */
export const AT_ONCE = 2;

/**
 * The pass that scatters the entries of blocks to rows of quads; to follow the code of
 * `quadsScratch`. Every entry has a place of its own, so they may be taken in any order.
 */
export function scatterBlocks({ blocks, transpose, threads, strands }: Scattering): string {
  const place = (entry: string, value: string): string =>
    `let row_${entry} = first_row + row_in_block(${entry});
      place_entry(${entry}, ${value}, first_column, ${QUAD}u * quad_offsets[row_${entry}],
        row_lengths[row_${entry}], blocks.vectors);`;
  return /* wgsl */ `
struct Blocks {
  count: u32,
  columns: u32,
  /** Vectors in a row of B. */
  vectors: u32,
}

const STRANDS = ${strands}u;
const BLOCKS = ${threads / strands}u;
${entryCode(blocks, transpose)}
fn scatter_blocks(group: u32, thread: u32) {
  let block = group * BLOCKS + thread / STRANDS;
  let strand = thread % STRANDS;
  if (block >= blocks.count) {
    return;
  }
  let begin = block_pointers[block];
  let end = block_pointers[block + 1u];
  let first_row = BETA * (${transpose ? "block % blocks.columns" : "block / blocks.columns"});
  let first_column = BETA * (${transpose ? "block / blocks.columns" : "block % blocks.columns"});
  ${eachEntry(AT_ONCE, "STRANDS", place)}
}
${entryPoint(threads, "scatter_blocks")}`;
}
