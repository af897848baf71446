import { lines } from "@spmm/figures";
import assert from "node:assert/strict";
import { Inks, themedSvg } from "./themed_svg.ts";

const figure = lines({
  title: `Time of "a" & <b>`,
  description: "a takes 1 s at 2.",
  x: { title: "x" },
  y: { title: "Time", unit: "s" },
  rows: [{ series: `"a" & <b>`, x: 2, y: 1 }, { series: "c", x: 3, y: 2 }],
});

Deno.test("both themes are one drawing, whose colours are properties of the page", async () => {
  const inks = new Inks();
  const { text } = await themedSvg(figure, "one", inks);
  assert.equal(text.match(/<svg/g)?.length, 1);
  assert.match(text, /fill="var\(--ink-\d+\)"/);
  assert.match(inks.css, /--ink-0: light-dark\(#\w+, #\w+\);/);
});

Deno.test("figures of a page share colours, and no identifiers", async () => {
  const inks = new Inks();
  const ids = (text: string) => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const one = (await themedSvg(figure, "one", inks)).text;
  const before = inks.css;
  const two = (await themedSvg(figure, "two", inks)).text;
  assert.equal(inks.css, before);
  assert.deepEqual(ids(one).filter((id) => ids(two).includes(id)), []);
  assert.equal(two, one.replaceAll("one-", "two-"));
});

Deno.test("names of series stay text", async () => {
  const { text } = await themedSvg(figure, "one", new Inks());
  assert.ok(!text.includes("<b>"));
});
