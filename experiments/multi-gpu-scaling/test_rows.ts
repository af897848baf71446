import type { RunSample, ScalingMeasurement, ScalingRequest } from "./scaling_request.ts";
import { scalingRows } from "./scaling_rows.ts";
import type { ScalingRow } from "./scaling_values.ts";

/** A request on 1, 2 and 4 GPUs, for tests. */
export function madeUpRequest(wishes: Partial<ScalingRequest> = {}): ScalingRequest {
  return {
    ...{ network: "65536x120", inputs: 60_000, workers: [1, 2, 4], kind: "gpu", launch: "local" },
    ...{ partitions: ["static", "dynamic"] },
    sampling: { runs: 5, warmSeconds: 0, seconds: 0 },
    ...wishes,
  };
}

/** A run in which the first worker is behind the others by a tenth of the computing. */
function madeUpRun(workers: number, overhead = 0.002): RunSample {
  const compute = 2 / workers;
  const busy = Array.from(
    { length: workers },
    (_, w) => compute + 0.010 + (w === 0 ? 0.1 * compute : 0),
  );
  return {
    ...{ run: busy[0] + overhead, busy, ranges: workers },
    ...{ upload: 0.2, compute: 1.8, readback: 0.001 * workers },
  };
}

/** What GPUs that never were might have given: static scales, dynamic is slower by 10 ms. */
export function madeUpMeasurement(): ScalingMeasurement {
  const samples = (workers: number, overhead?: number) =>
    [0, 2, 1, -1, -2].map((shift) => {
      const sample = madeUpRun(workers, overhead);
      return { ...sample, run: sample.run + shift * 1e-4 };
    });
  return {
    ...{ device: "a GPU", machines: 1, shareSeconds: 40, startSeconds: 25 },
    ...{ edges: 60_000 * 120 * 65_536 * 32, survivors: 17 },
    runs: [
      { workers: 1, partition: "static", samples: samples(1) },
      { workers: 2, partition: "static", samples: samples(2) },
      { workers: 4, partition: "static", samples: samples(4) },
      { workers: 4, partition: "dynamic", samples: samples(4, 0.012) },
    ],
    smallest: [
      {
        run: 0.011,
        busy: [0.010, 0.009, 0.01, 0.01],
        ranges: 4,
        upload: 0,
        compute: 0,
        readback: 0,
      },
    ],
  };
}

/** Rows of that, as they are kept. */
export function madeUpRows(wishes: Partial<ScalingRequest> = {}): ScalingRow[] {
  const request = madeUpRequest(wishes);
  const parameters = { network: request.network, inputs: request.inputs };
  return scalingRows(request, madeUpMeasurement()).map((row) => ({ ...row, parameters }));
}
