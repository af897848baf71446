// @ts-check
/**
 * Shows the Deno workspace to Nx: a member is a project, an import of a member is an edge.
 *
 * JavaScript, because Nx loads its plugins on Node, and Node 20 runs no TypeScript.
 *
 * @module
 * @import { CreateDependencies, CreateNodes, RawProjectGraphDependency } from "nx/src/devkit-exports.js"
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DependencyType } from "nx/src/devkit-exports.js";
import { importsOf } from "./imports.mjs";

/** The name under which Nx reports this plugin. */
export const name = "nx-deno";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The root's own patterns, so that Nx and Deno can't disagree about who is a member. */
const patterns = readJson(join(root, "deno.json")).workspace
  .map((/** @type {string} */ pattern) => `${pattern.replace(/^\.\//, "")}/deno.json`);

/** @type {CreateNodes} */
export const createNodes = [
  `{${patterns.join(",")}}`,
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const member = readJson(join(workspaceRoot, file));
      const folder = dirname(file);
      return [file, {
        projects: { [folder]: { name: member.name, targets: targets(folder, member) } },
      }];
    }),
];

/** @type {CreateDependencies} */
export const createDependencies = (_options, { projects, filesToProcess, workspaceRoot }) =>
  Object.entries(filesToProcess.projectFileMap).flatMap(([source, files]) =>
    files
      .filter(({ file }) => file.endsWith(".ts"))
      .flatMap(({ file }) => edges(source, file, projects, workspaceRoot))
  );

/**
 * What can be done with one member, as the same commands a person would type at the root.
 * How they are cached is in `nx.json`.
 *
 * @param {string} folder
 * @param {{ exports: Record<string, string> }} member
 */
function targets(folder, member) {
  const entries = Object.values(member.exports).map((entry) => join(folder, entry));
  return {
    test: { command: `deno task test ${folder}` },
    check: { command: `deno check ${folder}` },
    lint: {
      command: `deno fmt --check ${folder} && deno lint ${folder} && ` +
        `deno doc --lint --quiet ${entries.join(" ")}`,
    },
    bench: { command: `deno task bench ${folder}` },
  };
}

/**
 * @param {string} source
 * @param {string} sourceFile
 * @param {Record<string, unknown>} projects
 * @param {string} workspaceRoot
 * @returns {RawProjectGraphDependency[]}
 */
function edges(source, sourceFile, projects, workspaceRoot) {
  return importsOf(readFileSync(join(workspaceRoot, sourceFile), "utf8"))
    .map(({ specifier }) => specifier.split("/").slice(0, 2).join("/"))
    .filter((target) => target !== source && target in projects)
    .map((target) => ({ source, target, sourceFile, type: DependencyType.static }));
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
