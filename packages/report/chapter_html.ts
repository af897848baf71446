import type { StoredRun } from "@spmm/runner";
import type { Chapter } from "./chapter.ts";
import { devicesText, type Environments, hasSoftwareTimes } from "./environment_html.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { methodHtml, outcomesHtml } from "./run_html.ts";
import { tableHtml } from "./table_html.ts";
import { type Inks, themedSvg } from "./themed_svg.ts";
import { durationText, momentText, secondsOf } from "./words.ts";

/** Tables from which on those after the first are folded away. */
const MANY_TABLES = 4;

/** What the chapters of a page share. */
export interface PageParts {
  /** The colours of figures. */
  readonly inks: Inks;
  /** What was measured with. */
  readonly environments: Environments;
}

/** One experiment, from its question to how to run it again. */
export async function chapterHtml(chapter: Chapter, parts: PageParts): Promise<Markup> {
  const { name, question, run } = chapter;
  return markup`<article id="${name}">
<header>
<h2><a href="#${name}">${name}</a> ${stateHtml(chapter)}</h2>
<p class="question">${question}</p>
${run && markup`<p class="byline">${byline(run)}</p>`}
</header>
${noticesHtml(chapter)}
${findingsHtml(chapter)}
${await figuresHtml(chapter, parts.inks)}
${tablesHtml(chapter)}
${run && outcomesHtml(run)}
${run && methodHtml(chapter, run, parts.environments.numberOf(run.environment))}
</article>
`;
}

/** How an experiment's results stand, in a word or two. */
export function stateHtml({ standing, run }: Chapter): Markup {
  const failed = run?.points.filter(({ state }) => state === "failed").length ?? 0;
  const words = standing === "unfinished" && run !== undefined
    ? `${run.points.length} of ${run.planned} points`
    : standing;
  const look = failed > 0 && standing !== "stale" ? "failed" : standing.replace(" ", "-");
  return markup`<span class="state ${look}">${words}${failed > 0 && `, ${failed} failed`}</span>`;
}

function byline(run: StoredRun): string {
  return [
    `${run.scale === "full" ? "Full" : "Quick"} run`,
    momentText(run.started),
    durationText(secondsOf(run)),
    devicesText(run.environment),
  ].join(" · ");
}

function noticesHtml({ name, standing, run, faults }: Chapter): Content[] {
  const command = markup`<code>deno task experiments ${name}</code>`;
  const shown = run !== undefined && standing !== "stale";
  return [
    standing === "never run" &&
    markup`<p class="notice">There are no results yet: ${command} makes some.</p>`,
    standing === "stale" &&
    markup`<p class="notice warning"><strong>Stale.</strong> The experiment's sources have changed since
these results were measured. They are kept, and neither drawn nor listed: ${command} measures
anew.</p>`,
    standing === "unfinished" &&
    markup`<p class="notice warning"><strong>Unfinished.</strong> What follows is of the points kept so
far; ${command} goes on where it stopped.</p>`,
    shown && hasSoftwareTimes(run) &&
    markup`<p class="notice">Some times are of a GPU in software; they say nothing of GPUs.</p>`,
    ...faults.map((fault) => markup`<p class="notice warning">${fault}</p>`),
  ];
}

function findingsHtml({ findings }: Chapter): Content {
  return findings.length > 0 && markup`<h3>Findings</h3>
<ul class="findings">
${findings.map((finding) => markup`<li>${finding}</li>\n`)}</ul>`;
}

async function figuresHtml({ name, figures }: Chapter, inks: Inks): Promise<Content> {
  const drawn: Markup[] = [];
  for (const { name: file, figure } of figures) {
    const id = `${name}-${file}`;
    const svg = await themedSvg(figure, `svg-${id}`, inks);
    drawn.push(markup`<figure id="${id}">
<div class="drawing" role="group" tabindex="0" aria-label="${figure.title}">${svg}</div>
<figcaption>${figure.description}</figcaption>
</figure>
`);
  }
  return drawn.length > 0 && markup`<h3>Figures</h3>
<div class="figures">
${drawn}</div>`;
}

function tablesHtml({ name, tables }: Chapter): Content {
  const all = tables.map((table, i) => tableHtml(table, `${name}-table-${i + 1}`));
  const shown = tables.length < MANY_TABLES ? all.length : 1;
  const folded = all.slice(shown);
  return all.length > 0 && markup`<h3>Tables</h3>
${all.slice(0, shown)}${
    folded.length > 0 && markup`<details>
<summary>${folded.length} more tables</summary>
${folded}</details>`
  }`;
}
