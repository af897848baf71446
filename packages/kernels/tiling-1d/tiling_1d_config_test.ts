import assert from "node:assert/strict";
import { LEAST_LIMITS } from "@spmm/webgpu/conformance";
import fc from "fast-check";
import { chooseConfig } from "./choose_config.ts";
import { Tiling1dConfig, Tiling1dConfigError } from "./tiling_1d_config.ts";

const limits = { ...LEAST_LIMITS, maxComputeInvocationsPerWorkgroup: 128 };
const legal = { tileK: 32, lanes: 8, vectorsPerLane: 2, subwarps: 4 };

Deno.test("sizes that are no positive integers are refused by name", () => {
  for (const value of [0, -4, 1.5, NaN, Infinity]) {
    for (const name of ["tileK", "lanes", "vectorsPerLane", "subwarps"]) {
      assert.throws(
        () => new Tiling1dConfig({ ...legal, [name]: value }, limits),
        (error) => error instanceof Tiling1dConfigError && error.message.includes(name),
      );
    }
  }
});

Deno.test("a tile of part of a vector, too many threads and too large tiles are refused", () => {
  const faults = [
    [{ tileK: 30 }, /multiple of 4.*received 30/],
    [{ subwarps: 17 }, /at most 128: received 136/],
    [{ tileK: 1024 }, /16384 bytes of workgroup memory: received 32768/],
  ] as const;
  for (const [fault, message] of faults) {
    assert.throws(() => new Tiling1dConfig({ ...legal, ...fault }, limits), message);
  }
});

Deno.test("the chosen sizes are legal and their strips cover C, at any shape", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 4),
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 1, max: 1024 }),
      (width, vectors, meanRowLength, threads) => {
        const few = { ...limits, maxComputeInvocationsPerWorkgroup: Math.max(32, threads) };
        const config = chooseConfig(width, vectors, meanRowLength, few);
        assert.ok(config.threads <= 32);
        const strips = Math.ceil(vectors / config.tileVectors);
        assert.ok(strips * config.tileVectors >= vectors);
        assert.ok(width * config.tileVectors <= 64);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("a wide C gets four subwarps of eight lanes, as in the paper", () => {
  const { lanes, vectorsPerLane, subwarps, tileK } = chooseConfig(4, 256, 100, limits);
  assert.deepEqual({ lanes, vectorsPerLane, subwarps, tileK }, legal);
});

Deno.test("short rows get small tiles", () => {
  assert.equal(chooseConfig(4, 256, 3, limits).tileK, 8);
  assert.equal(chooseConfig(4, 256, 11.5, limits).tileK, 16);
});
