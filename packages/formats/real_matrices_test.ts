import assert from "node:assert/strict";
import { checkMatrix, FORMATS, fromCsr, toCsr } from "./convert.ts";
import { checkCsr, type Csr, transposeCsr } from "./csr.ts";
import { asCsr, realFiles } from "./reader_inputs.ts";
import { readMatrixFile } from "./matrix_file.ts";

// Every fourth has all models and pruning methods, and keeps the test within seconds.
const paths = realFiles("dlmc", ".smtx.gz").filter((_, i) => i % 4 === 0);

Deno.test({
  name: "real pruned weights convert into every format and back (DLMC, missing without its files)",
  ignore: paths.length === 0,
  fn: async () => {
    for (const path of paths) {
      const a: Csr = asCsr(await readMatrixFile(path));
      checkCsr(a);
      assertSame(transposeCsr(transposeCsr(a)), a, path);
      for (const format of FORMATS) {
        const encoded = fromCsr(a, format);
        checkMatrix(encoded);
        assertSame(toCsr(encoded), a, `${path} as ${format}`);
      }
    }
  },
});

/** assert.deepEqual takes seconds over millions of numbers. */
function assertSame(received: Csr, expected: Csr, name: string): void {
  for (const field of ["rowOffsets", "colIndices", "values"] as const) {
    assert.equal(received[field].length, expected[field].length, `${field} of ${name}`);
    const differs = received[field].findIndex((value, i) => value !== expected[field][i]);
    assert.equal(differs, -1, `${field} of ${name}`);
  }
}
