import assert from "node:assert/strict";
import { ClockGauge } from "./clock_gauge.ts";
import { gpuTest } from "./conformance.ts";
import { GpuTimer } from "./timing.ts";

gpuTest(
  "a gauge says that clocks are up where its chain takes hardly longer than ever",
  async (gpu) => {
    {
      using gauge = await ClockGauge.on(gpu);
      assert.ok(!gauge.isSet);
      assert.ok(gauge.isUp(50e-6), "the first reading is the best there is");
      assert.ok(gauge.isSet && gauge.isUp(40e-6) && gauge.isUp(41e-6));
      assert.ok(!gauge.isUp(44e-6) && !gauge.isUp(200e-6));
      using other = await ClockGauge.on(gpu);
      assert.ok(
        other.isSet && !other.isUp(44e-6),
        "what a device can do is known to all its gauges",
      );
    }
    assert.equal(gpu.memory.buffers, 0);
  },
);

gpuTest("the chain of a gauge can be timed", async (gpu) => {
  if (!gpu.hasTimestamps) return;
  using gauge = await ClockGauge.on(gpu);
  using timer = new GpuTimer(gpu, 8);
  const [[seconds]] = await timer.sample([gauge.record], 1, [1]);
  assert.ok(seconds > 0);
});
