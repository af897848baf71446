import assert from "node:assert/strict";
import { wording } from "./wording.ts";
import { workspaceOf } from "./workspace.ts";

function wrongs(text: string): string[] {
  return wording(workspaceOf(new Map([["a.ts", text]]))).map(({ wrong, line }) =>
    `${line}: ${wrong}`
  );
}

Deno.test("notes to self, suppressed rules and paths of one machine are found", () => {
  const bad = ["TO" + "DO", "@ts-" + "ignore", "deno-lint-" + "ignore", "/wo" + "rk/main"];
  for (const word of bad) {
    const found = wrongs(`const a = 1;\n// ${word} b\n`);
    assert.equal(found.length, 1, word);
    assert.match(found[0] ?? "", /^2: /);
  }
});

Deno.test("ordinary words and relative paths pass", () => {
  assert.deepEqual(wrongs("// ignore the work/home folder, https://a.org/wo" + "rk/x"), []);
});
