import assert from "node:assert/strict";
import { checkCsr, denseFromCsr } from "./csr.ts";
import { csrFromCoo } from "./csr_from_coo.ts";
import { dense } from "./dense.ts";
import { readMatrixMarket } from "./matrix_market.ts";
import { randomCsr, randomDense } from "./random.ts";
import {
  allocatedBy,
  asCsr,
  bytes,
  collected,
  gzipped,
  pieces,
  realFiles,
  refuses,
} from "./reader_inputs.ts";
import { writeMatrixMarket } from "./write_text.ts";

const read = (text: string, options = {}) => readMatrixMarket(bytes(text), options);
const general = (body: string) => `%%MatrixMarket matrix coordinate real general\n${body}`;

async function elements(text: string): Promise<number[]> {
  const matrix = await read(text);
  return [...("format" in matrix ? denseFromCsr(matrix) : matrix).data];
}

Deno.test("a general coordinate matrix is read whatever the order of its entries", async () => {
  const text = general("2 3 4\n2 3 4.5\n1 2 -2e1\n2 1 +3\n1 1 .5\n");
  assert.deepEqual(await elements(text), [0.5, -20, 0, 3, 0, 4.5]);
});

Deno.test("comments, blank lines, CR LF, blanks and a missing last newline do no harm", async () => {
  const text = general(
    "%%GraphBLAS type float\r\n% note\r\n\r\n 2 2 2 \r\n\r\n\t1  1\t5\r\n% x\n 2 2 6",
  );
  assert.deepEqual(await elements(text), [5, 0, 0, 6]);
});

Deno.test("symmetric and skew-symmetric matrices get their other half", async () => {
  const body = "3 3 2\n2 1 4\n3 2 -5\n";
  const symmetric = `%%MatrixMarket matrix coordinate integer symmetric\n${body}`;
  assert.deepEqual(await elements(symmetric), [0, 4, 0, 4, 0, -5, 0, -5, 0]);
  const skew = `%%MatrixMarket MATRIX Coordinate Real Skew-Symmetric\n${body}`;
  assert.deepEqual(await elements(skew), [0, -4, 0, 4, 0, 5, 0, -5, 0]);
});

Deno.test("a pattern has ones for values", async () => {
  const text = "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n1 1\n2 1\n";
  assert.deepEqual(await elements(text), [1, 1, 1, 0]);
});

Deno.test("an array is read column by column", async () => {
  const text = "%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n4\n5\n6\n";
  assert.deepEqual(await elements(text), [1, 3, 5, 2, 4, 6]);
});

Deno.test("a symmetric array holds its lower triangle, a skew-symmetric one without the diagonal", async () => {
  const symmetric = "%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n";
  assert.deepEqual(await elements(symmetric), [1, 2, 2, 3]);
  const skew = "%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n2\n3\n";
  assert.deepEqual(await elements(skew), [0, -1, -2, 1, 0, -3, 2, 3, 0]);
});

Deno.test("matrices without rows, columns or entries are read", async () => {
  assert.deepEqual([...asCsr(await read(general("0 5 0\n"))).rowOffsets], [0]);
  assert.deepEqual([...asCsr(await read(general("3 0 0\n"))).rowOffsets], [0, 0, 0, 0]);
  assert.equal((await read("%%MatrixMarket matrix array real general\n0 4\n")).cols, 4);
});

Deno.test("duplicates are refused with the line of the second, or summed", async () => {
  const text = general("2 2 4\n1 1 1.5\n2 2 7\n\n% note\n1 1 2\n1 2 -1\n");
  await refuses(read(text), "duplicate", 7);
  const summed = asCsr(await read(text, { duplicates: "sum" }));
  assert.deepEqual([...summed.values], [3.5, -1, 7]);
  checkCsr(summed);
});

Deno.test("duplicates whose sum is beyond f32 are refused", async () => {
  const text = general("1 1 2\n1 1 3e38\n1 1 3e38\n");
  await refuses(read(text, { duplicates: "sum" }), "number");
});

Deno.test("both halves of a symmetric matrix are a duplicate", async () => {
  const text = "%%MatrixMarket matrix coordinate real symmetric\n3 3 2\n2 1 4\n1 2 4\n";
  await refuses(read(text), "duplicate", 4);
});

