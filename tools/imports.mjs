// @ts-check

/**
 * An import, a re-export or a dynamic import of a TypeScript source.
 *
 * @typedef {{ specifier: string, line: number, typeOnly: boolean }} Import
 */

const IMPORT =
  /^(?:import|export)\b(?<type>\s+type\b)?[^"';]*?\bfrom\s*["'](?<from>[^"']+)["']|^import\s*["'](?<bare>[^"']+)["']|^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*["'](?<dynamic>[^"']+)["']/gm;

/**
 * What a source imports, from the text alone: the formatter keeps imports at the start of a line,
 * and the asterisk that begins a line of documentation keeps its examples out.
 *
 * Plain JavaScript, because the Nx plugin runs on a Node that loads no TypeScript.
 *
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(text) {
  return [...text.matchAll(IMPORT)].map(({ index, groups = {} }) => ({
    specifier: groups["from"] ?? groups["bare"] ?? groups["dynamic"] ?? "",
    line: text.slice(0, index).split("\n").length,
    typeOnly: groups["type"] !== undefined,
  }));
}
