import fc from "fast-check";
import assert from "node:assert/strict";
import { crc32 as nodes } from "node:zlib";
import { crc32 } from "./crc32.ts";

Deno.test("the checksum is that of other programs, whole or in pieces", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      assert.equal(crc32(first), nodes(first));
      assert.equal(crc32(second, crc32(first)), nodes(second, nodes(first)));
    }),
    { seed: 1 },
  );
});
