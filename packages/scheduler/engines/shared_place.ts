const SHARED_MEMORY = "/dev/shm";

/** A new path for shared arrays: in memory where this process may write there. */
export async function sharedPath(scratch: string | undefined): Promise<string> {
  return `${scratch ?? await memoryFolder() ?? temporaryFolder()}/spmm-${crypto.randomUUID()}`;
}

/** Removes a file that may be gone: a worker whose coordinator was killed removes it too. */
export async function removeShared(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

async function memoryFolder(): Promise<string | undefined> {
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: SHARED_MEMORY }));
    return SHARED_MEMORY;
  } catch {
    return undefined; // absent, or without --allow-all
  }
}

function temporaryFolder(): string {
  const path = Deno.makeTempFileSync();
  Deno.removeSync(path);
  return path.slice(0, path.lastIndexOf("/"));
}
