/** What the processor is called, or as much of it as this place tells without asking its user. */
export async function processorName(): Promise<string> {
  if (typeof Deno === "undefined") return globalThis.navigator?.platform || "CPU";
  const permission = await Deno.permissions.query({ name: "sys", kind: "cpus" });
  const model = permission.state === "granted" ? await processorModel() : undefined;
  return model ?? `${Deno.build.arch} CPU`;
}

async function processorModel(): Promise<string | undefined> {
  const { cpus } = await import("node:os");
  return cpus()[0]?.model;
}
