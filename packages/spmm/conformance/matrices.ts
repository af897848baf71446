import {
  type Csr,
  csrFromCoo,
  powerLawRowLengths,
  randomCsr,
  randomSource,
  transposeCsr,
} from "@spmm/formats";

/** How the numbers of A and B are drawn; the positions of A's entries do not depend on it. */
export type Numbers = "plain" | "cancelling" | "many magnitudes";

/** A matrix of the conformance battery. */
export interface NamedMatrix {
  /** Unique in the battery: "empty rows at both ends". */
  readonly name: string;
  /** The mistake it is there to catch, in words. */
  readonly hunts: string;
  /** The matrix. */
  readonly a: Csr;
  /** How B is drawn to go with A; plain where absent. */
  readonly numbers?: Numbers;
}

/**
 * The matrices every kernel must multiply by: small, and each there for a mistake that has been
 * made before.
 *
 * @example What each is there for
 * ```ts
 * import { conformanceMatrices } from "@spmm/spmm/conformance";
 * import assert from "node:assert/strict";
 *
 * const arrow = conformanceMatrices().find(({ name }) => name === "arrow");
 * assert.match(arrow?.hunts ?? "", /last row/);
 * ```
 */
export function conformanceMatrices(): NamedMatrix[] {
  return [...degenerate(), ...unevenRows(), ...patterns(), ...awkwardShapes(), ...awkwardNumbers()];
}

function degenerate(): NamedMatrix[] {
  const bare = (rows: number, cols: number) => randomCsr({ rows, cols, density: 0, seed: 1 });
  return [
    {
      name: "0x0",
      hunts: "buffers and dispatches of size zero",
      a: bare(0, 0),
    },
    {
      name: "no rows",
      hunts: "a grid of no work groups; with transpose, rows of C that have no non-zeros",
      a: bare(0, 5),
    },
    {
      name: "no columns",
      hunts: "a B of no bytes, and a C that is all epilogue",
      a: bare(5, 0),
    },
    {
      name: "no non-zeros",
      hunts: "arrays of values and columns of no bytes; C left unwritten",
      a: bare(17, 23),
    },
    {
      name: "1x1",
      hunts: "sizes below every tile, vector and subgroup",
      a: randomCsr({ rows: 1, cols: 1, density: 1, seed: 2 }),
    },
    {
      name: "full",
      hunts: "a sparse encoding with nothing to leave out",
      a: randomCsr({ rows: 19, cols: 23, density: 1, seed: 3 }),
    },
  ];
}

function unevenRows(): NamedMatrix[] {
  const aroundTiles = [0, 1, 31, 32, 33, 63, 64, 65, 0, 95, 96, 97, 127, 128, 129, 255, 256, 257];
  const denseRow = byRule(
    40,
    200,
    4,
    (row, col) => row === 23 || (row % 7 === 0 && col % 61 === 5),
  );
  return [
    {
      name: "empty rows at both ends",
      hunts: "rows of C never written, and searches in row offsets that stop at a repeated offset",
      a: byRule(
        45,
        37,
        5,
        (row, col) => row > 5 && row < 38 && row % 5 > 0 && (row + col) % 4 === 0,
      ),
    },
    {
      name: "one dense row",
      hunts: "a row split over workers whose partial sums are lost or added twice",
      a: denseRow,
    },
    {
      name: "one dense column",
      hunts: "the same when transposed, and a cache of B that holds one row",
      a: transposeCsr(denseRow),
    },
    {
      name: "nothing but one long row",
      hunts: "every worker ending in the same row",
      a: randomCsr({ rows: 1, cols: 700, rowLengths: [613], seed: 6 }),
    },
    {
      name: "power-law rows",
      hunts: "load balance that assumes rows of like length",
      a: randomCsr({
        rows: 120,
        cols: 150,
        rowLengths: powerLawRowLengths({ rows: 120, cols: 150, mean: 9, seed: 7 }),
        seed: 7,
      }),
    },
    {
      name: "row lengths around multiples of 32",
      hunts: "the residue loop: one non-zero too few or too many at a tile's end",
      a: randomCsr({ rows: aroundTiles.length, cols: 300, rowLengths: aroundTiles, seed: 8 }),
    },
    {
      name: "rows of more than 1024 non-zeros",
      hunts: "a row longer than the shared memory or the work group meant for it",
      a: randomCsr({ rows: 6, cols: 2200, rowLengths: [1024, 3, 1025, 0, 2111, 1500], seed: 9 }),
    },
    {
      name: "few non-zeros in many rows",
      hunts: "long runs of empty rows between two non-zeros",
      a: randomCsr({ rows: 400, cols: 90, density: 0.0004, seed: 10 }),
    },
  ];
}

