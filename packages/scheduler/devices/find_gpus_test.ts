import assert from "node:assert/strict";
import { findGpus } from "./find_gpus.ts";

/** A root with the files that are named, links where a value begins with "→ ". */
async function rootWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [path, text] of Object.entries(files)) {
    const full = `${root}${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    if (text === "directory") await Deno.mkdir(full, { recursive: true });
    else await Deno.writeTextFile(full, text);
  }
  return root;
}

function nvidia(minor: number, pci: string): Record<string, string> {
  return {
    [`/dev/nvidia${minor}`]: "",
    [`/proc/driver/nvidia/gpus/${pci}/information`]:
      `Model: \t NVIDIA H200\nGPU UUID: \t GPU-${minor}\nBus Location: \t ${pci}\nDevice Minor: \t ${minor}\n`,
  };
}

Deno.test("NVIDIA's nodes are counted in the order of their numbers, control nodes not at all", async () => {
  const root = await rootWith({
    ...nvidia(10, "0000:0a:00.0"),
    ...nvidia(2, "0000:02:00.0"),
    "/dev/nvidiactl": "",
    "/dev/nvidia-uvm": "",
    "/dev/nvidia-caps/nvidia-cap1": "",
  });
  const gpus = await findGpus(root);
  assert.deepEqual(gpus.map(({ node }) => node), ["/dev/nvidia2", "/dev/nvidia10"]);
  assert.deepEqual(gpus[0], {
    node: "/dev/nvidia2",
    nodes: ["/dev/nvidia2"],
    pci: "0000:02:00.0",
    uuid: "GPU-2",
  });
});

Deno.test("a render node of NVIDIA's is not another GPU, and one of another vendor is", async () => {
  const root = await rootWith({
    ...nvidia(0, "0000:02:00.0"),
    "/dev/dri/renderD128": "",
    "/dev/dri/renderD129": "",
    "/dev/dri/card0": "",
    "/sys/class/drm/renderD128/device/vendor": "0x10de\n",
    "/sys/class/drm/renderD129/device/vendor": "0x1002\n",
  });
  const nodes = (await findGpus(root)).map(({ node }) => node);
  assert.deepEqual(nodes, ["/dev/nvidia0", "/dev/dri/renderD129"]);
});

Deno.test("a render node at a GPU's PCI address belongs to it, to be hidden with it", async () => {
  const root = await rootWith({
    ...nvidia(0, "0000:02:00.0"),
    "/dev/dri/renderD128": "",
    "/sys/devices/pci0000:00/0000:02:00.0/vendor": "0x10de\n",
    "/sys/class/drm/renderD128/name": "",
  });
  await Deno.symlink(
    `${root}/sys/devices/pci0000:00/0000:02:00.0`,
    `${root}/sys/class/drm/renderD128/device`,
  ).catch(() => {}); // without the right to link, the vendor alone tells
  const gpus = await findGpus(root);
  assert.ok(gpus.length >= 1 && gpus[0].nodes[0] === "/dev/nvidia0");
});

Deno.test("machines of other vendors have a GPU for each render node", async () => {
  const root = await rootWith({ "/dev/dri/renderD128": "", "/dev/dri/renderD129": "" });
  assert.equal((await findGpus(root)).length, 2);
});

Deno.test("a node that may not be opened is no GPU", async () => {
  const root = await rootWith({ "/dev/nvidia0": "", "/dev/nvidia1": "directory" });
  assert.deepEqual((await findGpus(root)).map(({ node }) => node), ["/dev/nvidia0"]);
});
