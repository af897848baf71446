import assert from "node:assert/strict";
import { confineDevices } from "./confinement.ts";
import type { WorkerDevice } from "./worker_device.ts";

const devices: readonly WorkerDevice[] = [
  { kind: "gpu", label: "nvidia0", hidden: ["/dev/nvidia1"] },
  { kind: "gpu", label: "nvidia1", hidden: ["/dev/nvidia0"] },
];

Deno.test("a device that is alone needs no confinement", async () => {
  const alone = [{ kind: "gpu", label: "nvidia0", hidden: [] }] as const;
  const confined = await confineDevices(alone, () => Promise.reject(new TypeError("not asked")));
  assert.deepEqual(confined, { devices: alone });
});

Deno.test("the first way that works is taken, tried with the nodes that must be hidden", async () => {
  const tried: string[] = [];
  const { confinement } = await confineDevices(devices, ([program, ...args]) => {
    tried.push(program);
    assert.ok(args.includes("/dev/nvidia0") && args.includes("/dev/nvidia1"));
    return Promise.resolve(program === "bwrap");
  });
  assert.deepEqual(tried, ["unshare", "unshare", "bwrap"]);
  assert.equal(confinement?.name, "bwrap");
});

Deno.test("where nothing works there is one worker and a warning that says what would help", async () => {
  const confined = await confineDevices(devices, () => Promise.resolve(false));
  assert.equal(confined.devices.length, 1);
  assert.deepEqual(confined.devices[0].hidden, []);
  assert.match(confined.warning ?? "", /root, user namespaces or bwrap/);
});
