import assert from "node:assert/strict";
import { bytesTable } from "./bytes_table.ts";
import { randomCsr } from "./random.ts";

Deno.test("bytesTable() groups matrices by sparsity and means bytes per non-zero", () => {
  const rowLengths = Array.from({ length: 64 }, () => 16);
  const full = Array.from({ length: 64 }, () => 32);
  const rows = bytesTable([
    randomCsr({ rows: 64, cols: 64, density: 0, seed: 50 }),
    randomCsr({ rows: 64, cols: 64, rowLengths: full, seed: 51 }),
    randomCsr({ rows: 64, cols: 64, rowLengths, seed: 52 }),
    randomCsr({ rows: 64, cols: 64, rowLengths, seed: 53 }),
  ]).split("\n").slice(2).map((row) => row.split("|").map((cell) => cell.trim()));
  assert.deepEqual(rows.map(([, sparsity, count]) => [sparsity, count]), [
    ["0.5", "1"],
    ["0.7", "2"],
    ["all", "3"],
  ]);
  const csrBytes = rows.map(([, , , csr]) => csr);
  assert.deepEqual(csrBytes.slice(0, 2), ["8.13", "8.25"]);
});