function patterns(): NamedMatrix[] {
  return [
    {
      name: "diagonal",
      hunts: "rows of B read in the wrong order",
      a: byRule(70, 70, 11, (row, col) => row === col),
    },
    {
      name: "identity",
      hunts: "columns of C shifted against those of B: C must be B",
      a: { ...byRule(33, 33, 12, (row, col) => row === col), values: new Float32Array(33).fill(1) },
    },
    {
      name: "asymmetric band",
      hunts: "transpose taken for its opposite, and columns off by one",
      a: byRule(61, 53, 13, (row, col) => col - row >= -2 && col - row <= 5),
    },
    {
      name: "blocks off the grid",
      hunts: "blocks assumed to start at multiples of their size",
      a: byRule(
        48,
        80,
        14,
        (row, col) => (Math.floor((row + 3) / 8) + Math.floor((col + 5) / 8)) % 4 === 0,
      ),
    },
    {
      name: "arrow",
      hunts: "a last row, a last column and a last element that a loop does not reach",
      a: byRule(77, 77, 15, (row, col) => row === col || row === 76 || col === 76),
    },
    {
      name: "rows that share their columns",
      hunts: "reuse between rows that mixes up their values",
      a: byRule(64, 128, 16, (row, col) => col % 16 === Math.floor(row / 16) * 3),
    },
  ];
}

function awkwardShapes(): NamedMatrix[] {
  return [
    {
      name: "tall",
      hunts: "many more rows than a work group, from very few rows of B",
      a: randomCsr({ rows: 1500, cols: 3, density: 0.5, seed: 17 }),
    },
    {
      name: "wide",
      hunts: "column indices that outgrow a narrow encoding",
      a: randomCsr({ rows: 3, cols: 1500, density: 0.3, seed: 18 }),
    },
    {
      name: "very tall",
      hunts:
        "a grid of more work groups than one dimension was meant for; column offsets of 16 bits",
      a: randomCsr({ rows: 5000, cols: 40, density: 0.03, seed: 19 }),
    },
    {
      name: "multiples of nothing",
      hunts: "edges of tiles in every direction",
      a: randomCsr({ rows: 101, cols: 67, density: 0.1, seed: 20 }),
    },
    {
      name: "multiples of 64",
      hunts: "a fast path for whole tiles",
      a: randomCsr({ rows: 64, cols: 128, density: 0.15, seed: 21 }),
    },
    {
      name: "one more than a multiple of 64",
      hunts: "a last tile of one row and one column",
      a: randomCsr({ rows: 65, cols: 129, density: 0.15, seed: 22 }),
    },
  ];
}

function awkwardNumbers(): NamedMatrix[] {
  const some = randomCsr({ rows: 37, cols: 43, density: 0.2, seed: 23 });
  const random = randomSource(24);
  return [
    {
      name: "explicit zeros",
      hunts: "stored zeros, and minus zeros, that are taken for padding or the end of a row",
      a: withValues(some, (value, at) => at % 3 === 0 ? 0 : at % 3 === 1 ? -0 : value),
    },
    {
      name: "many magnitudes",
      hunts: "sums or indices that pass through f16, and values told apart by size",
      a: withValues(some, (value) => value * 2 ** (random.below(9) - 4)),
      numbers: "many magnitudes",
    },
    {
      name: "cancellation",
      hunts: "sums kept in f16: each row adds up to far less than its terms",
      a: cancelling(30, 120),
      numbers: "cancelling",
    },
  ];
}

/** Pairs (+v, −v(1 − 1/64)) in columns 2i and 2i + 1. */
function cancelling(rows: number, cols: number): Csr {
  const pairs = byRule(rows, cols, 25, (row, col) => (row + Math.floor(col / 2)) % 3 === 0);
  const first = pairs.values.slice();
  return withValues(pairs, (value, at) => at % 2 === 0 ? value : -first[at - 1] * (1 - 1 / 64));
}

/** Random values where the rule says there is an entry; O(rows·cols). */
function byRule(
  rows: number,
  cols: number,
  seed: number,
  has: (row: number, col: number) => boolean,
): Csr {
  const at: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (has(row, col)) at.push([row, col]);
    }
  }
  const { values } = randomCsr({ rows: 1, cols: at.length, density: 1, seed });
  return csrFromCoo({
    format: "coo",
    rows,
    cols,
    rowIndices: Uint32Array.from(at, ([row]) => row),
    colIndices: Uint32Array.from(at, ([, col]) => col),
    values,
  });
}

function withValues(a: Csr, value: (value: number, at: number) => number): Csr {
  return { ...a, values: Float32Array.from(a.values, value) };
}
