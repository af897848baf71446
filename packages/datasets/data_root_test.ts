import assert from "node:assert/strict";
import { dataRoot } from "./data_root.ts";

async function withVariable(value: string, use: () => void | Promise<void>): Promise<void> {
  const before = Deno.env.get("SPMM_DATA");
  Deno.env.set("SPMM_DATA", value);
  try {
    await use();
  } finally {
    if (before === undefined) Deno.env.delete("SPMM_DATA");
    else Deno.env.set("SPMM_DATA", before);
  }
}

Deno.test("the environment names the folder of data", async () => {
  const folder = await Deno.makeTempDir();
  await withVariable(folder, () => assert.equal(dataRoot(), folder));
  await Deno.remove(folder);
});

Deno.test("a folder that is missing, or is a file, is no data", async () => {
  await withVariable("/no/such/folder", () => assert.equal(dataRoot(), undefined));
  const file = await Deno.makeTempFile();
  await withVariable(file, () => assert.equal(dataRoot(), undefined));
  await Deno.remove(file);
});

Deno.test({
  name: "without permission to read there is no data, and nobody is asked",
  permissions: { read: false, env: false },
  fn: () => assert.equal(dataRoot(), undefined),
});
