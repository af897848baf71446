import type { NamedFigure } from "@spmm/runner";
import type { BottleneckRow } from "./kept_values.ts";

export function bottleneckFigures(_rows: readonly BottleneckRow[]): NamedFigure[] {
  return [];
}
