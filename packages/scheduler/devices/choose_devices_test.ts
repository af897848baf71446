import assert from "node:assert/strict";
import { DeviceError } from "../errors.ts";
import { chooseDevices } from "./choose_devices.ts";

const gpus = [0, 1, 2].map((i) => ({
  node: `/dev/nvidia${i}`,
  nodes: [`/dev/nvidia${i}`, `/dev/dri/renderD${128 + i}`],
  uuid: `GPU-${i}`,
}));
const situation = { gpus, threads: 8 };

function labels(wish: string, variables: Readonly<Record<string, string>> = {}): string[] {
  const environment = (name: string): string | undefined => variables[name];
  return chooseDevices(wish, { ...situation, environment }).map(({ label }) => label);
}

Deno.test("all devices are a worker each, every one hidden from the others by all its nodes", () => {
  const devices = chooseDevices("all", situation);
  assert.deepEqual(devices.map(({ label }) => label), ["nvidia0", "nvidia1", "nvidia2"]);
  assert.deepEqual(devices[1].hidden, [...gpus[0].nodes, ...gpus[2].nodes]);
});

Deno.test("devices are chosen by number, each once", () => {
  assert.deepEqual(labels("2,0,2"), ["nvidia2", "nvidia0"]);
});

Deno.test("what a batch system assigns is all there is, by number or by UUID", () => {
  assert.deepEqual(labels("all", { CUDA_VISIBLE_DEVICES: "1,2" }), ["nvidia1", "nvidia2"]);
  assert.deepEqual(labels("0", { CUDA_VISIBLE_DEVICES: "GPU-2" }), ["nvidia2"]);
  assert.deepEqual(labels("all", { ROCR_VISIBLE_DEVICES: "0" }), ["nvidia0"]);
  assert.deepEqual(labels("all", { NVIDIA_VISIBLE_DEVICES: "all" }).length, 3);
});

Deno.test("a GPU that is alone is taken whatever number the batch system knows it by", () => {
  const environment = (): string => "3";
  const [device] = chooseDevices("all", { gpus: [gpus[1]], threads: 8, environment });
  assert.deepEqual(device, { kind: "gpu", label: "nvidia1", hidden: [] });
});

Deno.test("stand-ins are any number: CPU workers share the cores, llvmpipe sees no GPU", () => {
  const workers = chooseDevices("cpu:20", situation);
  assert.equal(workers.length, 20);
  assert.ok(workers.every(({ threads, hidden }) => threads === 1 && hidden.length === 0));
  const [pipe] = chooseDevices("llvmpipe", situation);
  assert.deepEqual([pipe.kind, pipe.hidden.length], ["gpu", 6]);
});

Deno.test("wishes that cannot be met say what would be right", () => {
  for (const wish of ["3", "first", "", "0,", "cpu:0", "cpu:-1", "-1"]) {
    assert.throws(() => chooseDevices(wish, situation), DeviceError, wish);
  }
  assert.throws(() => chooseDevices("all", { gpus: [], threads: 1 }), /cpu:2/);
  assert.throws(() => labels("all", { CUDA_VISIBLE_DEVICES: "7" }), DeviceError);
  assert.throws(() => labels("all", { CUDA_VISIBLE_DEVICES: "-1" }), DeviceError);
});
