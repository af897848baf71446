import { bandedMatrix, rmatMatrix } from "@spmm/datasets";
import { type Csr, powerLawRowLengths, randomCsr, randomSource } from "@spmm/formats";

/** Structures beside the power laws. */
export const STRUCTURES = ["banded", "random", "rmat"] as const;

/** One of {@linkcode STRUCTURES}. */
export type Structure = typeof STRUCTURES[number];

/** Rows and columns, and entries: what all generated matrices of a run have alike. */
export interface Size {
  /** log2 of rows and of columns. */
  readonly scale: number;
  /** Entries of a row in the mean, even. */
  readonly mean: number;
}

/** Draws positions, values and what is left out. */
const SEED = 1;
/** How much more to draw at least, each time that what came was too few. */
const MORE = 1.05;

/**
 * A matrix whose rows have lengths by a power law, the row of rank r in proportion to r^−exponent,
 * and columns drawn evenly: at 0 every row has the same length. Nothing but the unevenness of the
 * rows varies with the exponent.
 */
export function skewedMatrix({ scale, mean }: Size, exponent: number): Csr {
  const rows = 2 ** scale;
  return enough({ scale, mean }, (drawn) => {
    const rowLengths = powerLawRowLengths({ rows, cols: rows, mean: drawn, exponent, seed: SEED });
    return randomCsr({ rows, cols: rows, rowLengths, seed: SEED });
  });
}

/**
 * A matrix of another structure with the same number of entries: a band around the diagonal, evenly
 * drawn positions, or R-MAT, which clusters rows and columns alike.
 */
export function structuredMatrix({ scale, mean }: Size, structure: Structure): Csr {
  const size = 2 ** scale;
  switch (structure) {
    case "banded":
      return enough({ scale, mean }, (drawn) => bandedMatrix(size, Math.ceil(drawn / 2), SEED));
    case "random":
      return enough(
        { scale, mean },
        (drawn) => randomCsr({ rows: size, cols: size, density: drawn / size, seed: SEED }),
      );
    case "rmat":
      return enough({ scale, mean }, (drawn) => rmatMatrix(scale, Math.ceil(size * drawn), SEED));
  }
}

/** Draws more and more until there are enough entries, and leaves out those beyond. */
function enough({ scale, mean }: Size, make: (mean: number) => Csr): Csr {
  const nonZeros = 2 ** scale * mean;
  for (let drawn = mean;;) {
    const a = make(drawn);
    if (a.values.length >= nonZeros) return thinned(a, nonZeros);
    drawn *= Math.max(MORE, nonZeros / a.values.length);
  }
}

/** Selection sampling (Knuth, TAOCP 2, 3.4.2 S): every entry has the same chance to stay. */
function thinned(a: Csr, nonZeros: number): Csr {
  const random = randomSource(SEED);
  const rowOffsets = new Uint32Array(a.rows + 1);
  const colIndices = new Uint32Array(nonZeros);
  const values = new Float32Array(nonZeros);
  let kept = 0;
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      if (random.below(a.values.length - entry) >= nonZeros - kept) continue;
      colIndices[kept] = a.colIndices[entry];
      values[kept] = a.values[entry];
      kept += 1;
    }
    rowOffsets[row + 1] = kept;
  }
  return { ...a, rowOffsets, colIndices, values };
}
