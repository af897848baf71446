/**
 * Names the WebGPU adapter that programs here get, or is undefined where there is none.
 * Asking the runtime itself is the only test of a driver that cannot be wrong.
 */
export async function adapterName(): Promise<string | undefined> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  return description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed";
}

if (import.meta.main) console.log(await adapterName() ?? "");
