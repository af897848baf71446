import type { GpuDevice } from "./gpu_device.ts";
import { type Binding, bindPass, type BoundRange, dispatch, type GpuPass } from "./gpu_pass.ts";
import { type ReadyPass, readyPass } from "./ready_pass.ts";
import { Uploads } from "./uploads.ts";

/** What a preparation sees: arrays that are uploaded for it alone, and what it writes. */
export type PreparationBinding = Exclude<Binding, { role: "b" | "c" | "scratch" | "written" }>;

/**
 * A pass that runs once, while planning: it writes part of an encoding on the device, from arrays
 * that are gone when it is done.
 */
export interface PreparationPass extends GpuPass {
  /** What it sees; neither B nor C is there yet. */
  readonly bindings: readonly PreparationBinding[];
}

/**
 * Runs preparations, one after the other.
 *
 * @param device The GPU.
 * @param passes The passes.
 * @param uploads Whose buffers they write to.
 */
export async function prepare(
  device: GpuDevice,
  passes: readonly PreparationPass[],
  uploads: Uploads,
): Promise<void> {
  if (passes.length === 0) return;
  const sources = new Uploads(device);
  sources.retain();
  try {
    await sources.uploadAll(passes.flatMap(({ bindings }) => bindings));
    const ready: ReadyPass[] = [];
    for (const pass of passes) {
      ready.push(await readyPass(device, pass, await rangesOf(pass.bindings, sources, uploads)));
    }
    await device.guarded(`prepare ${passes[0].label}`, () => {
      const encoder = device.handle.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { label, program, grid, ranges } of ready) {
        dispatch(pass, program, bindPass(device, label, program, ranges), grid);
      }
      pass.end();
      device.handle.queue.submit([encoder.finish()]);
    });
  } finally {
    // What is submitted still reads them; WebGPU frees them after that.
    sources.release();
  }
}

async function rangesOf(
  bindings: readonly PreparationBinding[],
  sources: Uploads,
  uploads: Uploads,
): Promise<BoundRange[]> {
  const ranges: BoundRange[] = [];
  for (const binding of bindings) {
    ranges.push(
      "array" in binding ? await uploads.prepared(binding) : await sources.upload(binding),
    );
  }
  return ranges;
}
