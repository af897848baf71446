import type { Device, DevicePeaks } from "./device.ts";

/**
 * The thread that runs this program, as a device for kernels in plain TypeScript. It holds nothing,
 * so disposing of it does nothing.
 *
 * @example What it is
 * ```ts
 * import { hostDevice } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * assert.equal(hostDevice.kind, "cpu");
 * assert.ok((await hostDevice.peaks()).flopsPerSecond > 1e6);
 * ```
 */
export const hostDevice: Device = {
  kind: "cpu",
  name: "TypeScript on one thread",
  facts: { threads: 1 },
  peaks: () => measured ??= Promise.resolve(measurePeaks()),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

let measured: Promise<DevicePeaks> | undefined;

function measurePeaks(): DevicePeaks {
  const source = new Float32Array(1 << 22).fill(0.5);
  const target = new Float32Array(source.length);
  const copy = fastest(() => target.set(source));
  const rounds = 1 << 20;
  const sum = fastest(() => void multiplyAdds(rounds));
  return {
    bytesPerSecond: 2 * source.byteLength / copy,
    flopsPerSecond: 8 * rounds / sum,
  };
}

/** Seconds of the fastest of ten runs: the ceiling is what the machine can do, not what it does. */
function fastest(run: () => void): number {
  let best = Infinity;
  for (let repeat = 0; repeat < 10; repeat++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return Math.max(best, 1e-3) / 1000;
}

/** Four chains of f32 multiply-adds, so that no sum waits for the one before. */
function multiplyAdds(rounds: number): number {
  const scale = Math.fround(0.999);
  let [a, b, c, d] = [1, 2, 3, 4];
  for (let round = 0; round < rounds; round++) {
    a = Math.fround(Math.fround(a * scale) + scale);
    b = Math.fround(Math.fround(b * scale) + scale);
    c = Math.fround(Math.fround(c * scale) + scale);
    d = Math.fround(Math.fround(d * scale) + scale);
  }
  return a + b + c + d;
}
