/** Sends a signal by the shell: Deno's own way needs the right to run anything. */
export async function sendSignal(pid: number, signal: "KILL" | "INT" | "TERM"): Promise<void> {
  await new Deno.Command("sh", { args: ["-c", `kill -${signal} ${pid} 2>/dev/null`] }).output();
}

/** Whether a process is there and not only waits for its parent to ask how it ended. */
async function isAlive(pid: number): Promise<boolean> {
  const script = `test -d /proc/${pid} && ! grep -q '^State:.Z' /proc/${pid}/status`;
  return await succeeds(script);
}

/** Whether a line of the shell succeeds. */
export async function succeeds(script: string): Promise<boolean> {
  return (await new Deno.Command("sh", { args: ["-c", script] }).output()).success;
}

/** Waits until none of some processes is alive; false if one still is after some seconds. */
export async function allGone(pids: readonly number[], seconds: number): Promise<boolean> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const alive = await Promise.all(pids.map(isAlive));
    if (!alive.includes(true)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
