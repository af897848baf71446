import { renderReport } from "@spmm/report";
import type { DiscoveredExperiment, Store } from "@spmm/runner";
import { writeWhole } from "../write_whole.ts";

/** Where the report goes where nothing else is said. */
export const REPORT = "results/report.html";

/** Writes the report of what a store holds. */
export async function writeReport(
  store: Store,
  experiments: readonly DiscoveredExperiment[],
  path: string,
): Promise<void> {
  const written = new Date().toISOString();
  await writeWhole(path, await renderReport({ store, experiments, written }));
}

/** The report's place beside a store. */
export function reportBeside(store: string): string {
  return `${store.slice(0, store.lastIndexOf("/") + 1)}report.html`;
}
