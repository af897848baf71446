import assert from "node:assert/strict";
import { repository } from "./repository_for_tests.ts";
import { rooms } from "./rooms.ts";

const COMPLETE = {
  "packages/one/mod.ts":
    '/** One. */\nexport { one } from "./one.ts";\nexport * from "./one.ts";\n',
  "packages/one/one.ts": "export function one(): number {\n  return 1;\n}\n",
  "packages/one/README.md":
    '# One\n\n```ts\nimport { one } from "@spmm/one";\nassert.equal(one(), 1);\n```\n',
};

function wrongs(files: Readonly<Record<string, string>>): string[] {
  return rooms(repository(files)).map(({ wrong }) => wrong);
}

Deno.test("a package with all its rooms passes", () => {
  assert.deepEqual(wrongs(COMPLETE), []);
});

Deno.test("a README must be there and its example must assert something", () => {
  const { "packages/one/README.md": readme, ...rest } = COMPLETE;
  assert.deepEqual(wrongs(rest), ["no README.md"]);
  const silent = { ...COMPLETE, "packages/one/README.md": readme.replace("assert", "console") };
  assert.deepEqual(wrongs(silent), ["no example that runs"]);
});

Deno.test("a package that exports no code needs no example", () => {
  const types = {
    ...COMPLETE,
    "packages/one/one.ts": "export type One = 1;",
    "packages/one/README.md": "# One\n",
  };
  assert.deepEqual(wrongs(types), []);
});

Deno.test("mod.ts may only re-export", () => {
  for (const code of ["const two = 2;", "export const two = 2;", "console.log(2);"]) {
    const busy = {
      ...COMPLETE,
      "packages/one/mod.ts": `${COMPLETE["packages/one/mod.ts"]}${code}\n`,
    };
    const [finding, ...others] = rooms(repository(busy));
    assert.deepEqual(others, []);
    assert.equal(finding?.wrong, "mod.ts does more than export");
    assert.equal(finding.line, 4, code);
  }
});

Deno.test("deno.json must name the package after its folder and lead to files that exist", () => {
  const config = JSON.stringify({ name: "@spmm/two", exports: { "./gone": "./gone.ts" } });
  assert.deepEqual(wrongs({ ...COMPLETE, "packages/one/deno.json": config }).slice(0, 5), [
    "name @spmm/two",
    "no version",
    "no licence",
    "no front door",
    "export ./gone.ts does not exist",
  ]);
});
