import assert from "node:assert/strict";
import { datasetStatus } from "./dataset_status.ts";
import { dataRoot } from "./data_root.ts";
import { DatasetError } from "./errors.ts";
import { isSafePath, readManifest } from "./manifest.ts";

const root = dataRoot() ?? "";
const ignore = root === "";
const missing = ignore ? " (skipped: the data is missing)" : "";

Deno.test("the list names every dataset and file once", async () => {
  const datasets = await readManifest();
  const names = datasets.map(({ name }) => name);
  const paths = datasets.flatMap(({ parts }) => parts.flatMap(({ files }) => files))
    .map(({ path }) => path);
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(paths).size, paths.length);
});

Deno.test("the task that fetches may reach the hosts of the list and no others", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const hosts = (await readManifest()).flatMap(({ parts }) => parts)
    .flatMap(({ url }) => url === undefined ? [] : [new URL(url).host]);
  assert.deepEqual(config.permissions.data.net, [...new Set(hosts)].toSorted());
});

Deno.test({
  name: `no file at hand is corrupt${missing}`,
  ignore,
  fn: async () => {
    for (const dataset of await readManifest()) {
      for (const { state, place, fault } of await datasetStatus(dataset, [root])) {
        assert.notEqual(state, "corrupt", `${place}: ${fault}`);
      }
    }
  },
});

const PART = { url: "https://example.org/a.tsv", files: [{ path: "a.tsv" }] };
const DATASET = { name: "a", what: "b", proves: "c", source: "d", licence: "e", parts: [PART] };

const FAULTS: readonly [string, unknown][] = [
  ["no list", { sets: [] }],
  ["a dataset without a name", { datasets: [{ ...DATASET, name: undefined }] }],
  ["parts that are no list", { datasets: [{ ...DATASET, parts: {} }] }],
  ["a part without files", { datasets: [{ ...DATASET, parts: [{ ...PART, files: [] }] }] }],
  ["an address that is none", { datasets: [{ ...DATASET, parts: [{ ...PART, url: "a.tsv" }] }] }],
  ["a file elsewhere", { datasets: [{ ...DATASET, parts: [{ files: [{ path: "../a" }] }] }] }],
  ["a checksum of another kind", {
    datasets: [{ ...DATASET, parts: [{ files: [{ path: "a", sha256: "12ab" }] }] }],
  }],
  ["an archive to nowhere", {
    datasets: [{ ...DATASET, parts: [{ ...PART, unpack: { into: "/", strip: 1 } }] }],
  }],
];

for (const [what, list] of FAULTS) {
  Deno.test(`a list of datasets is refused: ${what}`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".json" });
    await Deno.writeTextFile(path, JSON.stringify(list));
    await assert.rejects(readManifest(path), DatasetError);
    await Deno.remove(path);
  });
}

Deno.test("a list that is no JSON is refused", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(path, "datasets:");
  await assert.rejects(readManifest(path), /it must be JSON: received datasets:/);
  await Deno.remove(path);
});

Deno.test("a path is safe if it stays below", () => {
  assert.ok(["a", "a/b.tsv", "a/..b"].every(isSafePath));
  assert.ok(!["", "/a", "a/../b", "..", "a\\b", "C:a", "a\0", 7, undefined].some(isSafePath));
});
