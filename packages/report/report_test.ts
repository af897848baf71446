import { Store } from "@spmm/runner";
import assert from "node:assert/strict";
import { renderReport } from "./report.ts";
import { HOSTILE, testExperiments, testStore } from "./test_book.ts";

async function render(): Promise<string> {
  using store = testStore();
  return await renderReport({
    ...{ store, experiments: testExperiments, written: "2026-11-21T12:00:00Z" },
  });
}

const page = await render();

/** The part of the page that tells of one experiment. */
function articleOf(name: string): string {
  const start = page.indexOf(`<article id="${name}">`);
  return page.slice(start, page.indexOf("</article>", start));
}

Deno.test("the same results give the same page to the byte", async () => {
  assert.equal(await render(), page);
});

Deno.test("text of results is never taken for the page's own", () => {
  assert.ok(!page.includes(HOSTILE));
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.ok(!page.includes("<img"));
  assert.ok(page.includes("&#60;script&#62;document.title = &#34;taken&#34;"));
});

Deno.test("the page names no address but those of its own parts", () => {
  const addresses = [...page.matchAll(/\b(?:href|src|action)="([^"]*)"|url\(([^)]*)\)/g)]
    .map(([, attribute, url]) => attribute ?? url ?? "");
  assert.ok(addresses.length > 0);
  for (const address of addresses) assert.match(address, /^(?:#|data:text\/csv)/);
  assert.match(page, /default-src &#39;none&#39;|default-src 'none'/);
});

Deno.test("identifiers are unique, and every link within the page leads somewhere", () => {
  const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, target] of page.matchAll(/(?:href="|url\()#([^")]+)/g)) {
    assert.ok(ids.includes(target ?? ""), target);
  }
});

Deno.test("a failure and a skip are shown with contender, point and reason", () => {
  const article = articleOf("width-of-b");
  assert.match(article, /8 points: 6 measured, 1 skipped, 1 failed\./);
  assert.match(
    article,
    /Failed: 1 case[\s\S]*MismatchError[\s\S]*merge on NVIDIA H200 at n = 2048/,
  );
  assert.match(article, /Skipped: 2 cases[\s\S]*the device has no f16[\s\S]*n = 64, storage = f16/);
  assert.match(article, /class="state failed">complete, 1 failed/);
});

Deno.test("stale results are named as such, and neither drawn nor listed", () => {
  const article = articleOf("changed-since");
  assert.match(article, /Stale\./);
  assert.doesNotMatch(article, /never shown|<table|<svg/);
  assert.match(article, /200 rows as CSV/);
});

Deno.test("a run in progress says how far it is, and one that never was how to begin", () => {
  assert.match(articleOf("many-tables"), /40 of 64 points/);
  assert.match(articleOf("many-tables"), /24 not measured yet/);
  assert.match(articleOf("never-run"), /deno task experiments never-run/);
});

Deno.test("times of a GPU in software are called that, and no others", () => {
  assert.match(articleOf("many-tables"), /times are of a GPU in software/);
  assert.doesNotMatch(articleOf("width-of-b"), /GPU in software/);
});

Deno.test("what cannot be computed from the rows is said, and the rest of the page stands", () => {
  assert.match(
    articleOf("broken-tables"),
    /Its tables cannot be computed[\s\S]*rows must have times/,
  );
});

Deno.test("an environment is told once, with limits, commit and whether it was changed", () => {
  assert.equal(page.match(/Environment \d/g)?.length, 2);
  assert.match(page, /558863fdbbe24bc7c29dbd2852fc372bc10f57ed<\/code>, clean/);
  assert.match(page, /with changes that are not committed/);
  assert.match(page, /maxBufferSize<\/dt><dd>4,294,967,296/);
});

Deno.test("the rows of an experiment come with the page, without samples", () => {
  const [, data = ""] = /href="data:text\/csv;charset=utf-8,([^"]*)"/.exec(page) ?? [];
  const [header = "", ...lines] = decodeURIComponent(data).trimEnd().split("\n");
  assert.match(header, /contender,device,outcome/);
  assert.doesNotMatch(header, /samples/);
  assert.equal(lines.length, 33);
});

Deno.test("without experiments the page is empty and whole", async () => {
  using store = Store.open(":memory:");
  const empty = await renderReport({ store, experiments: [], written: "no date" });
  assert.match(empty, /Written no date/);
  assert.ok(empty.endsWith("</html>\n"));
});
