import { LARGE_LIMITS, LEAST_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseStaging } from "./staging.ts";

Deno.test("a staging fits its device, its slots 16 bits, and its rows its slots", () => {
  const limits = fc.record({
    maxComputeWorkgroupStorageSize: fc.integer({ min: 16384, max: 2 ** 18 }),
    maxComputeInvocationsPerWorkgroup: fc.integer({ min: 128, max: 1024 }),
    maxComputeWorkgroupSizeX: fc.integer({ min: 128, max: 1024 }),
  }).map((some) => ({ ...LEAST_LIMITS, ...some }));
  const size = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 4), size, size, limits, (width, vectors, rows, device) => {
      const staging = chooseStaging(width, vectors, rows, device);
      const bytes = staging.vectors * width * 4 * staging.slots;
      assert.ok(bytes <= device.maxComputeWorkgroupStorageSize);
      assert.ok(staging.slots <= 65536);
      assert.ok(staging.blockRows <= staging.slots);
      assert.ok(staging.blockRows > 0 && staging.blockRows % 32 === 0);
      assert.ok(staging.blockRows <= device.maxComputeInvocationsPerWorkgroup);
      assert.ok(staging.vectors <= staging.blockRows);
    }),
    { seed: 1 },
  );
});

Deno.test("a wide C gets 16 columns and 256 rows where the device has room", () => {
  assert.deepEqual(chooseStaging(4, 256, 4096, LARGE_LIMITS), {
    blockRows: 256,
    vectors: 4,
    slots: 510,
  });
});
