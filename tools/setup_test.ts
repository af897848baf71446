import assert from "node:assert/strict";
import { browserStep, driverStep, mpiStep, outdatedPackages } from "./setup.mjs";

const locked = {
  "": {},
  "node_modules/nx": { version: "24.0.6" },
  "node_modules/@deno/win32-x64": { version: "2.9.6", optional: true },
};

Deno.test("an optional package of another platform need not be installed", () => {
  assert.deepEqual(outdatedPackages(locked, { "node_modules/nx": { version: "24.0.6" } }), []);
});

Deno.test("a missing package and one of another version are outdated", () => {
  assert.deepEqual(outdatedPackages(locked, {}), ["node_modules/nx"]);
  assert.deepEqual(
    outdatedPackages(locked, {
      "node_modules/nx": { version: "24.0.5" },
      "node_modules/@deno/win32-x64": { version: "2.9.5" },
    }),
    ["node_modules/nx", "node_modules/@deno/win32-x64"],
  );
});

const bare = { adapter: "", platform: "linux", root: true, apt: true };

Deno.test("an adapter that is there is used, whatever the machine", () => {
  const step = driverStep({ ...bare, adapter: "llvmpipe" });
  assert.equal(step.action, "use");
  assert.match(step.say, /llvmpipe/);
});

Deno.test("llvmpipe is installed only by root and with apt-get", () => {
  assert.equal(driverStep(bare).action, "install");
  assert.equal(driverStep({ ...bare, root: false }).action, "advise");
  assert.equal(driverStep({ ...bare, apt: false }).action, "advise");
  assert.equal(driverStep({ ...bare, platform: "darwin" }).action, "advise");
});

Deno.test("who may not install is told the command", () => {
  assert.match(driverStep({ ...bare, root: false }).say, /sudo apt-get install .*mesa-vulkan/);
});

const noBrowser = { found: false, platform: "linux", root: true, apt: true };

Deno.test("chromium is installed only where there is none, by root and with apt-get", () => {
  assert.equal(browserStep(noBrowser).action, "install");
  assert.equal(browserStep({ ...noBrowser, found: true }).action, "use");
  assert.equal(browserStep({ ...noBrowser, platform: "darwin" }).action, "advise");
  assert.equal(browserStep({ ...noBrowser, apt: false }).action, "advise");
  assert.match(browserStep({ ...noBrowser, root: false }).say, /sudo apt-get install .*chromium/);
});

Deno.test("MPI for tests on two hosts is installed like the browser, and advised elsewhere", () => {
  assert.equal(mpiStep({ ...noBrowser, found: true }).action, "use");
  assert.equal(mpiStep(noBrowser).action, "install");
  assert.equal(mpiStep({ ...noBrowser, platform: "darwin" }).action, "advise");
  assert.match(mpiStep({ ...noBrowser, root: false }).say, /sudo apt-get install .*openmpi-bin/);
});
