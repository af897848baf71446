import assert from "node:assert/strict";
import { repository } from "./repository_for_tests.ts";
import { matches, memberNamed, readWorkspace, resolvePath } from "./workspace.ts";

Deno.test("members are the folders that fit the workspace's patterns", () => {
  const workspace = repository({
    "packages/one/mod.ts": "",
    "packages/kernels/merge/mod.ts": "",
    "docs/page.md": "",
  });
  assert.deepEqual(workspace.members.map(({ folder }) => folder), [
    "packages/kernels/merge",
    "packages/one",
  ]);
  assert.equal(memberNamed(workspace, "@spmm/merge/plan")?.folder, "packages/kernels/merge");
  assert.equal(memberNamed(workspace, "node:assert"), undefined);
});

Deno.test("a star stands for exactly one name", () => {
  assert.ok(matches("packages/*", "packages/one"));
  assert.ok(!matches("packages/*", "packages/kernels/merge"));
  assert.ok(!matches("packages/one", "packages/two"));
});

Deno.test("a relative specifier is resolved against its file", () => {
  assert.equal(resolvePath("packages/one/a.ts", "../two/b.ts"), "packages/two/b.ts");
});

Deno.test("this repository is read with its members and without what is installed", async () => {
  const { files, members } = await readWorkspace();
  assert.ok(members.some(({ config }) => config.name === "@spmm/spmm"));
  assert.ok(![...files.keys()].some((path) => path.startsWith("node_modules/")));
});