const damaged: [what: string, text: string, fault: Parameters<typeof refuses>[1], line: number][] =
  [
    ["an empty file", "", "header", 1],
    ["no header", "2 2 1\n1 1 1\n", "header", 1],
    ["a misspelt header", "%%MatrixMarket matrix coordinate rael general\n", "header", 1],
    ["a header with more words", "%%MatrixMarket matrix coordinate real general x\n", "header", 1],
    ["an array of patterns", "%%MatrixMarket matrix array pattern general\n", "header", 1],
    ["a complex matrix", "%%MatrixMarket matrix coordinate complex general\n", "unsupported", 1],
    [
      "a Hermitian matrix",
      "%%MatrixMarket matrix coordinate complex hermitian\n",
      "unsupported",
      1,
    ],
    ["a vector", "%%MatrixMarket vector coordinate real general\n", "unsupported", 1],
    ["no size line", general("% only a comment\n"), "truncated", 3],
    ["a size line that is short", general("2 2\n1 1 1\n"), "count", 2],
    ["a size line that is long", general("2 2 1 1\n1 1 1\n"), "count", 2],
    ["a negative size", general("-2 2 1\n1 1 1\n"), "number", 2],
    ["too few entries", general("2 2 2\n1 1 1\n"), "truncated", 4],
    ["too many entries", general("2 2 1\n1 1 1\n2 2 2\n"), "count", 4],
    ["a row beyond the last", general("2 2 1\n3 1 1\n"), "range", 3],
    ["a column beyond the last", general("2 2 1\n1 3 1\n"), "range", 3],
    ["a row counted from 0", general("2 2 1\n0 1 1\n"), "base", 3],
    ["a column counted from 0", general("2 2 1\n1 0 1\n"), "base", 3],
    ["a negative row", general("2 2 1\n-1 1 1\n"), "number", 3],
    ["a row that is no whole number", general("2 2 1\n1.5 1 1\n"), "number", 3],
    ["a value that is NaN", general("2 2 1\n1 1 NaN\n"), "number", 3],
    ["an infinite value", general("2 2 1\n1 1 -inf\n"), "number", 3],
    ["a value beyond f32", general("2 2 1\n1 1 1e39\n"), "number", 3],
    ["a word for a value", general("2 2 1\n1 1 abc\n"), "number", 3],
    ["a missing value", general("2 2 1\n1 1\n"), "count", 3],
    ["a file that ends within an entry", general("2 2 1\n1 1"), "truncated", 3],
    ["a surplus number", general("2 2 1\n1 1 1 1\n"), "count", 3],
    ["a NUL", general("2 2 1\n1 1 1\0\n"), "count", 3],
    ["more rows than u32 counts", general("4294967296 2 1\n1 1 1\n"), "size", 2],
    ["billions of empty rows", general("4000000000 2 1\n1 1 1\n"), "size", 2],
    ["sizes beyond 2⁵³", general(`${"9".repeat(30)} 1 1\n1 1 1\n`), "size", 2],
    ["more entries than are read", general("2 2 99999999999\n1 1 1\n"), "size", 2],
    [
      "an array of too many elements",
      "%%MatrixMarket matrix array real general\n99999999 99999999\n1\n",
      "size",
      2,
    ],
    [
      "an array of nothing by infinity",
      `%%MatrixMarket matrix array real general\n0 ${"9".repeat(400)}\n1\n`,
      "size",
      2,
    ],
    [
      "an integer with a fraction",
      "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 1.5\n",
      "number",
      3,
    ],
    [
      "a symmetric matrix that is not square",
      "%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n",
      "size",
      2,
    ],
    [
      "a skew-symmetric matrix with a diagonal",
      "%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1\n",
      "range",
      3,
    ],
    ["a line without end", general(`2 2 1\n1 ${" ".repeat(300_000)}1 1\n`), "size", 3],
    ["a header of 200 000 characters", `%${"x".repeat(200_000)}\n`, "header", 1],
    ["a value of 200 000 digits", general(`1 1 1\n1 1 ${"1".repeat(200_000)}\n`), "number", 3],
    ["a number without end", general(`2 2 1\n1 1 ${"1".repeat(300_000)}\n`), "size", 3],
  ];

for (const [what, text, fault, line] of damaged) {
  Deno.test(`Matrix Market: ${what} is refused (${fault}, line ${line})`, async () => {
    await refuses(read(text), fault, line);
  });
}

Deno.test("declared entries that are not there take no memory", async () => {
  const sizes = "1000000000 1000000000 1000000000";
  for (
    const text of [
      general(`${sizes}\n1 1 1\n`),
      `%%MatrixMarket matrix coordinate pattern symmetric\n${sizes}\n1 1\n`,
      "%%MatrixMarket matrix array real general\n30000 30000\n1\n",
    ]
  ) {
    const bytes = await allocatedBy(() => refuses(read(text), "truncated"));
    assert.ok(bytes > 2 ** 18 && bytes < 2 ** 20, `${bytes}`);
  }
});

