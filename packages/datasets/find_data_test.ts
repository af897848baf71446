import assert from "node:assert/strict";
import { isReadableFolder } from "./data_root.ts";
import { findData } from "./find_data.ts";

Deno.test("a folder is found where it is, or nowhere", () => {
  const root = findData("graph-challenge");
  assert.ok(root === undefined || isReadableFolder(`${root}/graph-challenge`));
  assert.equal(findData("no-such-collection"), undefined);
});

Deno.test({
  name: "without permission to read nothing is found, and nobody is asked",
  permissions: { read: false, env: false },
  fn: () => assert.equal(findData("graph-challenge"), undefined),
});
