import type { StoredPoint } from "@spmm/runner";
import { parametersText } from "./words.ts";

/** What was not measured for the same reason. */
export interface ReasonGroup {
  /** Why it was skipped, or how it failed. */
  readonly reason: string;
  /** Each contender or whole point that it befell, in words. */
  readonly cases: readonly string[];
}

/**
 * What was skipped or failed, by reason, the commonest first: whole points, and contenders at points
 * that others were measured at.
 */
export function reasonGroups(
  points: readonly StoredPoint[],
  outcome: "skipped" | "failed",
): ReasonGroup[] {
  const cases = points.flatMap((point) => casesOf(point, outcome));
  return Array.from(
    Map.groupBy(cases, ({ reason }) => reason),
    ([reason, all]) => ({ reason, cases: all.map(({ what }) => what) }),
  ).sort((a, b) => b.cases.length - a.cases.length);
}

function casesOf(
  { parameters, state, reason, rows }: StoredPoint,
  outcome: "skipped" | "failed",
): { readonly reason: string; readonly what: string }[] {
  const where = parametersText(parameters);
  const ofRows = rows.filter((row) => row.outcome === outcome);
  if (ofRows.length > 0) {
    return ofRows.map((row) => ({
      reason: row.reason ?? UNKNOWN,
      what: `${row.contender} on ${row.device} at ${where}`,
    }));
  }
  return state === outcome ? [{ reason: reason ?? UNKNOWN, what: where }] : [];
}

const UNKNOWN = "no reason was recorded";
