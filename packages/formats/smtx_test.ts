import assert from "node:assert/strict";
import { checkCsr } from "./csr.ts";
import { randomCsr } from "./random.ts";
import { allocatedBy, bytes, collected, pieces, realFiles, refuses } from "./reader_inputs.ts";
import { readSmtx } from "./smtx.ts";
import { writeSmtx } from "./write_text.ts";

const read = (text: string, options = {}) => readSmtx(bytes(text), options);

Deno.test("an SMTX file is read", async () => {
  const a = await read("3, 4, 4\r\n0 2 2 4 \r\n1 3 0 2", { values: "ones" });
  assert.deepEqual([...a.rowOffsets], [0, 2, 2, 4]);
  assert.deepEqual([...a.colIndices], [1, 3, 0, 2]);
  assert.deepEqual([...a.values], [1, 1, 1, 1]);
});

Deno.test("a matrix without non-zeros is read, with its third line and without", async () => {
  for (const text of ["2, 5, 0\n0 0 0\n\n", "2, 5, 0\n0 0 0\n", "2, 5, 0\n0 0 0"]) {
    assert.deepEqual([...(await read(text)).rowOffsets], [0, 0, 0]);
  }
  assert.equal((await read("0, 0, 0\n0\n\n")).rows, 0);
});

Deno.test("values come from the seed: the same for the same, others for another", async () => {
  const text = "1, 9, 6\n0 6\n0 1 2 4 7 8\n";
  const first = await read(text);
  assert.deepEqual(await read(text, { values: { seed: 1 } }), first);
  assert.notDeepEqual(await read(text, { values: { seed: 2 } }), first);
  assert.equal(new Set(first.values).size, 6);
  assert.ok(first.values.every((x) => Math.abs(x) >= 0.25 && Math.abs(x) < 1.25));
});

const damaged: [what: string, text: string, fault: Parameters<typeof refuses>[1], line: number][] =
  [
    ["an empty file", "", "truncated", 1],
    ["a header without commas", "2 2 1\n0 1 1\n0\n", "header", 1],
    ["a header of words", "rows, cols, nnz\n", "number", 1],
    ["a short header", "2, 2\n0 1 1\n0\n", "header", 1],
    ["a missing offset", "2, 2, 1\n0 1\n0\n", "count", 2],
    ["a surplus offset", "2, 2, 1\n0 1 1 1\n0\n", "count", 2],
    ["offsets that do not start at 0", "2, 2, 1\n1 1 1\n0\n", "range", 2],
    ["falling offsets", "3, 2, 2\n0 2 1 2\n0 1\n", "range", 2],
    ["offsets beyond the non-zeros", "2, 2, 1\n0 2 1\n0\n", "range", 2],
    ["offsets that end early", "2, 2, 2\n0 1 1\n0 1\n", "count", 2],
    ["a missing column", "1, 9, 3\n0 3\n0 1\n", "count", 3],
    ["no columns", "1, 9, 3\n0 3\n", "truncated", 3],
    ["a surplus column", "1, 9, 2\n0 2\n0 1 2\n", "count", 3],
    ["a fourth line", "1, 9, 2\n0 2\n0 1\n2\n", "count", 4],
    ["a column beyond the last", "1, 2, 1\n0 1\n2\n", "range", 3],
    ["a column twice", "1, 2, 2\n0 2\n1 1\n", "duplicate", 3],
    ["columns out of order", "1, 2, 2\n0 2\n1 0\n", "range", 3],
    ["a negative column", "1, 2, 1\n0 1\n-1\n", "number", 3],
    ["a column that is NaN", "1, 2, 1\n0 1\nNaN\n", "number", 3],
    ["more non-zeros than positions", "2, 2, 5\n0 2 5\n", "size", 1],
    ["billions of empty rows", "4000000000, 2, 1\n0 1\n", "size", 1],
    ["more non-zeros than are read", "200000, 200000, 9999999999\n0\n", "size", 1],
  ];

for (const [what, text, fault, line] of damaged) {
  Deno.test(`SMTX: ${what} is refused (${fault}, line ${line})`, async () => {
    await refuses(read(text), fault, line);
  });
}

Deno.test("declared offsets and columns that are not there take no memory", async () => {
  for (
    const text of ["900000000, 9, 900000000\n0 1\n", "2, 900000000, 900000000\n0 1 900000000\n0"]
  ) {
    const taken = await allocatedBy(() => assert.rejects(read(text)));
    assert.ok(taken > 2 ** 18 && taken < 2 ** 20, `${taken}`);
  }
});

Deno.test("positions that are written are read back, whatever the pieces", async () => {
  const a = randomCsr({ rows: 300, cols: 700, density: 0.5, seed: 8 });
  const text = await collected(writeSmtx(a));
  assert.ok(text.length > 2 ** 18);
  for (const lengths of [[1, 5000], [text.length]]) {
    const { rowOffsets, colIndices } = await readSmtx(pieces(text, lengths));
    assert.deepEqual({ rowOffsets, colIndices }, {
      rowOffsets: a.rowOffsets,
      colIndices: a.colIndices,
    });
  }
});

const files = realFiles("dlmc", ".smtx.gz");

Deno.test({
  name: files.length > 0
    ? `${files.length} matrices of the DLMC are read`
    : "matrices of the DLMC are read (skipped: the data is missing)",
  ignore: files.length === 0,
  fn: async () => {
    for (const name of files) checkCsr(await readSmtx((await Deno.open(name)).readable, { name }));
  },
});
