import { type Figure, renderSvg } from "@spmm/figures";
import { Markup } from "./markup.ts";

/** Colours of figures that change with the theme, as custom properties of a page. */
export class Inks {
  readonly #names = new Map<string, string>();

  /** The property that is one colour on a light page and another on a dark one. */
  nameOf(light: string, dark: string): string {
    const value = `light-dark(${light}, ${dark})`;
    const name = this.#names.get(value) ?? `--ink-${this.#names.size}`;
    this.#names.set(value, name);
    return name;
  }

  /** The declarations of all properties. */
  get css(): string {
    return Array.from(this.#names, ([value, name]) => `${name}: ${value};`).join(" ");
  }
}

const ATTRIBUTE = /="([^"]*)"/g;
const COLOR = /^#[0-9a-f]{3,8}$|^rgba?\([\d., %]+\)$/i;

/**
 * A figure as SVG that follows the theme of the page it stands in: one drawing, in which the colours
 * that differ between the themes are custom properties.
 *
 * @param figure What to draw.
 * @param id Of its own in the page, for what the SVG refers to within itself.
 * @param inks Takes the colours.
 */
export async function themedSvg(figure: Figure, id: string, inks: Inks): Promise<Markup> {
  const light = await renderSvg(figure, { theme: "light" });
  const dark = await renderSvg(figure, { theme: "dark" });
  const merged = mergedThemes(light, dark, inks);
  if (merged !== undefined) return new Markup(withIds(merged, id));
  const [ofLight, ofDark] = [withIds(light, `${id}-light`), withIds(dark, `${id}-dark`)];
  return new Markup(
    `<div class="only-light">${ofLight}</div><div class="only-dark">${ofDark}</div>`,
  );
}

/** Nothing where the two differ in more than colours. */
function mergedThemes(light: string, dark: string, inks: Inks): string | undefined {
  const [ofLight, ofDark] = [light.split(ATTRIBUTE), dark.split(ATTRIBUTE)];
  if (ofLight.length !== ofDark.length) return undefined;
  const merged: string[] = [];
  for (const [i, part] of ofLight.entries()) {
    const other = ofDark[i] ?? "";
    if (i % 2 === 0) {
      if (part !== other) return undefined;
      merged.push(part);
    } else if (part === other) merged.push(`="${part}"`);
    else if (COLOR.test(part) && COLOR.test(other)) {
      merged.push(`="var(${inks.nameOf(part, other)})"`);
    } else return undefined;
  }
  return merged.join("");
}

/** Every figure numbers its parts from 0, and a page holds many. */
function withIds(svg: string, id: string): string {
  return svg
    .replaceAll(/ id="([^"]+)"/g, ` id="${id}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`)
    .replaceAll(/href="#([^"]+)"/g, `href="#${id}-$1"`);
}
