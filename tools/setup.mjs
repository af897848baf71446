// @ts-check
/**
 * Makes a fresh clone runnable with Node and npm alone: the npm packages (Deno among them), then a
 * Vulkan driver for WebGPU and, with `--browser`, the browser that tests open the report in and, with
 * `--mpi`, the MPIs that tests run on two hosts. Runs before anything is installed, hence plain
 * JavaScript on Node 20 without a dependency. Every step says what it does and is skipped when it has
 * been done.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** @typedef {Record<string, { version?: string, optional?: boolean }>} LockedPackages */
/** @typedef {{ adapter: string, platform: string, root: boolean, apt: boolean }} Machine */
/** @typedef {{ found: boolean, platform: string, root: boolean, apt: boolean }} TestMachine */
/** @typedef {{ name: string, where: string, packages: string[] }} TestTool */
/** @typedef {{ action: "use" | "install" | "advise", say: string }} Step */

const DRIVER_PACKAGES = ["libvulkan1", "mesa-vulkan-drivers"];
const BROWSER = {
  name: "chromium",
  where: "in which tests open the report",
  packages: ["chromium"],
};
const MPI = {
  name: "Open MPI and MPICH",
  where: "which tests run on two hosts of their own making",
  packages: ["openmpi-bin", "libopenmpi-dev", "mpich", "iproute2"],
};
const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The locked packages that are absent or of another version. An optional package counts only by its
 * version, since those for other platforms stay away.
 *
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 * @returns {string[]}
 */
export function outdatedPackages(locked, installed) {
  return Object.keys(locked).filter((path) => {
    if (path === "") return false;
    const found = installed[path];
    return found ? found.version !== locked[path]?.version : !locked[path]?.optional;
  });
}

/**
 * What to do about the driver, given the adapter that WebGPU finds ("" for none).
 *
 * @param {Machine} machine
 * @returns {Step}
 */
export function driverStep({ adapter, platform, root, apt }) {
  if (adapter !== "") return { action: "use", say: `WebGPU adapter: ${adapter}.` };
  const none = "No WebGPU adapter: going on with the CPU alone.";
  if (platform !== "linux") {
    return { action: "advise", say: `${none} An up-to-date graphics driver would provide one.` };
  }
  if (!apt) {
    return { action: "advise", say: `${none} Mesa's llvmpipe (Vulkan) would provide one.` };
  }
  if (!root) {
    return { action: "advise", say: `${none} To get one: sudo ${installCommand(DRIVER_PACKAGES)}` };
  }
  return {
    action: "install",
    say: "No GPU driver found: installing Mesa's llvmpipe, a Vulkan driver for the CPU " +
      `(${DRIVER_PACKAGES.join(", ")}), with apt-get …`,
  };
}

/**
 * What to do about the browser, which only tests need: it takes 0.4 GB.
 *
 * @param {TestMachine} machine
 * @returns {Step}
 */
export function browserStep(machine) {
  return testToolStep(BROWSER, machine);
}

/**
 * What to do about MPI, which only tests need: it takes 0.2 GB.
 *
 * @param {TestMachine} machine
 * @returns {Step}
 */
export function mpiStep(machine) {
  return testToolStep(MPI, machine);
}

/**
 * @param {TestTool} tool
 * @param {TestMachine} machine
 * @returns {Step}
 */
function testToolStep({ name, where, packages }, { found, platform, root, apt }) {
  if (found) return { action: "use", say: `For tests: ${name}.` };
  const none = `Missing: ${name}, ${where}; those tests are skipped.`;
  if (platform !== "linux" || !apt) return { action: "advise", say: none };
  if (!root) {
    return { action: "advise", say: `${none} To get it: sudo ${installCommand(packages)}` };
  }
  return { action: "install", say: `Installing ${name}, ${where}, with apt-get …` };
}

/**
 * Not `npm ci`: it insists on the optional packages of every other platform, which not every
 * registry mirror carries. `--no-save` keeps the lock file as it is, which is what `ci` is for.
 */
