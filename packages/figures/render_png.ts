import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FigureError } from "./errors.ts";
import type { Figure, Theme } from "./figure.ts";
import { renderSvg } from "./render_svg.ts";

/** How a picture is to look. */
export interface PngOptions {
  /** Light where absent. */
  readonly theme?: Theme;
  /** Pixels of the picture to a pixel of the SVG; 2 where absent. */
  readonly scale?: number;
}

const MODULE = "@resvg/resvg-wasm/index_bg.wasm";
const FONTS = [
  "dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf",
];
const FAMILY = "DejaVu Sans Condensed";

let fonts: Promise<Uint8Array[]> | undefined;

/**
 * Draws a figure as PNG, with the font that comes with the package, so that every machine gives the
 * same picture.
 *
 * Needs permission to read `node_modules`, where the font and the renderer are.
 *
 * @param figure What to draw.
 * @param options How it is to look.
 * @throws {FigureError} fault "png": the font or the renderer cannot be read; "number": a scale
 * outside (0, 8].
 *
 * @example A picture for a page that takes no SVG
 * ```ts
 * import { bars, renderPng } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const figure = bars({
 *   title: "What each step gains",
 *   description: "From 100 to 140 Gflop/s with wider loads.",
 *   value: { title: "Speed", unit: "Gflop/s" },
 *   rows: [
 *     { category: "row-split", series: "GPU", value: 100 },
 *     { category: "wider loads", series: "GPU", value: 140 },
 *   ],
 * });
 * const png = await renderPng(figure, { theme: "dark", scale: 1 });
 * assert.equal(String.fromCharCode(...png.subarray(1, 4)), "PNG");
 * ```
 */
export async function renderPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  return await rasterize(await renderSvg(figure, options), options.scale ?? 2);
}

/** Turns an SVG of {@linkcode renderSvg} into a PNG. */
async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 8)) {
    throw new FigureError(
      "number",
      `Cannot render a PNG: scale must be above 0 and at most 8: received ${scale}`,
    );
  }
  const renderer = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers: await (fonts ??= startRenderer()),
      defaultFontFamily: FAMILY,
      sansSerifFamily: FAMILY,
    },
  });
  const image = renderer.render();
  const png = image.asPng();
  image.free();
  renderer.free();
  return png;
}

/** Once in a process: the WebAssembly module refuses a second start. */
async function startRenderer(): Promise<Uint8Array[]> {
  const [module, ...buffers] = await Promise.all([MODULE, ...FONTS].map(readInstalled));
  await initWasm(Promise.resolve(new WebAssembly.Module(module ?? new Uint8Array())));
  return buffers;
}

async function readInstalled(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(new URL(import.meta.resolve(specifier)));
  } catch (cause) {
    throw new FigureError(
      "png",
      `Cannot render a PNG: ${specifier} must be installed and readable: received ${cause}`,
      { cause },
    );
  }
}
