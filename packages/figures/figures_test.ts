import assert from "node:assert/strict";
import { bars } from "./bars.ts";
import { choiceMap } from "./choice_map.ts";
import { distribution } from "./distribution.ts";
import { FigureError } from "./errors.ts";
import { ladder } from "./ladder.ts";
import { lines } from "./lines.ts";
import { renderPng } from "./render_png.ts";
import { renderSvg } from "./render_svg.ts";
import { rooflineFigure } from "./roofline_figure.ts";
import { stackedBars } from "./stacked_bars.ts";
import { FIGURES } from "./test_figures.ts";

const TEXT = { title: "t", description: "d" };

for (const [kind, { figure, words }] of Object.entries(FIGURES)) {
  Deno.test(`${kind}: a picture has its words, its description and the same bytes each time`, async () => {
    const svg = await renderSvg(figure);
    for (const word of words) assert.ok(svg.includes(`>${word}<`), `${word} is missing`);
    assert.ok(svg.includes(`<desc>${figure.description}</desc>`));
    assert.equal(await renderSvg(figure), svg);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    assert.notEqual(await renderSvg(figure, { theme: "dark" }), svg);
  });
}

Deno.test("lengths of bars are in proportion to their values", async () => {
  const svg = await renderSvg(bars({
    ...TEXT,
    value: { title: "v" },
    rows: [{ category: "a", series: "s", value: 1 }, { category: "b", series: "s", value: 4 }],
  }));
  const widths = Array.from(
    svg.matchAll(/aria-roledescription="bar"[^>]*d="M0,[\d.]+h([\d.]+)/g),
    ([, width]) => Number(width),
  );
  assert.equal(widths.length, 2);
  assert.ok(Math.abs(widths[1] / widths[0] - 4) < 0.01);
});

Deno.test("a PNG has the size that was asked for", async () => {
  const png = await renderPng(FIGURES["bars"].figure, { scale: 1 });
  const twice = await renderPng(FIGURES["bars"].figure, { scale: 2 });
  const width = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(16);
  assert.ok(Math.abs(width(twice) - 2 * width(png)) <= 1);
  await assert.rejects(renderPng(FIGURES["bars"].figure, { scale: 0 }), FigureError);
});

Deno.test("data that cannot be drawn is refused with its fault", () => {
  const value = { title: "v" };
  const refused = (draw: () => unknown, fault: string): void =>
    assert.throws(draw, (error) => error instanceof FigureError && error.fault === fault);
  refused(() => bars({ ...TEXT, value, rows: [] }), "empty");
  refused(() => stackedBars({ ...TEXT, value, rows: [] }), "empty");
  refused(() => distribution({ ...TEXT, ratio: value, rows: [] }), "empty");
  refused(
    () => distribution({ ...TEXT, ratio: value, rows: [{ category: "a", ratio: 0 }] }),
    "number",
  );
  const bar = { category: "a", series: "s", value: 1 };
  refused(() => bars({ ...TEXT, value, rows: [bar, bar] }), "duplicate");
  refused(() => bars({ ...TEXT, value, rows: [{ ...bar, value: NaN }] }), "number");
  refused(() => bars({ ...TEXT, value, rows: [{ ...bar, low: 2, high: 3 }] }), "number");
  refused(() => bars({ ...TEXT, value, rows: [{ ...bar, low: 0 }] }), "number");
  const step = { step: "a", kind: "k", value: 1 };
  refused(() => ladder({ ...TEXT, value, rows: [] }), "empty");
  refused(() => ladder({ ...TEXT, value, rows: [step, step] }), "duplicate");
  refused(() => ladder({ ...TEXT, value, rows: [{ ...step, value: 0 }] }), "number");
  const field = { x: "1", y: "2", choice: "", label: "" };
  refused(() => choiceMap({ ...TEXT, xTitle: "x", yTitle: "y", rows: [field] }), "text");
  const log = { title: "x", scale: "log" } as const;
  refused(
    () => lines({ ...TEXT, x: log, y: value, rows: [{ series: "s", x: 0, y: 1 }] }),
    "number",
  );
  const roofs = { bytesPerSecond: 1, flopsPerSecond: 0 };
  const point = { series: "s", intensity: 1, rate: 1 };
  refused(() => rooflineFigure({ ...TEXT, ...roofs, rows: [point] }), "number");
  const many = Array.from({ length: 17 }, (_, i) => ({ ...bar, series: `s${i}` }));
  refused(() => bars({ ...TEXT, value, rows: many }), "series");
});
