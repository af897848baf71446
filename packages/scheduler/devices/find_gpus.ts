import { DeviceError } from "../errors.ts";

/** A physical GPU of this machine. */
export interface PhysicalGpu {
  /** Its main device node, which names it. */
  readonly node: string;
  /** All its device nodes: to hide the GPU, hide all of them. */
  readonly nodes: readonly string[];
  /** Where it sits on the PCI bus, where that is known. */
  readonly pci?: string;
  /** NVIDIA's name for it, where it has one. */
  readonly uuid?: string;
}

/** A device node that something renders through. */
interface RenderNode {
  readonly node: string;
  readonly pci: string | undefined;
  readonly nvidia: boolean;
}

const NULL_DEVICE = 259; // major 1, minor 3: what stands over a node that is hidden
const NVIDIA_VENDOR = "0x10de";

/**
 * Finds the GPUs of this machine that this process may use, by their device nodes, whoever made
 * them: `/dev/nvidia0`, `/dev/nvidia1`, … and `/dev/dri/renderD128`, …. A GPU that has both kinds of
 * node is one GPU; the PCI address that `/proc` and `/sys` give tells. Nodes that are hidden behind
 * `/dev/null`, or that a batch system forbids to open, do not count.
 *
 * @param root Where `dev`, `proc` and `sys` are; the file system's root where absent.
 * @returns In the order of their nodes; none is no error.
 * @throws {DeviceError} If this process may not look: Deno reads `/dev` with `--allow-all` only.
 *
 * @example A machine without `/dev`
 * ```ts
 * import { findGpus } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(await findGpus("packages"), []);
 * ```
 */
export async function findGpus(root = ""): Promise<PhysicalGpu[]> {
  try {
    const nvidia = await nvidiaGpus(root);
    const rendering = await renderNodes(root);
    return mergeNodes(nvidia, rendering);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new DeviceError(
      "Cannot count the GPUs: Deno reads /dev, /proc and /sys with --allow-all only: " +
        `received ${error.message}`,
      { cause: error },
    );
  }
}

async function nvidiaGpus(root: string): Promise<PhysicalGpu[]> {
  const facts = await nvidiaFacts(root);
  const names = (await list(`${root}/dev`)).filter((name) => /^nvidia\d+$/.test(name));
  const gpus: PhysicalGpu[] = [];
  for (const name of names.sort(byNumber)) {
    const node = `/dev/${name}`;
    if (!await usable(root + node)) continue;
    gpus.push({ node, nodes: [node], ...facts.get(Number(name.slice("nvidia".length))) });
  }
  return gpus;
}

/** What NVIDIA's driver says of its GPUs, by the numbers of their nodes. */
async function nvidiaFacts(root: string): Promise<Map<number, { pci: string; uuid?: string }>> {
  const folder = `${root}/proc/driver/nvidia/gpus`;
  const facts = new Map<number, { pci: string; uuid?: string }>();
  for (const pci of await list(folder)) {
    const text = await readText(`${folder}/${pci}/information`) ?? "";
    const minor = /^Device Minor:\s*(\d+)/m.exec(text)?.[1];
    const uuid = /^GPU UUID:\s*(\S+)/m.exec(text)?.[1];
    if (minor !== undefined) {
      facts.set(Number(minor), { pci: pci.toLowerCase(), ...uuid !== undefined && { uuid } });
    }
  }
  return facts;
}

async function renderNodes(root: string): Promise<RenderNode[]> {
  const names = (await list(`${root}/dev/dri`)).filter((name) => /^renderD\d+$/.test(name));
  const nodes: RenderNode[] = [];
  for (const name of names.sort(byNumber)) {
    const node = `/dev/dri/${name}`;
    if (!await usable(root + node)) continue;
    const device = `${root}/sys/class/drm/${name}/device`;
    const vendor = (await readText(`${device}/vendor`))?.trim();
    nodes.push({ node, pci: await pciAddress(device), nvidia: vendor === NVIDIA_VENDOR });
  }
  return nodes;
}

function mergeNodes(nvidia: readonly PhysicalGpu[], nodes: readonly RenderNode[]): PhysicalGpu[] {
  const gpus = [...nvidia];
  for (const { node, pci, nvidia: ofNvidia } of nodes) {
    const same = gpus.findIndex((gpu) => pci !== undefined && gpu.pci === pci);
    if (same >= 0) gpus[same] = { ...gpus[same], nodes: [...gpus[same].nodes, node] };
    // A node of NVIDIA's beside its own kind is no GPU more; which one's it is, nobody says.
    else if (!ofNvidia || nvidia.length === 0) {
      gpus.push({ node, nodes: [node], ...pci !== undefined && { pci } });
    }
  }
  return gpus;
}

/** Whether a node leads to a device: batch systems show nodes that they forbid to open. */
async function usable(path: string): Promise<boolean> {
  try {
    const { rdev } = await Deno.stat(path);
    if (rdev === NULL_DEVICE) return false;
    (await Deno.open(path, { read: true, write: true })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

async function pciAddress(device: string): Promise<string | undefined> {
  try {
    const address = (await Deno.realPath(device)).split("/").at(-1)?.toLowerCase() ?? "";
    return /^[\da-f]+:[\da-f]+:[\da-f]+\.[\da-f]$/.test(address) ? address : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return [];
  }
}

function byNumber(a: string, b: string): number {
  return Number(/\d+$/.exec(a)?.[0]) - Number(/\d+$/.exec(b)?.[0]);
}
