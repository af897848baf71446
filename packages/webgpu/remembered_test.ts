import assert from "node:assert/strict";
import { remembered } from "./remembered.ts";

Deno.test("remembered() writes each text once", () => {
  let written = 0;
  const code = remembered((threads: number, isLast: boolean) => {
    written += 1;
    return `${threads}${isLast ? "." : ","}`;
  });
  assert.deepEqual([code(32, true), code(32, false), code(32, true)], ["32.", "32,", "32."]);
  assert.equal(written, 2);
});
