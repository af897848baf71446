import { type NetworkPlan, stageBound } from "@spmm/network";
import { renderTable } from "@spmm/runner";
import type { Device } from "@spmm/spmm";

/** The least time that a device's peaks allow a stage. */
export interface StageBoundReport {
  readonly firstLayer: number;
  readonly endLayer: number;
  /** Seconds for a thousand live inputs. */
  readonly secondsPerThousand: number;
}

/** Bounds of the stages whose work the engine reckons; measures the device's peaks for that. */
export async function stageBounds(
  { stages }: NetworkPlan,
  device: Device,
): Promise<StageBoundReport[]> {
  if (stages.every(({ work }) => work === undefined)) return [];
  const peaks = await device.peaks();
  return stages.flatMap(({ firstLayer, endLayer, work }) =>
    work === undefined
      ? []
      : [{ firstLayer, endLayer, secondsPerThousand: 1000 * stageBound(work, peaks) }]
  );
}

/** The bounds as a table; nothing where there are none. */
export function boundsText(bounds: readonly StageBoundReport[]): string {
  if (bounds.length === 0) return "";
  return renderTable({
    title: "At best, by the device's peaks as measured now",
    columns: [{ heading: "layers" }, { heading: "µs for 1000 live inputs" }],
    rows: bounds.map(({ firstLayer, endLayer, secondsPerThousand }) => [
      endLayer === firstLayer + 1 ? `${firstLayer}` : `${firstLayer} to ${endLayer - 1}`,
      (1e6 * secondsPerThousand).toPrecision(3),
    ]),
  });
}
