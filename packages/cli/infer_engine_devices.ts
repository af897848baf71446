import {
  chooseDevices,
  DeviceError,
  type EngineName,
  findGpus,
  type PhysicalGpu,
  type WorkerDevice,
} from "@spmm/scheduler";

const FINDER = new URL("./infer_find_gpus.ts", import.meta.url).pathname;

/**
 * What the scheduler is to be given for a wish: the wish where it can meet it by itself, else devices.
 *
 * Deno looks into `/dev` with all rights only, which `infer` does not have; a process that has them
 * looks instead.
 */
export async function engineDevices(
  wish: string,
  engine: EngineName,
): Promise<string | readonly WorkerDevice[]> {
  if (/^cpu\b/.test(wish) || await mayLook()) return wish;
  const gpus = await gpusByProcess();
  // Stand-ins may be any number, so one name serves all ranks.
  if (wish === "llvmpipe" && engine === "mpi" && gpus.length === 0) return wish;
  const threads = navigator.hardwareConcurrency;
  const environment = (name: string) => Deno.env.get(name);
  const devices = chooseDevices(wish, { gpus, threads, environment });
  // A process that runs already takes the first GPU it sees, and nobody needs to be hidden from it.
  const first = devices[0].label === gpus[0]?.node.split("/").at(-1);
  return engine === "single" && first ? [{ ...devices[0], hidden: [] }] : devices;
}

async function mayLook(): Promise<boolean> {
  try {
    await findGpus();
    return true;
  } catch (error) {
    if (error instanceof DeviceError) return false;
    throw error;
  }
}

async function gpusByProcess(): Promise<PhysicalGpu[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-all", FINDER],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (success) return JSON.parse(text(stdout)) as PhysicalGpu[];
  throw new DeviceError(
    `Cannot count the GPUs: a process must be able to: received ${text(stderr)}`,
  );
}
