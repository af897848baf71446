import assert from "node:assert/strict";
import { checkCsr } from "./csr.ts";
import { readCategories, readGraphChallenge, readNumbers } from "./graph_challenge.ts";
import { readMatrixMarket } from "./matrix_market.ts";
import { randomCsr } from "./random.ts";
import { asCsr, bytes, realFiles, refuses } from "./reader_inputs.ts";
import { writeGraphChallenge } from "./write_text.ts";

const shape = { rows: 3, cols: 4 };
const read = (text: string, options = {}) =>
  readGraphChallenge(bytes(text), { ...shape, ...options });

Deno.test("triples are read in any order, from 1 or from 0", async () => {
  const fromOne = await read("3\t4\t-2\n1\t2\t6.250000e-02\n3\t1\t.5\n");
  assert.deepEqual([...fromOne.rowOffsets], [0, 1, 1, 3]);
  assert.deepEqual([...fromOne.colIndices], [1, 0, 3]);
  assert.deepEqual([...fromOne.values], [0.0625, 0.5, -2]);
  assert.deepEqual(await read("2\t3\t-2\n0\t1\t0.0625\n2\t0\t.5", { base: 0 }), fromOne);
});

Deno.test("an empty file is a matrix without entries", async () => {
  assert.deepEqual([...(await read("")).rowOffsets], [0, 0, 0, 0]);
});

Deno.test("damaged triples are refused with fault and line", async () => {
  await refuses(read("1\t1\t1\n0\t1\t1\n"), "base", 2);
  await refuses(read("1\t0\t1\n"), "base", 1);
  await refuses(read("4\t1\t1\n"), "range", 1);
  await refuses(read("3\t1\t1\n", { base: 0 }), "range", 1);
  await refuses(read("1\t1\tnan\n"), "number", 1);
  await refuses(read("1\t1\n"), "count", 1);
  await refuses(read("1\t1"), "truncated", 1);
  await refuses(read("1\t1\t1\t1\n"), "count", 1);
  await refuses(read("1\t1\t1\n\n2\t2\t2\n1\t1\t1\n"), "duplicate", 4);
  await refuses(read("1\t1\t1\n2\t2\t2\n", { limits: { entries: 1 } }), "size", 2);
});

Deno.test("what is written is read back bit for bit", async () => {
  const a = randomCsr({ ...shape, density: 0.7, seed: 9 });
  assert.deepEqual(await readGraphChallenge(writeGraphChallenge(a), shape), a);
});

Deno.test("a list of numbers is read, and refused where a line is none", async () => {
  assert.deepEqual([...await readNumbers(bytes("1\n\n-2.5\n"))], [1, -2.5]);
  await refuses(readNumbers(bytes("1\nx\n")), "number", 2);
  await refuses(readNumbers(bytes("1\n2 3\n")), "count", 2);
});

Deno.test("categories are read from 1, returned from 0, and refused out of order", async () => {
  assert.deepEqual([...await readCategories(bytes("1\n9\n"), { inputs: 9 })], [0, 8]);
  await refuses(readCategories(bytes("0\n")), "base", 1);
  await refuses(readCategories(bytes("3\n3\n")), "duplicate", 2);
  await refuses(readCategories(bytes("3\n2\n")), "range", 2);
  await refuses(readCategories(bytes("10\n"), { inputs: 9 }), "range", 1);
});

const layers = realFiles("graph-challenge", ".tsv.gz");
const missing = layers.length === 0 ? " (skipped: the data is missing)" : "";

Deno.test({
  name: `every official layer has 32 weights of 1/16 in each row${missing}`,
  ignore: layers.length === 0,
  fn: async () => {
    for (const name of layers) {
      const source = (await Deno.open(name)).readable;
      const w = await readGraphChallenge(source, { rows: 1024, cols: 1024, name });
      checkCsr(w);
      assert.ok(w.rowOffsets.every((offset, row) => offset === 32 * row), name);
      assert.ok(w.values.every((value) => value === 1 / 16), name);
    }
  },
});

Deno.test({
  name: `the official images and categories are read, in both their forms${missing}`,
  ignore: layers.length === 0,
  fn: async () => {
    const [images = ""] = realFiles("graph-challenge", "first1200.mtx.gz");
    const y = asCsr(await readMatrixMarket(await Deno.readFile(images), { name: images }));
    assert.deepEqual([y.rows, y.cols, y.values.length], [1200, 1024, 122713]);
    const [list = ""] = realFiles("graph-challenge", "categories.tsv");
    const all = await readCategories(await Deno.readFile(list), { inputs: 60_000 });
    const [vector = ""] = realFiles("graph-challenge", "categories-first1200.mtx");
    const first = asCsr(await readMatrixMarket(await Deno.readFile(vector), { name: vector }));
    const rows = [...all].filter((input) => input < 1200);
    assert.equal(rows.length, 19);
    assert.deepEqual(rows, rowsWithEntries(first.rowOffsets));
  },
});

function rowsWithEntries(rowOffsets: Uint32Array): number[] {
  return [...rowOffsets.keys()].filter((row) => rowOffsets[row] < rowOffsets[row + 1]);
}

const trained = realFiles("trained", ".tsv.gz");

Deno.test({
  name: `a trained network, counted from 0, is read with its biases${
    trained.length === 0 ? " (skipped: the data is missing)" : ""
  }`,
  ignore: trained.length === 0,
  fn: async () => {
    for (const name of trained) {
      const source = await Deno.readFile(name);
      if (name.includes("/biases/") || name.includes("dense")) {
        const count = (await readNumbers(source, { name })).length;
        assert.ok([10, 128, 1280, 100352].includes(count), name);
      } else checkCsr(await readGraphChallenge(source, { rows: 128, cols: 128, base: 0, name }));
    }
  },
});
