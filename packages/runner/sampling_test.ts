import { kernels } from "@spmm/registry";
import { randomCsr, randomDense } from "@spmm/formats";
import { hostDevice } from "@spmm/spmm";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { chained, contenderOf } from "./contender.ts";
import { place, placeUnwritten } from "./operands.ts";
import { QUICK_SAMPLING, sampleInTurn } from "./sampling.ts";

function busyFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

Deno.test("work of a known length is measured as that long, and the longer of two as longer", async () => {
  const contenders = [{ run: () => busyFor(2) }, { run: () => busyFor(0.5) }];
  const [long, short] = await sampleInTurn(hostDevice, contenders, {
    samples: 7,
    warmSeconds: 0.01,
    sampleSeconds: 2e-3,
  });
  // The least of seven, since whatever else this machine does can only add.
  const [least, leastOfShort] = [Math.min(...long.seconds), Math.min(...short.seconds)];
  assert.ok(least >= 2e-3 && least < 3e-3, `${long.seconds}`);
  assert.ok(leastOfShort >= 5e-4 && leastOfShort < 1e-3, `${short.seconds}`);
});

Deno.test("contenders take turns, and every other round goes backwards", async () => {
  const turns: string[] = [];
  const contender = (name: string) => ({
    run() {
      turns.push(name);
      busyFor(0.2);
    },
  });
  await sampleInTurn(hostDevice, [contender("a"), contender("b")], {
    samples: 4,
    warmSeconds: 0,
    sampleSeconds: 0,
  });
  assert.deepEqual(turns.join(""), "ab" + "abba" + "abba");
});

Deno.test("warming goes on for as long as it should, with all contenders", async () => {
  const runs = [0, 0];
  const contenders = runs.map((_, i) => ({
    run() {
      runs[i]++;
      busyFor(1);
    },
  }));
  const start = performance.now();
  await sampleInTurn(hostDevice, contenders, { samples: 2, warmSeconds: 0.05, sampleSeconds: 0 });
  assert.ok(performance.now() - start >= 50);
  assert.ok(runs[0] >= 2 && runs[0] === runs[1], `${runs}`);
});

Deno.test("without contenders there is nothing to time", async () => {
  assert.deepEqual(await sampleInTurn(hostDevice, []), []);
});

gpuTest(
  "a GPU's own clock is taken where it has one, and the host's where asked for",
  async (gpu) => {
    const a = randomCsr({ rows: 64, cols: 48, density: 0.2, seed: 1 });
    await using plan = await kernels.get("row-split").plan({ a, n: 16 }, gpu);
    using b = await place(gpu, randomDense(48, 16, 2), "f32");
    using c = await placeUnwritten(gpu, 64, 16, "f32");
    const contender = contenderOf(plan, b.matrix, c.matrix);
    const [own] = await sampleInTurn(gpu, [contender], QUICK_SAMPLING);
    assert.equal(own.clock, gpu.hasTimestamps ? "gpu" : "host");
    assert.ok(own.seconds.length === 5 && own.seconds.every((seconds) => seconds > 0));
    assert.ok(own.host.length > 0 && own.host.every((seconds) => seconds >= 0));
    const [host] = await sampleInTurn(gpu, [contender], { ...QUICK_SAMPLING, clock: "host" });
    assert.equal(host.clock, "host");
  },
);

gpuTest("four times the work takes about four times as long by a GPU's clock", async (gpu) => {
  if (!gpu.hasTimestamps) return;
  const a = randomCsr({ rows: 512, cols: 512, density: 0.2, seed: 1 });
  await using plan = await kernels.get("row-split").plan({ a, n: 64 }, gpu);
  using b = await place(gpu, randomDense(512, 64, 2), "f32");
  using c = await placeUnwritten(gpu, 512, 64, "f32");
  const once = contenderOf(plan, b.matrix, c.matrix);
  const contenders = [once, chained([once, once, once, once])];
  const options = { samples: 12, warmSeconds: 0.02, sampleSeconds: 4e-3 };
  const ratios: number[] = [];
  const right = (ratio: number) => ratio > 3 && ratio < 5.5;
  // An adapter in software shares its cores with other tests: what is wrong stays so, noise does not.
  for (let attempt = 0; attempt < 10 && !ratios.some(right); attempt++) {
    const [one, four] = await sampleInTurn(gpu, contenders, options);
    assert.deepEqual([one.clock, four.clock], ["gpu", "gpu"]);
    ratios.push(Math.min(...four.seconds) / Math.min(...one.seconds));
  }
  assert.ok(ratios.some(right), `${ratios}`);
});
