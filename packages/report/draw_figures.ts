import { renderPng, renderSvg } from "@spmm/figures";
import type { DiscoveredExperiment, Store } from "@spmm/runner";
import { type Chapter, chapterOf } from "./chapter.ts";

/** A picture and the name of its file. */
export interface Picture {
  /** Below the folder of all pictures: `kernel-comparison/speedup.svg`. */
  readonly path: string;
  /** An SVG as text, a PNG as bytes. */
  readonly content: string | Uint8Array;
}

/** The pictures of one experiment. */
export interface PictureSet extends Pick<Chapter, "name" | "standing" | "faults"> {
  /** In a light and a dark SVG, and a light PNG, each. */
  readonly pictures: readonly Picture[];
}

/**
 * Draws the figures of experiments from results that are not stale: the same results give the same
 * bytes.
 *
 * Needs permission to read `node_modules`, where the font of PNGs is.
 *
 * @param store Where results are kept.
 * @param experiments Whose figures to draw.
 * @throws {StoreError} If the store cannot be read.
 * @throws {FigureError} If a figure cannot be drawn.
 *
 * @example Nothing to draw yet
 * ```ts
 * import { drawFigures } from "@spmm/report";
 * import { experiment, Store } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const squares = experiment({
 *   ...{ name: "squares", question: "What are the squares?", axes: {} },
 *   points: () => [],
 *   tables: () => [],
 * });
 * using store = Store.open(":memory:");
 * const [set] = await drawFigures(store, [{ experiment: squares, sourceHash: "aa" }]);
 * assert.deepEqual([set.standing, set.pictures], ["never run", []]);
 * ```
 */
export async function drawFigures(
  store: Store,
  experiments: readonly DiscoveredExperiment[],
): Promise<PictureSet[]> {
  const sets: PictureSet[] = [];
  for (const { name, standing, faults, figures } of experiments.map((e) => chapterOf(store, e))) {
    const pictures: Picture[] = [];
    for (const { name: file, figure } of figures) {
      const path = `${name}/${file}`;
      pictures.push(
        { path: `${path}.svg`, content: await renderSvg(figure) },
        { path: `${path}-dark.svg`, content: await renderSvg(figure, { theme: "dark" }) },
        { path: `${path}.png`, content: await renderPng(figure) },
      );
    }
    sets.push({ name, standing, faults, pictures });
  }
  return sets;
}
