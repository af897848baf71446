import fc from "fast-check";
import assert from "node:assert/strict";
import { encoding, foldGrid, passSource } from "./gpu_pass.ts";

Deno.test("foldGrid() keeps every dimension within the limit and leaves less than a line idle", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1 << 30 }),
      fc.integer({ min: 1, max: 70_000 }),
      (n, limit) => {
        fc.pre(n <= limit * limit);
        const [x, y] = foldGrid(n, limit);
        assert.ok(x <= limit && y <= limit);
        assert.ok(x * y >= n && x * y - n < Math.max(1, y));
      },
    ),
    { seed: 2 },
  );
});

Deno.test("passSource() declares bindings in order and enables f16 only where it is used", () => {
  const source = (type: string): string =>
    passSource({
      label: "test",
      workgroups: 1,
      code: "",
      bindings: [
        encoding("values", type, new Float32Array(1)),
        { role: "scratch", name: "sums", type: "array<f32>", bytes: 4 },
        { role: "uniform", name: "size", type: "u32", data: new Uint32Array(1) },
      ],
    });
  assert.match(source("array<f16>"), /^enable f16;/);
  assert.doesNotMatch(source("array<f32>"), /enable/);
  assert.match(source("array<f32>"), /binding\(1\) var<storage, read_write> sums/);
  assert.match(source("array<f32>"), /binding\(2\) var<uniform> size: u32/);
});