function installPackages() {
  const locked = lockedPackages("package-lock.json");
  const outdated = outdatedPackages(locked, lockedPackages("node_modules/.package-lock.json"));
  if (outdated.length === 0) return say("npm packages: as locked.");
  const seconds = stopwatch();
  say(`Installing Deno, Nx and the other npm packages into node_modules (${outdated.length}) …`);
  const npm = process.env["npm_execpath"];
  const installed = npm
    ? succeeds(process.execPath, [npm, "install", "--no-save"])
    : succeeds("npm", ["install", "--no-save"]);
  if (!installed) {
    say("Cannot install the npm packages: npm install --no-save fails, see above.");
    process.exit(1);
  }
  say(`… done in ${seconds()} s.`);
}

function provideAdapter() {
  const step = nextDriverStep();
  follow(step, DRIVER_PACKAGES);
  if (step.action !== "install") return;
  const after = nextDriverStep();
  say(after.action === "use" ? after.say : "No WebGPU adapter: going on with the CPU alone.");
}

function provideBrowser() {
  const found = succeeds("chromium", ["--version"], { quiet: true });
  follow(browserStep({ found, ...machine() }), BROWSER.packages);
}

function provideMpi() {
  const programs = ["mpirun.openmpi", "mpirun.mpich"];
  const found = programs.every((program) => succeeds(program, ["--version"], { quiet: true }));
  follow(mpiStep({ found, ...machine() }), MPI.packages);
}

/**
 * @param {Step} step
 * @param {string[]} packages
 */
function follow(step, packages) {
  say(step.say);
  if (step.action !== "install") return;
  const seconds = stopwatch();
  say(
    install(packages)
      ? `… done in ${seconds()} s.`
      : `… which fails. By hand: ${installCommand(packages)}`,
  );
}

/** @param {string[]} packages */
function installCommand(packages) {
  return `apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Package lists may be missing or too old to download from: then, and only then, they are renewed.
 *
 * @param {string[]} packages
 */
function install(packages) {
  const options = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  return succeeds("apt-get", options, { quiet: true }) ||
    (succeeds("apt-get", ["update", "-qq"]) && succeeds("apt-get", options));
}

function nextDriverStep() {
  return driverStep({ adapter: adapterName(), ...machine() });
}

function machine() {
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    apt: existsSync("/usr/bin/apt-get"),
  };
}

/** Asks the Deno just installed; its own first start also unpacks its binary, once and alone. */
function adapterName() {
  const deno = join(root, "node_modules", "deno", "bin.cjs");
  const { status, stdout } = spawnSync(
    process.execPath,
    [deno, "run", "--env-file=.env", "tools/adapter.ts"],
    { cwd: root, encoding: "utf8" },
  );
  if (status === 0) return stdout.trim();
  say("Cannot run Deno: the npm package `deno` has no binary for this machine.");
  return process.exit(1);
}

/**
 * @param {string} path
 * @returns {LockedPackages}
 */
function lockedPackages(path) {
  const lock = join(root, path);
  return existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")).packages : {};
}

/**
 * Output is held back and shown only of a command that fails, unless that is no news.
 *
 * @param {string} command
 * @param {string[]} options
 * @param {{ quiet?: boolean }} [failure]
 */
function succeeds(command, options, { quiet = false } = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout, stderr } = spawnSync(command, options, {
    cwd: root,
    encoding: "utf8",
    env,
  });
  if (status !== 0 && !quiet) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  return status === 0;
}

function stopwatch() {
  const start = performance.now();
  return () => ((performance.now() - start) / 1000).toFixed(1);
}

/** @param {string} line */
function say(line) {
  console.log(`setup: ${line}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installPackages();
  provideAdapter();
  if (process.argv.includes("--browser")) provideBrowser();
  if (process.argv.includes("--mpi")) provideMpi();
}
