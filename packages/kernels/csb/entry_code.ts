import { QUAD, unrolled, wgslLoop } from "@spmm/webgpu";
import type { RankedBlocks } from "./ranked_blocks.ts";

/**
 * WGSL of entries (`RankedBlocks`) in a direction: `BETA`, the type `Entry`, its parts
 * `row_in_block`, `rank_in_row` and `column_in_block` of op(A), and
 * `place_entry(entry, value, first_column, start, length, vectors)`, which writes an entry of a row
 * that starts at `start`; to follow `write_non_zero(at, column, vectors, value)`.
 *
 * @param blocks The encoding.
 * @param transpose Whether the rows of op(A) are the columns of A: the halves trade places.
 */
export function entryCode(
  { blockSize, entryWords }: Pick<RankedBlocks, "blockSize" | "entryWords">,
  transpose: boolean,
): string {
  const halves = entryWords === 1
    ? ["(entry & 0xffffu)", "(entry >> 16u)"]
    : ["entry.x", "entry.y"];
  const [row, column] = transpose ? halves.toReversed() : halves;
  return /* wgsl */ `
alias Entry = ${entryType(entryWords)};

const BETA = ${blockSize}u;
const BETA_BITS = ${Math.log2(blockSize)}u;

fn row_in_block(entry: Entry) -> u32 {
  return ${row} & (BETA - 1u);
}

fn rank_in_row(entry: Entry) -> u32 {
  return ${row} >> BETA_BITS;
}

fn column_in_block(entry: Entry) -> u32 {
  return ${column} & (BETA - 1u);
}

/** The last entry of a row fills what is left of its quad with zeros at its own column. */
fn place_entry(
  entry: Entry,
  value: f32,
  first_column: u32,
  start: u32,
  length: u32,
  vectors: u32,
) {
  let rank = rank_in_row(entry);
  let column = first_column + column_in_block(entry);
  write_non_zero(start + rank, column, vectors, value);
  if (rank + 1u == length) {
    let filled = length % ${QUAD}u;
    ${
    unrolled(QUAD - 1, (before) =>
      `if (filled != 0u && filled <= ${before + 1}u) {
      write_non_zero(start + length - filled + ${before + 1}u, column, vectors, 0.0);
    }`)
  }
  }
}
`;
}

/** The WGSL type of an entry. */
export function entryType(entryWords: 1 | 2): "u32" | "vec2<u32>" {
  return entryWords === 1 ? "u32" : "vec2<u32>";
}

/**
 * WGSL of a loop over the entries from `begin` to `end` that `strand`, one of `strands`, takes:
 * several are loaded at once, so that they are on their way together.
 *
 * @param atOnce How many.
 * @param strands Threads that share the entries: a WGSL expression.
 * @param visit The statement about an entry and its value.
 */
export function eachEntry(
  atOnce: number,
  strands: string,
  visit: (entry: string, value: string) => string,
): string {
  const index = (i: number): string => i === 0 ? "first" : `first + ${i}u * ${strands}`;
  const turn = `${
    unrolled(atOnce, (i) =>
      `let at_${i} = min(${index(i)}, end - 1u);
    let entry_${i} = entries[at_${i}];
    let value_${i} = f32(values[at_${i}]);`)
  }
    ${
    unrolled(atOnce, (i) =>
      `if (${index(i)} < end) {
      ${visit(`entry_${i}`, `value_${i}`)}
    }`)
  }`;
  return `var first = begin + strand;
    ${
    wgslLoop({
      condition: "first < end",
      step: `first += ${atOnce}u * ${strands}`,
      turn,
    })
  }`;
}
