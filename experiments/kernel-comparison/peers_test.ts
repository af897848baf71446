import { DatasetError } from "@spmm/datasets";
import { randomCsr } from "@spmm/formats";
import { compareKernels, QUICK_SAMPLING, renderTable } from "@spmm/runner";
import { hostDevice, referenceKernel } from "@spmm/spmm";
import assert from "node:assert/strict";
import { peerTables, peerValues, readPeers } from "./peers.ts";

async function peersFrom(text: string) {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, text);
    return await readPeers(file);
  } finally {
    await Deno.remove(file);
  }
}

const FILE = `{
  "gpu": "a GPU",
  "spmm": [{
    "matrix": "net/a.smtx",
    "rows": 20,
    "us_n8": { "sputnik_f32": 20, "cusparse_csr_f32": 40, "cublas_dense_f32": 10, "bound": 5 }
  }]
}`;

Deno.test("times are read by matrix and by the columns of B", async () => {
  const { gpu, matrices: [{ name, times }] } = await peersFrom(FILE);
  assert.deepEqual([gpu, name, [...times.keys()]], ["a GPU", "net/a", [8]]);
  assert.deepEqual(times.get(8), { sputnikUs: 20, cusparseUs: 40, cublasDenseUs: 10 });
});

for (
  const [what, text] of [
    ["what is no JSON", "{"],
    ["a list", "[]"],
    ["no products", '{"gpu": "a"}'],
    ["a time that is none", FILE.replace("40", "-40")],
  ]
) {
  Deno.test(`${what} is refused with a typed error`, async () => {
    await assert.rejects(peersFrom(text), DatasetError);
  });
}

Deno.test("a stand-in stands beside the times of what it stands in for, others beside none", async () => {
  const a = randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 });
  const competition = {
    entries: [{ device: hostDevice, kernels: [referenceKernel] }],
    sampling: QUICK_SAMPLING,
  };
  const peers = await peersFrom(FILE);
  const records = [];
  for (const matrix of ["stand-in for net/a", "net/b"]) {
    const one = { matrix, source: "stand-in", problem: { a, n: 8 } };
    for (const record of await compareKernels(one, competition)) {
      records.push({ ...record, ...peerValues(peers, matrix, 8) });
    }
  }
  assert.deepEqual(records.map(({ sputnikUs }) => sputnikUs), [20, undefined]);
  const [table, ...more] = peerTables(records);
  assert.deepEqual(more, []);
  assert.match(renderTable(table), /measured on a GPU[\s\S]*reference +1 /);
});
