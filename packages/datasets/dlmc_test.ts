import assert from "node:assert/strict";
import { checkCsr, rowStatistics, transposeCsr } from "@spmm/formats";
import { dataRoot } from "./data_root.ts";
import { dlmcStatistics, listDlmc, loadDlmc, rn50Columns } from "./dlmc.ts";
import { DatasetError } from "./errors.ts";

const root = dataRoot() ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test("a folder that is not there is named", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    listDlmc(folder),
    (error) => error instanceof DatasetError && error.message.includes(`${folder}/dlmc`),
  );
  await Deno.remove(folder);
});

Deno.test("a file whose path is not of the collection is refused", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/dlmc`);
  await Deno.writeTextFile(`${folder}/dlmc/stray.smtx.gz`, "");
  await assert.rejects(listDlmc(folder), /<model>\/<method>\/<sparsity>\/<layer>: received stray/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a collection as it is unpacked is read like one that is compressed", async () => {
  const folder = await Deno.makeTempDir();
  const layers = `${folder}/dlmc/rn50/magnitude_pruning/0.5`;
  await Deno.mkdir(layers, { recursive: true });
  await Deno.writeTextFile(`${layers}/b.smtx`, "2, 3, 2\n0 1 2\n2 0\n");
  await Deno.writeTextFile(`${layers}/a.smtx.gz`, "");
  await Deno.writeTextFile(`${folder}/dlmc/rn50_batchsizes.txt`, "b,49\n");
  const [, entry] = await listDlmc(folder);
  assert.equal(entry.name, "rn50/magnitude_pruning/0.5/b");
  const { matrix } = await loadDlmc(entry, { seed: 1 });
  assert.deepEqual([...matrix.colIndices], [2, 0]);
  assert.equal((await rn50Columns(folder)).get("b"), 49);
  await assert.rejects(dlmcStatistics(folder), /the file must exist: received .*dlmc\.csv/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: `the matrices at hand are listed by name, in order${missing}`,
  ignore,
  fn: async () => {
    const entries = await listDlmc(root);
    assert.equal(entries.length, 62);
    const names = entries.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
    assert.deepEqual(new Set(entries.map(({ model }) => model)), new Set(["rn50", "transformer"]));
    for (const { name, model, method, sparsity, layer } of entries) {
      assert.equal(name, `${model}/${method}/${sparsity}/${layer}`);
    }
  },
});

Deno.test({
  name: `matrices have the shape, the non-zeros and the deviations that are published${missing}`,
  ignore,
  fn: async () => {
    const published = new Map((await dlmcStatistics(root)).map((one) => [one.name, one]));
    assert.equal(published.size, 3846);
    for (const entry of (await listDlmc(root)).filter((_, i) => i % 5 === 0)) {
      const { name, origin, matrix } = await loadDlmc(entry, { seed: 1 });
      checkCsr(matrix);
      const wanted = published.get(entry.name);
      assert.ok(wanted !== undefined, entry.name);
      const rows = rowStatistics(matrix);
      const columns = rowStatistics(transposeCsr(matrix));
      assert.deepEqual([matrix.rows, matrix.cols, rows.nnz], [
        wanted.rows,
        wanted.cols,
        wanted.nnz,
      ]);
      // The published figures were computed in f32.
      assert.ok(Math.abs(rows.deviation - wanted.rowDeviation) < 1e-4, name);
      assert.ok(Math.abs(columns.deviation - wanted.colDeviation) < 1e-4, name);
      assert.equal(origin, "file");
    }
  },
});

Deno.test({
  name: `every layer of ResNet-50 but the last has its columns${missing}`,
  ignore,
  fn: async () => {
    const columns = await rn50Columns(root);
    const layers = (await listDlmc(root)).filter(({ model }) => model === "rn50");
    assert.ok(layers.every(({ layer }) => (columns.get(layer) ?? 0) >= 49));
  },
});
