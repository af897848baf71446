import { runToFiles, type StoredRun } from "@spmm/runner";
import type { Chapter } from "./chapter.ts";
import { type Fact, factsHtml } from "./environment_html.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { type ReasonGroup, reasonGroups } from "./outcomes.ts";
import { rerunCommand } from "./rerun_command.ts";
import { countText, durationText, momentText, secondsOf } from "./words.ts";

/** Bytes of CSV from which on a page would no longer be light; the store exports it all the same. */
const LARGEST_CSV = 1_000_000;
const MOST_CASES = 12;
const STATES = ["measured", "skipped", "failed"] as const;

/** How the points of a run came out: failures in full view, skips with their reasons. */
export function outcomesHtml({ points, planned }: StoredRun): Markup {
  const [failed, skipped] = [reasonGroups(points, "failed"), reasonGroups(points, "skipped")];
  const counts = STATES.map((state) => [state, points.filter((point) => point.state === state)])
    .flatMap(([state, { length }]) => length === 0 ? [] : [`${length} ${state}`]);
  const missing = planned - points.length;
  if (missing > 0) counts.push(`${missing} not measured yet`);
  return markup`<h3>Outcomes</h3>
<p>${countText(planned, "point")}${counts.length > 0 && `: ${counts.join(", ")}`}.</p>
${
    failed.length > 0 && markup`<section class="failures">
<h4>Failed: ${countText(total(failed), "case")}</h4>
${reasonsHtml(failed)}</section>`
  }
${
    skipped.length > 0 && markup`<details>
<summary>Skipped: ${countText(total(skipped), "case")}</summary>
${reasonsHtml(skipped)}</details>`
  }`;
}

/** With what a run was made, and how to make it again. */
export function methodHtml({ axes }: Chapter, run: StoredRun, environment: number): Markup {
  const axisFacts = Object.entries(axes).map(([name, { help, values }]): Fact => {
    const set = run.set[name];
    const text = (set ?? values[run.scale].map(String)).join(", ") || "none set";
    return [name, markup`${text}${set && " (set)"}<br><span class="aside">${help}</span>`];
  });
  const link = `#environment-${environment}`;
  return markup`<h3>How it was run</h3>
${
    factsHtml([
      ["Run again", markup`<code class="command">${rerunCommand(run)}</code>`],
      ["Measured with", markup`<a href="${link}">environment ${environment}</a>`],
      ["Rows", rowsLink(run)],
    ])
  }
<details>
<summary>Axes, times, sources</summary>
${
    factsHtml([
      ...axisFacts,
      ["Scale", run.scale],
      ["Begun", momentText(run.started)],
      ["Ended", run.ended === undefined ? "not yet" : momentText(run.ended)],
      ["Points took", durationText(secondsOf(run))],
      ["Arguments", markup`<code>${run.argv.join(" ") || "none"}</code>`],
      ["Hash of sources", markup`<code>${run.sourceHash}</code>`],
    ])
  }
</details>`;
}

function reasonsHtml(groups: readonly ReasonGroup[]): Markup {
  const groupHtml = ({ reason, cases }: ReasonGroup) => {
    const more = cases.length - MOST_CASES;
    const items = cases.slice(0, MOST_CASES).map((one) => markup`<li>${one}</li>\n`);
    return markup`<li>
<p>${reason}</p>
<ul>
${items}${more > 0 && markup`<li>and ${more} more</li>`}</ul>
</li>
`;
  };
  return markup`<ul class="reasons">
${groups.map(groupHtml)}</ul>
`;
}

function total(groups: readonly ReasonGroup[]): number {
  return groups.reduce((sum, { cases }) => sum + cases.length, 0);
}

function rowsLink(run: StoredRun): Content {
  const csv = rowsCsv(run);
  const rows = countText(run.points.reduce((sum, { rows }) => sum + rows.length, 0), "row");
  if (csv.length > LARGEST_CSV) {
    return markup`${rows}, too many for this page: <code>deno task experiments export</code>`;
  }
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`;
  return markup`<a href="${href}" download="${run.experiment}.csv">${rows} as CSV</a>, without samples`;
}

/** The rows of a run as its export writes them, but for the samples. */
function rowsCsv(run: StoredRun): string {
  const points = run.points.map((point) => ({
    ...point,
    rows: point.rows.map((row) => {
      if (row.outcome !== "measured") return row;
      const { samples: _, ...rest } = row;
      return rest;
    }),
  }));
  return runToFiles({ ...run, points })["rows.csv"];
}
