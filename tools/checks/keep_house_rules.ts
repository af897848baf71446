/**
 * Whether the whole repository keeps the house's own rules, as the one test that may ask: see
 * `brokenRules`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { formatFinding } from "./finding.ts";
import { brokenRules } from "./house_rules.ts";
import { readWorkspace } from "./workspace.ts";

Deno.test("every file keeps the house's rules", async () => {
  const { files } = await readWorkspace();
  const findings = [...files]
    .filter(([file]) => /(?<!\.as)\.ts$/.test(file))
    .flatMap(([file, text]) => brokenRules(file, text));
  assert.deepEqual(findings.map(formatFinding), []);
});
