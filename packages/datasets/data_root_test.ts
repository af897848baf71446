import assert from "node:assert/strict";
import { dataRoot, isReadableFolder } from "./data_root.ts";

Deno.test("a folder is one, and what is missing or a file is none", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  assert.ok(isReadableFolder(folder));
  assert.ok(!isReadableFolder(`${folder}/file`));
  assert.ok(!isReadableFolder(`${folder}/missing`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the data is in a folder, or there is none", () => {
  const root = dataRoot();
  assert.ok(root === undefined || isReadableFolder(root));
});

Deno.test({
  name: "without permission to read there is no data, and nobody is asked",
  permissions: { read: false, env: false },
  fn: () => assert.equal(dataRoot(), undefined),
});
