import { hostDevice } from "@spmm/spmm";
import assert from "node:assert/strict";
import { describeEnvironment } from "./environment.ts";

Deno.test("the environment has what may be known and nothing it would have to ask for", async () => {
  const environment = await describeEnvironment([hostDevice]);
  assert.match(environment.time, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.ok(environment.hardwareThreads >= 1);
  assert.ok(environment.commit === undefined || /^[0-9a-f]{40}$/.test(environment.commit));
  assert.deepEqual(JSON.parse(JSON.stringify(environment)), environment);
});
