import { renderTable } from "@spmm/runner";
import assert from "node:assert/strict";
import { recordOf } from "./family_times.ts";
import { beside, peerTables, peerValues } from "./peers.ts";
import { madeUpRow } from "./test_rows.ts";

const TIMES = new Map([
  ["sputnik_f32", 20],
  ["cusparse_csr_f32", 40],
  ["cublas_dense_f32", 10],
  ["cublas_dense_f16", 5],
  ["transposed_cusparse_f32", 400],
  ["transposed_sputnik_on_kept_transpose", 25],
]);
const PEERS = { gpu: "a GPU", matrices: [{ name: "net/a", times: new Map([[8, TIMES]]) }] };
const FORWARD = { n: 8, storage: "f32", transpose: false };

Deno.test("a product stands beside the peers' times of the same", () => {
  const values = (product: Partial<typeof FORWARD>) =>
    peerValues(PEERS, "net/a", { ...FORWARD, ...product });
  assert.deepEqual(values({}), {
    ...{ peersGpu: "a GPU", sputnikUs: 20, cusparseUs: 40, cublasDenseUs: 10 },
  });
  assert.deepEqual(values({ transpose: true }), {
    ...{ peersGpu: "a GPU", sputnikUs: 25, cusparseUs: 400 },
  });
  assert.deepEqual(values({ storage: "f16" }), { peersGpu: "a GPU", cublasDenseUs: 5 });
  assert.deepEqual(values({ storage: "f16", transpose: true }), {});
  assert.deepEqual(values({ n: 16 }), {});
});

Deno.test("a stand-in stands beside the times of what it stands in for, others beside none", () => {
  const records = ["stand-in for net/a", "net/b"].map((matrix) =>
    recordOf(madeUpRow({
      ...{ kernel: "csb", matrix, n: 8, medianUs: 10 },
      values: peerValues(PEERS, matrix, FORWARD),
    }))
  );
  assert.deepEqual(records.map(({ sputnikUs }) => sputnikUs), [20, undefined]);
  const [table, ...more] = peerTables(records);
  assert.deepEqual(more, []);
  assert.match(renderTable(table), /measured on a GPU[\s\S]*cuBLAS dense[\s\S]*csb +1 +2/);
});

Deno.test("by the transpose, peers are named by how they multiply, and dense is left out", () => {
  const record = recordOf(madeUpRow({
    ...{ kernel: "csb", matrix: "net/a", n: 8, medianUs: 10 },
    values: { transpose: true, ...peerValues(PEERS, "net/a", { ...FORWARD, transpose: true }) },
  }));
  assert.deepEqual(beside([record]).map(({ peer, ratio }) => [peer, ratio]), [
    ["Sputnik on a kept transpose", 2.5],
    ["cuSPARSE's transposed flag", 40],
  ]);
  assert.deepEqual(peerTables([record])[0].rows, [["csb", 1, 2.5, 40]]);
});
