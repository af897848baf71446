/**
 * The gate, `deno task check`: format, lint, types, documentation and its examples, house rules.
 *
 * @module
 */
import { examplesRun, gate, report } from "./checks/gate.ts";

let failed = 0;
for (const check of [...await gate(), examplesRun]) if ((await report(check)).length > 0) failed++;
if (failed > 0) {
  console.log(`The gate is closed: ${failed} checks failed. Format is repaired by: deno fmt`);
  Deno.exit(1);
}