Deno.test("the limits decide what is too large", async () => {
  const text = general("9 9 2\n1 1 1\n2 2 2\n");
  await refuses(read(text, { limits: { entries: 1 } }), "size", 2);
  await refuses(read(text, { limits: { emptyRows: 6 } }), "size", 2);
  assert.equal((await read(text, { limits: { entries: 2, emptyRows: 7 } })).rows, 9);
});

Deno.test("a gzip file cut short is refused with the line it reaches", async () => {
  const a = randomCsr({ rows: 300, cols: 300, density: 0.2, seed: 3 });
  const whole = await gzipped(await collected(writeMatrixMarket(a)));
  assert.deepEqual(await readMatrixMarket(whole), a);
  await refuses(readMatrixMarket(whole.slice(0, whole.length / 2)), "truncated");
  await refuses(readMatrixMarket(whole.slice(0, whole.length - 4)), "truncated");
  await refuses(readMatrixMarket(whole.slice(0, 2)), "truncated", 1);
  const broken = whole.slice();
  broken.fill(0xff, 1000, 1100);
  await refuses(readMatrixMarket(broken), "encoding");
});

Deno.test("pieces of any length, far longer and shorter than the window, read the same", async () => {
  const a = randomCsr({ rows: 400, cols: 500, density: 0.3, seed: 4 });
  const text = await collected(writeMatrixMarket(a));
  assert.ok(text.length > 3 * 2 ** 18);
  for (const lengths of [[1, 7, 4096], [997], [262_144], [262_145, 1], [text.length]]) {
    assert.deepEqual(await readMatrixMarket(pieces(text, lengths)), a);
  }
  const packed = await gzipped(text);
  for (const lengths of [[1, 499], [1, 30_000], [packed.length]]) {
    assert.deepEqual(await readMatrixMarket(pieces(packed, lengths)), a);
  }
});

Deno.test("whoever refuses early lets go of the source", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("nonsense\n".repeat(1000))),
    cancel: () => void (cancelled = true),
  });
  await refuses(readMatrixMarket(endless), "header");
  assert.ok(cancelled);
});

Deno.test("long rows out of order agree with the conversion of coordinates", async () => {
  const a = randomCsr({ rows: 3, cols: 9000, density: 0.6, seed: 5 });
  const order = [...a.values.keys()].reverse();
  const rowOf = (entry: number) => a.rowOffsets.findIndex((offset) => offset > entry) - 1;
  const coo = {
    format: "coo" as const,
    rows: 3,
    cols: 9000,
    rowIndices: Uint32Array.from(order, rowOf),
    colIndices: Uint32Array.from(order, (i) => a.colIndices[i]),
    values: Float32Array.from(order, (i) => a.values[i]),
  };
  const lines = order.map((_, i) =>
    `${coo.rowIndices[i] + 1} ${coo.colIndices[i] + 1} ${coo.values[i]}\n`
  );
  const text = general(`3 9000 ${order.length}\n${lines.join("")}`);
  assert.deepEqual(await read(text), csrFromCoo(coo));
});

Deno.test("what is written is read back bit for bit", async () => {
  const a = randomCsr({ rows: 40, cols: 30, density: 0.2, seed: 6 });
  assert.deepEqual(await readMatrixMarket(writeMatrixMarket(a)), a);
  const b = randomDense(7, 5, 7);
  assert.deepEqual(await readMatrixMarket(writeMatrixMarket(b)), b);
});

Deno.test("a value that is not finite is not written", async () => {
  const b = dense(1, 1, new Float32Array([NaN]));
  await assert.rejects(collected(writeMatrixMarket(b)), /values must be finite: received NaN/);
});

const files = realFiles("matrix-market", ".mtx.gz");
const missing = files.length === 0 ? " (skipped: the data is missing)" : "";

Deno.test({
  name: `real Matrix Market files are read, and one without a header is refused${missing}`,
  ignore: files.length === 0,
  fn: async () => {
    for (const path of files) {
      const reading = readMatrixMarket((await Deno.open(path)).readable, { name: path });
      if (path.includes("noheader")) await refuses(reading, "header", 1);
      else checkCsr(asCsr(await reading));
    }
  },
});

Deno.test({
  name: `the values of west0067 are those of the file${missing}`,
  ignore: files.length === 0,
  fn: async () => {
    const path = files.find((path) => path.endsWith("west0067.mtx.gz"));
    assert.ok(path !== undefined);
    const a = asCsr(await readMatrixMarket(await Deno.readFile(path)));
    assert.deepEqual([a.rows, a.cols, a.values.length], [67, 67, 294]);
    assert.equal(denseFromCsr(a).data[4 * 67], Math.fround(-0.2788416));
  },
});
