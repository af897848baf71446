import assert from "node:assert/strict";
import { drawFigures } from "./draw_figures.ts";
import { testExperiments, testStore } from "./test_book.ts";

const KEPT = new URL("./test_figures/", import.meta.url);

async function draw() {
  using store = testStore();
  return await drawFigures(store, testExperiments);
}

Deno.test("figures are drawn from a store to the same bytes as ever", async () => {
  const pictures = (await draw()).flatMap(({ pictures }) => pictures);
  const svgs = pictures.filter(({ path }) => path.endsWith(".svg"));
  assert.equal(svgs.length, 4);
  for (const { path, content } of svgs) {
    const kept = await Deno.readTextFile(new URL(path.replace("/", "-"), KEPT)).catch(() => "");
    if (content === kept) continue;
    const drawn = `.cache/${path.replace("/", "-")}`;
    await Deno.writeTextFile(drawn, String(content));
    assert.fail(`${path} is not as kept in test_figures; if it is right, keep ${drawn}`);
  }
});

Deno.test("every figure comes in light and dark SVG and as PNG", async () => {
  const [first] = await draw();
  assert.deepEqual(first?.pictures.map(({ path }) => path), [
    ...["width-of-b/time.svg", "width-of-b/time-dark.svg", "width-of-b/time.png"],
    ...["width-of-b/speed.svg", "width-of-b/speed-dark.svg", "width-of-b/speed.png"],
  ]);
  for (const { path, content } of first?.pictures ?? []) {
    if (path.endsWith(".png")) assert.deepEqual([...content.slice(1, 4)], [80, 78, 71]);
  }
});

Deno.test("stale results are not drawn, and each experiment says how it stands", async () => {
  const standings = (await draw()).map(({ name, standing, pictures }) =>
    `${name}: ${standing}, ${pictures.length}`
  );
  assert.deepEqual(standings, [
    "width-of-b: complete, 6",
    "many-tables: unfinished, 0",
    "broken-tables: complete, 0",
    "changed-since: stale, 0",
    "never-run: never run, 0",
  ]);
});
