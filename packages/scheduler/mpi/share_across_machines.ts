import { sharedPath } from "../engines/shared_place.ts";
import type { Job } from "../job.ts";
import type { CrewOptions } from "../run_options.ts";
import { writeSharedFile } from "../shared/shared_file.ts";
import { loadProgram } from "../workers/load_program.ts";
import type { MpiWorld } from "./mpi_world.ts";

const PIECE = 16 * 2 ** 20;

/**
 * Brings what the job's workers share to every machine: rank 0 reads or makes it, the first rank of
 * each machine gets it by broadcast and writes it to its machine's memory.
 *
 * @param onPath Told where the file will be, before there is anything.
 * @returns The file on this machine; nothing where the job shares nothing.
 */
export async function shareAcrossMachines(
  world: MpiWorld,
  job: Job,
  { scratch }: Pick<CrewOptions, "scratch">,
  onPath: (path: string) => void,
): Promise<string | undefined> {
  let path: string | null = null;
  if (world.localRank === 0) onPath(path = await sharedPath(scratch));
  const bytes = world.rank === 0 && path !== null ? await writeShared(path, job) : 0;
  // Ranks that wait in a broadcast spin, and making a network takes its time.
  await world.barrier();
  if (path !== null) {
    const [total] = broadcastNumber(world, bytes);
    if (total === 0) path = null;
    else await broadcastFile(world, path, total);
  }
  await world.barrier();
  return (world.broadcastOnMachine(path) as string | null) ?? undefined;
}

async function writeShared(path: string, job: Job): Promise<number> {
  const program = await loadProgram(job.program);
  const arrays = await program.load?.(job.description);
  return arrays === undefined ? 0 : await writeSharedFile(path, arrays);
}

function broadcastNumber(world: MpiWorld, value: number): Float64Array {
  const numbers = new Float64Array([value]);
  world.broadcastToLeaders(new Uint8Array(numbers.buffer));
  return numbers;
}

async function broadcastFile(world: MpiWorld, path: string, total: number): Promise<void> {
  const root = world.rank === 0;
  const mode = root ? { read: true } : { write: true, create: true, truncate: true };
  using file = await Deno.open(path, mode);
  for (let at = 0; at < total; at += PIECE) {
    const bytes = new Uint8Array(Math.min(PIECE, total - at));
    if (root) await fill(file, bytes);
    world.broadcastToLeaders(bytes);
    if (!root) await drain(file, bytes);
  }
}

async function fill(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.read(bytes.subarray(at)) ?? bytes.length;
}

async function drain(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
