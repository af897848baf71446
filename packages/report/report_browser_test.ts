import assert from "node:assert/strict";
import { hasBrowser, HeadlessPage } from "./headless_browser.ts";
import { renderReport } from "./report.ts";
import { testExperiments, testStore } from "./test_book.ts";

const here = await hasBrowser();

/** Where `CI` is set, a missing browser is a failure: green must mean that the page was opened. */
function inBrowser(name: string, test: (page: HeadlessPage) => Promise<void>): void {
  const ignore = !here && Deno.env.get("CI") !== "true";
  Deno.test(ignore ? `${name} (no chromium)` : name, { ignore }, async () => {
    const folder = await Deno.makeTempDir();
    try {
      using store = testStore();
      const written = "2026-11-21T12:00:00Z";
      const text = await renderReport({ store, experiments: testExperiments, written });
      const path = `${folder}/report.html`;
      await Deno.writeTextFile(path, text);
      await using page = await HeadlessPage.open();
      await page.look({ width: 1280, height: 900, theme: "light" });
      await page.visit(`file://${path}`);
      await test(page);
      assert.deepEqual(page.deeds.complaints, []);
      for (const url of page.deeds.requests) assert.match(url, /^file:.*report\.html$/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const COLUMN = `Array.from(document.querySelectorAll("#width-of-b tbody tr"),
  (row) => row.cells[2].textContent)`;
const HEAD = `document.querySelectorAll("#width-of-b thead th")[2]`;

inBrowser("a click on a heading sorts by number, another turns the order", async (page) => {
  const click = `${HEAD}.querySelector("button").click()`;
  const given = await page.evaluate(COLUMN);
  await page.evaluate(click);
  assert.equal(await page.evaluate(`${HEAD}.ariaSort`), "ascending");
  const ascending = await page.evaluate(COLUMN) as string[];
  await page.evaluate(click);
  assert.equal(await page.evaluate(`${HEAD}.ariaSort`), "descending");
  const descending = await page.evaluate(COLUMN) as string[];
  const numbers = (texts: readonly string[]) => texts.map(Number).filter((n) => !Number.isNaN(n));
  assert.notDeepEqual(ascending, given);
  assert.deepEqual(numbers(ascending), numbers(ascending).toSorted((a, b) => a - b));
  assert.deepEqual(numbers(descending), numbers(ascending).toReversed());
  assert.deepEqual(ascending.slice(-2).toSorted(), ["failed", "skipped"]);
});

inBrowser("a keyboard reaches a heading, and Enter sorts", async (page) => {
  await page.evaluate(`document.querySelector("#width-of-b .table").focus()`);
  for (let i = 0; i < 3; i++) await page.press("Tab");
  assert.equal(await page.evaluate(`document.activeElement.closest("th") === ${HEAD}`), true);
  await page.press("Enter");
  assert.equal(await page.evaluate(`${HEAD}.ariaSort`), "ascending");
});

const LOOK = `(() => {
  const color = (element, property) => getComputedStyle(element)[property];
  return [color(document.body, "backgroundColor"), color(document.body, "color"),
    color(document.querySelector("svg text"), "fill")];
})()`;

inBrowser("page and figures follow the system, and the button changes both", async (page) => {
  const light = await page.evaluate(LOOK);
  assert.deepEqual(light, ["rgb(255, 255, 255)", "rgb(26, 26, 26)", "rgb(26, 26, 26)"]);
  await page.look({ width: 1280, height: 900, theme: "dark" });
  const dark = await page.evaluate(LOOK);
  assert.deepEqual(dark, ["rgb(13, 17, 23)", "rgb(230, 237, 243)", "rgb(230, 237, 243)"]);
  assert.equal(await page.evaluate(`document.querySelector("button.theme").textContent`), "Light");
  await page.evaluate(`document.querySelector("button.theme").click()`);
  assert.deepEqual(await page.evaluate(LOOK), light);
  assert.equal(await page.evaluate(`document.querySelector("button.theme").textContent`), "Dark");
});

for (const width of [1280, 390]) {
  inBrowser(`at ${width} pixels all is seen, and nothing sticks out sideways`, async (page) => {
    await page.look({ width, height: 900, theme: "dark" });
    await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
    assert.equal(await page.evaluate(`document.documentElement.scrollWidth`), width);
    const sizes = await page.evaluate(
      `Array.from(document.querySelectorAll("figure svg"), (svg) => {
      const { width, height } = svg.getBoundingClientRect();
      return [width, height];
    })`,
    ) as [number, number][];
    assert.equal(sizes.length, 2);
    for (const [across, down] of sizes) assert.ok(across > 250 && down > 150, `${across}x${down}`);
  });
}

inBrowser("text of results runs no script", async (page) => {
  assert.equal(await page.evaluate(`document.title`), "spmm-lab: results");
  assert.equal(await page.evaluate(`document.images.length`), 0);
});
