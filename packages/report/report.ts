import type { DiscoveredExperiment, Store } from "@spmm/runner";
import behaviour from "./behaviour.js" with { type: "text" };
import { type Chapter, chapterOf } from "./chapter.ts";
import { chapterHtml, stateHtml } from "./chapter_html.ts";
import { environmentHtml, Environments } from "./environment_html.ts";
import { Markup, markup } from "./markup.ts";
import style from "./style.css" with { type: "text" };
import { Inks } from "./themed_svg.ts";
import { momentText } from "./words.ts";

/** What a report is made of. */
export interface ReportRequest {
  /** Where results are kept. */
  readonly store: Store;
  /** What to report, in this order. */
  readonly experiments: readonly DiscoveredExperiment[];
  /** When it is written, as ISO 8601. */
  readonly written: string;
}

/**
 * One HTML page of all experiments, which needs nothing but itself: no network, no server, and no
 * script but for sorting and the switch between light and dark.
 *
 * @param request Where the results are, and whose.
 * @returns The page; the same results at the same time give the same bytes.
 * @throws {StoreError} If the store cannot be read.
 *
 * @example Of nothing yet
 * ```ts
 * import { renderReport } from "@spmm/report";
 * import { Store } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * using store = Store.open(":memory:");
 * const page = await renderReport({ store, experiments: [], written: "2026-11-21T12:00:00Z" });
 * assert.match(page, /^<!doctype html>/);
 * ```
 */
export async function renderReport(request: ReportRequest): Promise<string> {
  const { store, experiments, written } = request;
  const chapters = experiments.map((one) => chapterOf(store, one));
  const parts = { inks: new Inks(), environments: new Environments() };
  const articles: Markup[] = [];
  for (const chapter of chapters) articles.push(await chapterHtml(chapter, parts));
  const environments = parts.environments.all.map((one, i) => environmentHtml(one, i + 1));
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; ` +
    `script-src 'sha256-${await digest(behaviour)}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>spmm-lab: results</title>
<style>
${new Markup(style)}:root { ${new Markup(parts.inks.css)} }
</style>
<script>${new Markup(behaviour)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<div class="page">
<header class="masthead">
<div>
<h1>spmm-lab: results</h1>
<p class="byline">Written ${momentText(written)}</p>
</div>
<button type="button" class="theme" hidden>Dark</button>
</header>
${contentsHtml(chapters, environments.length)}
<main id="main" tabindex="-1">
${articles}
${
    environments.length > 0 && markup`<article id="environments">
<h2><a href="#environments">Environments</a></h2>
<p>What the results above were measured with.</p>
${environments}</article>`
  }
</main>
</div>
</body>
</html>
`;
  return page.text;
}

function contentsHtml(chapters: readonly Chapter[], environments: number): Markup {
  const items = chapters.map((chapter) =>
    markup`<li><a href="#${chapter.name}">${chapter.name}</a> ${stateHtml(chapter)}</li>\n`
  );
  return markup`<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol>
${items}${environments > 0 && markup`<li><a href="#environments">Environments</a></li>`}
</ol>
</nav>
`;
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toBase64();
}
