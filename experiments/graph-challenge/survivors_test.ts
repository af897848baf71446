import assert from "node:assert/strict";
import { survivorFault } from "./survivors.ts";

Deno.test("survivors that are missing and such that should not be are both named", () => {
  assert.equal(survivorFault([1, 5], Uint32Array.of(1, 5)), undefined);
  assert.equal(
    survivorFault([1, 7], [1, 5]),
    "there must be 2 survivors: received 2, missing 5, not right 7",
  );
  assert.match(survivorFault([], [1, 2, 3, 4, 5, 6, 7]) ?? "", /missing 1, 2, 3, 4, 5 and 2 more/);
});
